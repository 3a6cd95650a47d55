/** A runs table, such as runs.jsonl of the reference trainer: nothing is left to be found out, its rows pass through. */

import { lineCutOff } from '../../problems/logs.ts';
import { cellText } from '../../runs/parquet.ts';
import { csvCells, isWholeLine } from '../csvLine.ts';
import type { LogFormat } from '../format.ts';
import type { JsonObject } from '../json.ts';
import { lineDecoder } from '../lines.ts';
import type { Sinks } from '../sink.ts';
import { objectLines } from './jsonLines.ts';
import { readParquet } from './parquet.ts';

const isHeader = (columns: readonly string[]): boolean =>
  columns.includes('tokens') && columns.some((name) => name.startsWith('loss_'));

const shared = { id: 'runs', stepOffset: 0, steps: 'updates' } as const;

export const runsLines: LogFormat = {
  ...shared,
  name: 'runs table (JSON Lines)',
  recognises: ({ objects }) => objects.some((object) => isHeader(Object.keys(object))),
  grows: true,
  decode: (sinks) => objectLines(sinks(), (object) => tellRow(sinks, object)),
};

export const runsCsv: LogFormat = {
  ...shared,
  name: 'runs table (CSV)',
  recognises: ({ lines }) => isHeader(cellsOf(lines[0] ?? '')),
  grows: true,
  decode: (sinks) => {
    let header: string[] | undefined;
    return lineDecoder((line, _, finished) => {
      const cells = cellsOf(line);
      if (header === undefined) header = cells;
      else if (isWholeLine(line, finished))
        tellRow(sinks, Object.fromEntries(header.map((name, k) => [name, cells[k] ?? ''])));
      else sinks().problem(lineCutOff({}));
    });
  },
};

export const runsParquet: LogFormat = {
  ...shared,
  name: 'runs table (Parquet)',
  recognises: ({ columns }) => isHeader(columns),
  grows: false,
  readWhole: (path, sinks) =>
    readParquet(
      path,
      () => true,
      sinks(),
      (row) => tellRow(sinks, row),
    ),
};

const cellsOf = (line: string): string[] =>
  line.includes('\t') ? line.split('\t').map((cell) => cell.trim()) : csvCells(line);

function tellRow(sinks: Sinks, row: JsonObject): void {
  const entries = Object.entries(row).map(([name, value]) => [name, cellText(value)] as const);
  const cells = Object.fromEntries(entries.filter(([, text]) => text !== ''));
  if (Object.keys(cells).length > 0) sinks(cells.run ?? '').row(cells);
}
