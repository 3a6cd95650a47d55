/** Text rows to typed rows: every cell is read once, and every fault is reported with its place. */
import { notABoolean, perplexityBelowOne, unknownSchedule, valueMissing } from '../problems/runs.ts';
import { parseCell } from './cells.ts';
import { columnSpec, isCarried } from './columns.ts';
import type { EvalSpec } from './evals.ts';
import { mixtureOfRow } from './mixture.ts';
import type { Schedule } from './runs.ts';
import type { Report, Table } from './table.ts';

/** One row, read. NaN and '' stand for empty cells. */
export interface Row {
  readonly file: string;
  readonly line: number;
  readonly run: string;
  readonly tokens: number;
  readonly domainRatio: number;
  /** Sum of the shares before they were scaled to 1; NaN = they were not. */
  readonly scaledFrom: number;
  /** One loss per evaluation set, in the order of the sets. */
  readonly losses: readonly number[];
  /** Numeric columns by name. */
  readonly numbers: Readonly<Record<string, number>>;
  /** Text columns by name. */
  readonly texts: Readonly<Record<string, string>>;
}

/** Rows whose tokens are readable, in the order of the files. Rows without run are kept at tokens = 0 only. */
export function readRows(tables: readonly Table[], evals: readonly EvalSpec[], report: Report): Row[] {
  return tables.flatMap((table) => readTable(table, evals, report));
}

function readTable(table: Table, evals: readonly EvalSpec[], report: Report): Row[] {
  const hasRun = table.columns.includes('run');
  const hasTokens = table.columns.includes('tokens');
  const columns = table.columns.map((name) => ({ name, spec: columnSpec(name) }));
  const rows: Row[] = [];
  for (const { line, cells } of table.rows) {
    const numbers: Record<string, number> = {};
    const texts: Record<string, string> = {};
    let tokensFault = false;
    columns.forEach(({ name, spec }, position) => {
      if (spec === undefined) return;
      const place = { file: table.file, line, field: name };
      if (spec.kind === 'text') {
        texts[name] = parseText(name, cells[position], () => place, report);
        return;
      }
      numbers[name] = parseCell(name, spec, cells[position], place, report);
      if (name === 'tokens' && cells[position] !== '') tokensFault = Number.isNaN(numbers[name]);
    });
    const run = texts.run ?? '';
    const tokens = numbers.tokens ?? Number.NaN;
    if (hasTokens && Number.isNaN(tokens)) {
      const where = run === '' ? 'This row' : `This row of run ${run}`;
      if (!tokensFault)
        report(valueMissing({ column: 'tokens', where }, { file: table.file, line, field: 'tokens' }));
    } else if (hasRun && run === '' && tokens > 0) {
      report(valueMissing({ column: 'run', where: 'This row' }, { file: table.file, line, field: 'run' }));
    } else if (hasRun || tokens === 0) {
      const place = { file: table.file, line, field: 'domain_ratio' };
      const mixture = mixtureOfRow(
        {
          domain_ratio: numbers.domain_ratio ?? Number.NaN,
          replay: numbers.replay ?? Number.NaN,
          share_general: numbers.share_general ?? Number.NaN,
          share_domain: numbers.share_domain ?? Number.NaN,
        },
        place,
        report,
      );
      const losses = evals.map(({ column, unit }) => {
        const loss = numbers[column] ?? Number.NaN;
        if (unit === 'ppl' && loss < 1)
          report(perplexityBelowOne({ value: loss }, { ...place, field: column }));
        return loss;
      });
      rows.push({ file: table.file, line, run, tokens, ...mixture, losses, numbers, texts });
    }
  }
  return rows;
}

function parseText(
  name: string,
  text: string,
  place: () => { file: string; line: number; field: string },
  report: Report,
): string {
  if (text === '') return '';
  if (name === 'schedule') {
    const schedule = parseSchedule(text);
    if (schedule === undefined) report(unknownSchedule({ value: text }, place()));
    return schedule ?? '';
  }
  if (name === 'simulated') {
    const simulated = parseBoolean(text);
    if (simulated === undefined) report(notABoolean({ value: text }, place()));
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
