/** Comma- and tab-separated text to a table, strictly: nothing is cast, shifted or left out in silence. */
import { CsvError, parse } from 'csv-parse/sync';
import {
  csvSyntax,
  duplicateColumn,
  raggedRow,
  runsFileEmpty,
  unnamedColumn,
  wrongDelimiter,
} from '../problems/tables.ts';
import type { Report, Table, TableRow } from './table.ts';

interface Parsed {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * Reads CSV (or TSV, where the first line holds a tab). Cells are trimmed; blank rows are skipped; empty cells
 * beyond the header are dropped. `text` has \n line ends and no byte order mark. Returns undefined where the
 * file is of no use at all; every fault goes to `report`.
 */
export function readSeparated(file: string, text: string, report: Report): Table | undefined {
  const firstLine = /\S.*/.exec(text)?.[0] ?? '';
  const delimiter = firstLine.includes('\t') ? '\t' : ',';
  const parsed = parseText(file, text, delimiter, report);
  if (parsed === undefined) return undefined;

  const rows = parsed.map(toRow).filter((row) => row.cells.some((cell) => cell !== ''));
  const header = rows.shift();
  if (header === undefined) {
    report(runsFileEmpty({ header: false }, { file }));
    return undefined;
  }
  if (header.cells.length === 1 && /[;|]/.test(header.cells[0])) {
    const delimiterName = header.cells[0].includes(';') ? 'semicolons' : 'bars (|)';
    report(wrongDelimiter({ delimiter: delimiterName }, { file, line: header.line }));
    return undefined;
  }
  if (rows.length === 0) {
    report(runsFileEmpty({ header: true }, { file, line: header.line }));
    return undefined;
  }

  const named = nameColumns(file, header, rows, report);
  return {
    file,
    columns: named.map(({ name }) => name),
    rows: squareRows(file, header, named, rows, report),
  };
}

function parseText(file: string, text: string, delimiter: string, report: Report): Parsed[] | undefined {
  try {
    const options = { delimiter, record_delimiter: '\n', info: true, relax_column_count: true };
    return parse<Parsed>(text, { ...options, skip_empty_lines: true } as never);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const lines: unknown = error.lines;
    const place = typeof lines === 'number' ? { file, line: lines } : { file };
    report(csvSyntax({ reason: syntaxReason(error.code) }, place));
    return undefined;
  }
}

function syntaxReason(code: string): string {
  if (code === 'CSV_QUOTE_NOT_CLOSED') return 'a quote opens here and never closes';
  if (code === 'INVALID_OPENING_QUOTE')
    return 'a quote stands in the middle of a cell that does not begin with one';
  if (code === 'CSV_INVALID_CLOSING_QUOTE') return 'text follows a closing quote';
  return code;
}

/** The parser counts the line on which a record ends; people look for the one on which it begins. */
function toRow({ record, info }: Parsed): TableRow {
  const breaks = record.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0);
  return { line: info.lines - breaks, cells: record.map((cell) => cell.trim()) };
}

interface NamedColumn {
  readonly name: string;
  readonly position: number;
}

/** Columns with a name; unnamed ones may only be empty. */
function nameColumns(
  file: string,
  header: TableRow,
  rows: readonly TableRow[],
  report: Report,
): NamedColumn[] {
  const named: NamedColumn[] = [];
  const seen = new Set<string>();
  header.cells.forEach((name, position) => {
    const place = { file, line: header.line };
    if (name === '') {
      const used = rows.some((row) => (row.cells[position] ?? '') !== '');
      if (used) report(unnamedColumn({ position: position + 1 }, place));
    } else if (seen.has(name)) {
      report(duplicateColumn({ column: name }, place));
    } else {
      seen.add(name);
      named.push({ name, position });
    }
  });
  return named;
}

function squareRows(
  file: string,
  header: TableRow,
  named: readonly NamedColumn[],
  rows: readonly TableRow[],
  report: Report,
): TableRow[] {
  const width = header.cells.length;
  const square: TableRow[] = [];
  for (const { line, cells } of rows) {
    const surplus = cells.slice(width).some((cell) => cell !== '');
    if (cells.length < width || surplus) {
      report(raggedRow({ cells: cells.length, columns: width }, { file, line }));
    } else {
      square.push({ line, cells: named.map(({ position }) => cells[position]) });
    }
  }
  return square;
}
