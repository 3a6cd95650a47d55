/** Imported runs as a runs table, which `check` and `fit` read. */
import { formatNumber } from '../units/number.ts';
import type { ImportedRun } from './evaluation.ts';

type Cells = Readonly<Record<string, string>>;

/** Columns in the order in which people look for them; losses stand where `loss_` does, all others behind in order of their names. */
const ORDER = [
  'run',
  'base',
  'params',
  'params_total',
  'tokens',
  'domain_ratio',
  'replay',
  'share_general',
  'share_domain',
  'loss_',
  'step',
  'seed',
  'lr',
  'schedule',
  'warmup_tokens',
  'warmup_steps',
  'batch_tokens',
  'sequence_length',
];

function rank(column: string): number {
  const known = ORDER.indexOf(column.startsWith('loss_') ? 'loss_' : column);
  return known < 0 ? ORDER.length : known;
}

function rowsOf(runs: readonly ImportedRun[]): Cells[] {
  return runs.flatMap(({ name, columns, evaluations }) =>
    evaluations.map(({ tokens, step, losses, cells }) => ({
      run: name,
      ...columns,
      tokens: formatNumber(tokens),
      ...Object.fromEntries(Object.entries(losses).map(([set, loss]) => [`loss_${set}`, formatNumber(loss)])),
      ...(step === undefined ? {} : { step: formatNumber(step) }),
      ...cells,
    })),
  );
}

/** Losses in the order in which sets first appear, general before domain where both are named so. */
function columnsOf(rows: readonly Cells[]): string[] {
  const columns = [...new Set(rows.flatMap(Object.keys))];
  const name = (column: string): string => column.replace(/^loss_domain/, 'loss_~domain');
  return columns.sort((a, b) => rank(a) - rank(b) || (name(a) < name(b) ? -1 : 1));
}

/** As CSV with a header; what is not known is left empty. */
export function importedCsv(runs: readonly ImportedRun[]): string {
  const rows = rowsOf(runs);
  const columns = columnsOf(rows);
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))];
  return lines.map((cells) => `${cells.map(quoted).join(',')}\n`).join('');
}

/** As JSON Lines, one object a row; numbers are numbers, and what is not known is left out. */
export function importedJsonLines(runs: readonly ImportedRun[]): string {
  const rows = rowsOf(runs);
  const columns = columnsOf(rows);
  const line = (row: Cells): string => {
    const known = columns.filter((column) => row[column] !== undefined);
    return JSON.stringify(Object.fromEntries(known.map((column) => [column, plain(row[column])])));
  };
  return rows.map((row) => `${line(row)}\n`).join('');
}

const plain = (text: string): string | number =>
  text !== '' && formatNumber(Number(text)) === text ? Number(text) : text;

/** RFC 4180: in quotes where a comma, a quote or a line break would be taken for the end of the cell. */
const quoted = (cell: string): string =>
  /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
