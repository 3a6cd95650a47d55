/** JSON Lines to a table: one object a line, keys are columns. */
import { jsonLine, runsFileEmpty } from '../problems/tables.ts';
import type { Report, Table, TableRow } from './table.ts';

/**
 * Reads one JSON object a line; null and absent keys are empty cells, columns are all keys in the order in which
 * they first appear. Nested values become their JSON text, which no numeric column accepts. Blank lines are
 * skipped. `text` has \n line ends. Returns undefined where no row is left; faults go to `report`.
 */
export function readJsonLines(file: string, text: string, report: Report): Table | undefined {
  const columns = new Map<string, number>();
  const rows: TableRow[] = [];
  let faults = 0;
  text.split('\n').forEach((source, index) => {
    if (source.trim() === '') return;
    const line = index + 1;
    const parsed = parseObject(source);
    if (typeof parsed === 'string') {
      report(jsonLine({ reason: parsed }, { file, line }));
      faults += 1;
      return;
    }
    const cells: string[] = [];
    for (const [key, value] of Object.entries(parsed)) {
      const name = key.trim();
      if (name === '') continue;
      if (!columns.has(name)) columns.set(name, columns.size);
      cells[columns.get(name)!] = cellText(value);
    }
    rows.push({ line, cells });
  });
  if (rows.length === 0) {
    if (faults === 0) report(runsFileEmpty({ header: false }, { file }));
    return undefined;
  }
  const width = columns.size;
  const padded = rows.map(({ line, cells }) => ({
    line,
    cells: Array.from({ length: width }, (_, column) => cells[column] ?? ''),
  }));
  return {
    file,
    columns: [...columns.keys()],
    rows: padded.filter(({ cells }) => cells.some((cell) => cell !== '')),
  };
}

/** The object on this line, or what is wrong with it. */
function parseObject(source: string): Record<string, unknown> | string {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch {
    if (/\b(NaN|-?Infinity)\b/.test(source)) return 'NaN and Infinity are not JSON';
    return 'it is not valid JSON';
  }
  if (value === null || typeof value !== 'object') return `it is ${JSON.stringify(value).slice(0, 40)}`;
  return Array.isArray(value) ? 'it is an array' : (value as Record<string, unknown>);
}

function cellText(value: unknown): string {
  if (value === null) return '';
  if (typeof value === 'string') return value.trim();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
