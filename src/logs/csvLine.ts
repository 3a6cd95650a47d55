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
