/** The shipped pilots for tests of commands, and what those wrote. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import type { FitDocument } from '../../src/documents/fit.ts';

const shipped = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const runsPath = shipped('datasets/pilots-kernel-c/runs.csv');
export const fitPath = shipped('fits/pilots-kernel-c.fit.json');

/** A model that was piloted, so that its base losses are measured. */
export const size = ['--params', '333k'];

/** Codes of the problems that --json puts on stderr. */
export const codesOf = (stderr: string): string[] =>
  stderr
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { code: string }).code);

/** A fresh folder for each file of tests; paths in it, and a writer that returns the path. */
export function scratch() {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mixplan-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const path = (name: string): string => join(folder, name);
  const put = async (name: string, text: string): Promise<string> => {
    await writeFile(path(name), text);
    return path(name);
  };
  return { path, put };
}

/** The shipped fit, changed by hand. */
export async function edited(change: (fit: FitDocument) => void): Promise<string> {
  const fit = JSON.parse(await readFile(fitPath, 'utf8')) as FitDocument;
  change(fit);
  return JSON.stringify(fit);
}

/** Rows of the shipped pilots that hold for their cells, with the header. */
export async function runsWhere(holds: (row: Readonly<Record<string, string>>) => boolean): Promise<string> {
  const [header, ...lines] = (await readFile(runsPath, 'utf8')).trimEnd().split('\n');
  const names = header.split(',');
  const kept = lines.filter((line) => {
    const cells = line.split(',');
    return holds(Object.fromEntries(names.map((name, k) => [name, cells[k]])));
  });
  return `${[header, ...kept].join('\n')}\n`;
}
