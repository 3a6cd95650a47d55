/** Simulated runs as a runs table, which `check` and `fit` read like any other. */
import { round10 } from '../documents/canonical.ts';
import type { Runs } from '../runs/runs.ts';
import { formatNumber } from '../units/number.ts';

type Cell = string | number | boolean | undefined;
type Row = Readonly<Record<string, Cell>>;

/**
 * One row per base model at tokens 0, then one per evaluation; `simulated` is true in all of them. Losses are rounded to
 * 10 significant digits; NaN and undefined stand for what is not known.
 */
function rowsOf({ bases, runs, evals, run, tokens }: Runs): Row[] {
  const losses = (value: (evalIndex: number) => number): Row =>
    Object.fromEntries(evals.map(({ name }, e) => [`loss_${name}`, round10(value(e))]));
  const baseRows = bases.map(({ id, params, loss }) => ({
    run: undefined,
    base: id,
    params,
    tokens: 0,
    domain_ratio: undefined,
    ...losses((e) => loss[e]),
    seed: undefined,
    lr: undefined,
    schedule: undefined,
    warmup_tokens: undefined,
    simulated: true,
  }));
  const rows = Array.from(run, (index, row) => {
    const { id, base, params, domainRatio, seed, lr, schedule, warmupTokens } = runs[index];
    return {
      run: id,
      base: bases[base].id,
      params,
      tokens: tokens[row],
      domain_ratio: domainRatio,
      ...losses((e) => evals[e].loss[row]),
      seed,
      lr,
      schedule,
      warmup_tokens: warmupTokens,
      simulated: true,
    };
  });
  return [...baseRows, ...rows];
}

/** As CSV with a header; what is not known is left empty. */
export function runsCsv(runs: Runs): string {
  const rows = rowsOf(runs);
  const lines = [Object.keys(rows[0]), ...rows.map((row) => Object.values(row).map(cellText))];
  return lines.map((cells) => `${cells.map(quoted).join(',')}\n`).join('');
}

/** As JSON Lines, one object a row; what is not known is null. */
export function runsJsonLines(runs: Runs): string {
  return rowsOf(runs)
    .map((row) => `${JSON.stringify(row, (_, value: unknown) => (value === undefined ? null : value))}\n`)
    .join('');
}

function cellText(value: Cell): string {
  if (typeof value === 'number') return Number.isNaN(value) ? '' : formatNumber(value);
  return value === undefined ? '' : String(value);
}

/** RFC 4180: in quotes where a comma, a quote or a line break would be taken for the end of the cell. */
function quoted(cell: string): string {
  return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
