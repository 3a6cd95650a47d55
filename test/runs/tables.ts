/** Small tables for tests, and what a refusal said. */
import { type Problem, Refusal } from '../../src/problems/problem.ts';
import { type TableOptions, tablesToRuns } from '../../src/runs/assemble.ts';
import { bytesToTable } from '../../src/runs/read.ts';
import type { Runs } from '../../src/runs/runs.ts';
import type { Table } from '../../src/runs/table.ts';

/** Reads texts as if they were the files a.csv, b.csv, ... */
export function fromTexts(texts: readonly (string | Uint8Array)[], options: TableOptions = {}): Runs {
  const problems: Problem[] = [];
  const tables = texts.flatMap((text, index): Table[] => {
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    const table = bytesToTable(`${'abcdefgh'[index]}.csv`, bytes, (problem) => void problems.push(problem));
    return table === undefined ? [] : [table];
  });
  return tablesToRuns(tables, options, problems);
}

export const fromText = (text: string | Uint8Array, options: TableOptions = {}): Runs =>
  fromTexts([text], options);

/** The problems of a refusal; fails where there is none. */
export function refusal(action: () => unknown): readonly Problem[] {
  try {
    action();
  } catch (error) {
    if (error instanceof Refusal) return error.problems;
    throw error;
  }
  throw new Error('nothing was refused');
}

export const codes = (problems: readonly Problem[]): string[] => problems.map(({ code }) => code);

export const refusedCodes = (text: string | Uint8Array, options: TableOptions = {}): string[] =>
  codes(refusal(() => fromText(text, options)));

export const HEADER = 'run,base,params,tokens,domain_ratio,loss_general,loss_domain';
/** Two runs of one base, with their base rows. */
export const ROWS: readonly string[] = [
  'r0,small,1000,0,0,2.0,3.0',
  'r0,small,1000,100,0,2.01,2.99',
  'r0,small,1000,200,0,2.02,2.98',
  'r5,small,1000,0,0.5,2.0,3.0',
  'r5,small,1000,100,0.5,2.1,2.7',
  'r5,small,1000,200,0.5,2.15,2.6',
];

/** A table with the header and rows above, and further rows. */
export const table = (...more: readonly string[]): string => [HEADER, ...ROWS, ...more].join('\n');

/** The table with one row replaced, counted from 0. */
export const withRow = (index: number, row: string): string =>
  [HEADER, ...ROWS.map((original, k) => (k === index ? row : original))].join('\n');

/** The table with a further column. */
export const withColumn = (name: string, value: (row: number) => string): string =>
  [`${HEADER},${name}`, ...ROWS.map((row, k) => `${row},${value(k)}`)].join('\n');

/** Everything about runs but where they were written. */
export function withoutPlaces(runs: Runs): unknown {
  const { files: _, file: __, line: ___, setAside, problems, ...rest } = runs;
  return {
    ...rest,
    setAside: setAside.map(({ run, tokens, reason }) => `${run} ${tokens} ${reason.code}`).sort(),
    problems: problems.map(({ code, message }) => `${code} ${message}`).sort(),
  };
}
