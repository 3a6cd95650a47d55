/** Text rows to typed rows: every cell is read once, and every fault is reported with its place. */
import type { Place } from '../problems/problem.ts';
import { notABoolean, perplexityBelowOne, unknownSchedule, valueMissing } from '../problems/runs.ts';
import { missingColumn } from '../problems/tables.ts';
import { parseCell } from './cells.ts';
import { columnSpec, isCarried } from './columns.ts';
import type { EvalSpec } from './evals.ts';
import { mixtureOfRow } from './mixture.ts';
import type { Schedule } from './runs.ts';
import type { Report, Table } from './table.ts';

/** One row, read. NaN and '' stand for empty cells; `numbers` and `texts` leave them out. */
export interface Row {
  readonly file: string;
  readonly line: number;
  readonly run: string;
  readonly tokens: number;
  readonly domainRatio: number;
  /** Sum of the shares before they were scaled to 1; NaN = they were not. */
  readonly scaledFrom: number;
  /** One loss per evaluation set, in the order of the sets; perplexities as their logarithm. */
  readonly losses: readonly number[];
  /** Numeric columns by name. */
  readonly numbers: Readonly<Record<string, number>>;
  /** Text columns by name. */
  readonly texts: Readonly<Record<string, string>>;
  /** Columns with something in them that could not be read, and was reported. */
  readonly faulty: ReadonlySet<string>;
}

/**
 * Rows in the order of the files. Rows of training (tokens > 0) without a run, and rows without tokens, are reported
 * and left out; where no table has the column at all, `checkColumns` has said so.
 */
export function readRows(
  tables: readonly Table[],
  evals: readonly EvalSpec[],
  used: ReadonlySet<string>,
  report: Report,
): Row[] {
  return tables.flatMap((table) => {
    const read = table.rows.map(({ line, cells }) => readRow(table, line, cells, evals, report));
    const lacking = (column: 'run' | 'tokens', rows: readonly Row[]): void => {
      if (used.has(column)) reportLacking(table, column, rows, report);
    };
    lacking(
      'tokens',
      read.filter(({ tokens, faulty }) => Number.isNaN(tokens) && !faulty.has('tokens')),
    );
    lacking(
      'run',
      read.filter(({ run, tokens }) => run === '' && tokens > 0),
    );
    return read.filter(({ run, tokens }) => tokens === 0 || (tokens > 0 && run !== ''));
  });
}

/** One problem for the table where it has no such column, else one for each row. */
function reportLacking(table: Table, column: 'run' | 'tokens', rows: readonly Row[], report: Report): void {
  if (rows.length === 0) return;
  const { file } = table;
  if (!table.columns.includes(column)) {
    const expected = 'expected it here as in the other files';
    report(missingColumn({ column, expected, nearest: undefined }, { file }));
    return;
  }
  for (const { line, run } of rows) {
    const where = run === '' ? 'This row' : `This row of run ${run}`;
    report(valueMissing({ column, where }, { file, line, field: column }));
  }
}

function readRow(
  table: Table,
  line: number,
  cells: readonly string[],
  evals: readonly EvalSpec[],
  report: Report,
): Row {
  const { file } = table;
  const numbers: Record<string, number> = {};
  const texts: Record<string, string> = {};
  const faulty = new Set<string>();
  table.columns.forEach((name, position) => {
    const spec = columnSpec(name);
    const text = cells[position];
    if (spec === undefined || text === '') return;
    const place = { file, line, field: name };
    if (spec.kind === 'text') {
      texts[name] = parseText(name, text, place, report);
      return;
    }
    numbers[name] = parseCell(name, spec, text, place, report);
    if (Number.isNaN(numbers[name])) faulty.add(spec.kind === 'share' ? 'domain_ratio' : name);
  });
  const mixture = mixtureOfRow(
    {
      domain_ratio: numbers.domain_ratio ?? Number.NaN,
      replay: numbers.replay ?? Number.NaN,
      share_general: numbers.share_general ?? Number.NaN,
      share_domain: numbers.share_domain ?? Number.NaN,
    },
    { file, line, field: 'domain_ratio' },
    report,
  );
  const losses = evals.map(({ column, unit }) => {
    const loss = numbers[column] ?? Number.NaN;
    if (unit !== 'ppl') return loss;
    if (loss <= 1) report(perplexityBelowOne({ value: loss }, { file, line, field: column }));
    return Math.log(loss);
  });
  const { run = '' } = texts;
  const { tokens = Number.NaN } = numbers;
  return { file, line, run, tokens, ...mixture, losses, numbers, texts, faulty };
}

function parseText(name: string, text: string, place: Place, report: Report): string {
  if (name === 'schedule') {
    const schedule = parseSchedule(text);
    if (schedule === undefined) report(unknownSchedule({ value: text }, place));
    return schedule ?? '';
  }
  if (name === 'simulated') {
    const simulated = parseBoolean(text);
    if (simulated === undefined) report(notABoolean({ value: text }, place));
    return simulated ?? '';
  }
  return text;
}

/** Trainers' names for schedules: cosine_with_min_lr, constant_with_warmup, warmup-stable-decay, linear, ... */
function parseSchedule(text: string): Schedule | undefined {
  const words = text.toLowerCase().split(/[^a-z]+/);
  if (words.includes('wsd') || (words.includes('stable') && words.includes('decay'))) return 'wsd';
  if (words.includes('cosine')) return 'cosine';
  if (words.includes('constant')) return 'constant';
  if (words.includes('linear')) return 'linear';
  return words.includes('unknown') ? 'unknown' : undefined;
}

function parseBoolean(text: string): 'true' | 'false' | undefined {
  if (/^(true|1|yes)$/i.test(text)) return 'true';
  return /^(false|0|no)$/i.test(text) ? 'false' : undefined;
}

/** Names of the numeric columns that observations carry along, in alphabetical order. */
export function carriedColumns(used: ReadonlySet<string>): string[] {
  return [...used].filter(isCarried).sort();
}
