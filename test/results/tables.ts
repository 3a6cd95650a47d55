/** Tables of figures that are no runs tables: one object of texts per row. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Where reference data lie that may not be shipped, unless a folder is named. */
export const referenceFolder = resolve(root, process.env.MIXPLAN_REFERENCE ?? '../shared', 'data');

export function readTable(path: string): Record<string, string>[] {
  return parse(readFileSync(path, 'utf8'), { columns: true });
}

/** The same, or undefined where there is no such file. */
export function readTableIfThere(path: string): Record<string, string>[] | undefined {
  return existsSync(path) ? readTable(path) : undefined;
}
