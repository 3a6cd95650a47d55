/** Runs tables from files and standard input. */
import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { reasonOf } from '../documents/reason.ts';
import { fileMissing, fileUnreadable } from '../problems/files.ts';
import type { Problem } from '../problems/problem.ts';
import { documentAsRuns, notText, runsFileEmpty, runsFileTwice } from '../problems/tables.ts';
import { type TableOptions, tablesToRuns } from './assemble.ts';
import { bytesToText } from './bytes.ts';
import { readJsonLines } from './jsonLines.ts';
import { beginsAsParquet, readParquetTable } from './parquet.ts';
import type { Runs } from './runs.ts';
import { readSeparated } from './separated.ts';
import type { Report, Table } from './table.ts';

export interface ReadOptions extends TableOptions {
  /** What the path - reads; the process's standard input unless given. */
  readonly stdin?: Readable | undefined;
}

/**
 * Reads runs tables and checks them together; see `tablesToRuns` for what comes out. Each file is CSV, TSV or JSON
 * Lines, plain or gzipped, or Parquet, told apart by content; - is standard input. Throws a `Refusal` with every fault of every
 * file.
 */
export async function readRuns(paths: readonly string[], options: ReadOptions = {}): Promise<Runs> {
  const problems: Problem[] = [];
  const report: Report = (problem) => void problems.push(problem);
  const tables: Table[] = [];
  for (const [index, path] of paths.entries()) {
    const file = path === '-' ? 'standard input' : path;
    if (paths.indexOf(path) < index) {
      report(runsFileTwice({ path: file }, { file }));
      continue;
    }
    const bytes = await readBytes(path, options.stdin ?? process.stdin, report);
    const table = bytes === undefined ? undefined : await anyTable(file, bytes, report);
    if (table !== undefined) tables.push(table);
  }
  return tablesToRuns(tables, options, problems);
}

async function readBytes(path: string, stdin: Readable, report: Report): Promise<Uint8Array | undefined> {
  try {
    if (path !== '-') return await readFile(path);
    const chunks: Buffer[] = [];
    for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    report(reason.code === 'ENOENT' ? fileMissing({ path }) : fileUnreadable({ path, reason: reason.text }));
    return undefined;
  }
}

const anyTable = (
  file: string,
  bytes: Uint8Array,
  report: Report,
): Promise<Table | undefined> | Table | undefined =>
  beginsAsParquet(bytes) ? readParquetTable(file, bytes, report) : bytesToTable(file, bytes, report);

/** The content of a file of text to a table; undefined after a report where there is none to be had. */
export function bytesToTable(file: string, bytes: Uint8Array, report: Report): Table | undefined {
  const text = bytesToText(file, bytes, report);
  if (text === undefined) return undefined;
  const start = text.trimStart()[0];
  if (start === undefined) {
    report(runsFileEmpty({ header: false }, { file }));
    return undefined;
  }
  if (start === '[') {
    report(notText({ what: 'a JSON array, where one object a line is read' }, { file }));
    return undefined;
  }
  const schema = /^\uFEFF?\s*\{\s*"schema"\s*:\s*"(mixplan\.[^"]*)"/.exec(text)?.[1];
  if (schema !== undefined) {
    report(documentAsRuns({ schema }, { file }));
    return undefined;
  }
  return start === '{' ? readJsonLines(file, text, report) : readSeparated(file, text, report);
}
