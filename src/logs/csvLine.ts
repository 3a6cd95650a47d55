/** One line of CSV to its cells; quotes may hold commas, and a quote inside them is written twice. */
export function csvCells(line: string): string[] {
  if (!line.includes('"')) return line.split(',').map((cell) => cell.trim());
  const cells: string[] = [];
  for (const [, quoted, plain] of line.matchAll(/(?:^|,)\s*(?:"((?:[^"]|"")*)"\s*|([^,]*))(?=,|$)/g)) {
    cells.push(quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"'));
  }
  return cells;
}

/** The number in a cell: NaN where it says so, undefined where it is empty or something else. */
export function cellNumber(cell: string): number | undefined {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell)) return Number(cell);
  return /^-?(nan|inf|infinity)$/i.test(cell) ? Number.NaN : undefined;
}

/**
 * Whether a line is all there: one without a line end may stop within its last number, and 2.1 for 2.125 would be a
 * wrong loss. A closed quote at the end shows that it is whole.
 */
export const isWholeLine = (line: string, finished: boolean): boolean => finished || line.endsWith('"');
