/** The history of a Weights & Biases run as people export it: one row a log call, as JSON Lines, CSV or Parquet. */
import { lineCutOff } from '../../problems/logs.ts';
import { cellNumber, csvCells, isWholeLine } from '../csvLine.ts';
import type { LogFormat } from '../format.ts';
import { numberOf } from '../json.ts';
import { lineDecoder } from '../lines.ts';
import type { LogSink } from '../sink.ts';
import { objectLines } from './jsonLines.ts';
import { readParquet } from './parquet.ts';

/** Where trainers that log oftener than they step keep their own count; `_step` counts log calls. */
const STEPS = ['train/global_step', 'trainer/global_step', 'global_step', '_step'];

const shared = { id: 'wandb', stepOffset: 0, steps: 'updates' } as const;

export const wandbLines: LogFormat = {
  ...shared,
  name: 'W&B history (JSON Lines)',
  recognises: ({ objects }) => objects.some((object) => '_step' in object),
  grows: true,
  decode: (sinks) => {
    const sink = sinks();
    const take = rowTaker(sink);
    return objectLines(sink, (object) => take(Object.entries(object)));
  },
};

export const wandbCsv: LogFormat = {
  ...shared,
  name: 'W&B history (CSV)',
  recognises: ({ lines }) => csvCells(lines[0] ?? '').includes('_step'),
  grows: true,
  decode: (sinks) => {
    const sink = sinks();
    const take = rowTaker(sink);
    let header: string[] | undefined;
    return lineDecoder((line, _, finished) => {
      const cells = csvCells(line);
      if (header === undefined) header = cells;
      else if (isWholeLine(line, finished)) take(header.map((name, k) => [name, cellNumber(cells[k] ?? '')]));
      else sink.problem(lineCutOff({}));
    });
  },
};

export const wandbParquet: LogFormat = {
  ...shared,
  name: 'W&B history (Parquet)',
  recognises: ({ columns }) => columns.some((name) => STEPS.includes(name)),
  grows: false,
  readWhole: async (path, sinks, wanted) => {
    const sink = sinks();
    const take = rowTaker(sink);
    await readParquet(
      path,
      (name) => STEPS.includes(name) || wanted(name),
      sink,
      (row) => take(Object.entries(row)),
    );
  },
};

/** Tells the metrics of one row after another. The best count of steps that a row had so far is the one that counts. */
function rowTaker(sink: LogSink): (row: readonly (readonly [string, unknown])[]) => void {
  let best = STEPS.length - 1;
  return (row) => {
    const numbers = new Map<string, number>();
    for (const [name, value] of row) {
      const number = numberOf(value);
      if (number !== undefined) numbers.set(name, number);
    }
    const known = STEPS.findIndex((name) => numbers.has(name));
    if (known < 0 || known > best) return;
    best = known;
    const step = numbers.get(STEPS[known]) ?? Number.NaN;
    if (Number.isNaN(step)) return;
    for (const [name, value] of numbers) if (!STEPS.includes(name)) sink.metric(step, name, value);
  };
}
