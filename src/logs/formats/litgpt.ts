/**
 * metrics.csv of litgpt, which Lightning's CSV logger writes. Its `step` counts the small batches whose gradients are
 * summed up (iterations), the first of them called 0, and not the updates of the weights.
 */
import { lineCutOff } from '../../problems/logs.ts';
import { cellNumber, csvCells, isWholeLine } from '../csvLine.ts';
import type { LogFormat } from '../format.ts';
import { lineDecoder } from '../lines.ts';

export const litgpt: LogFormat = {
  id: 'litgpt',
  name: 'litgpt metrics',
  recognises: ({ lines }) => {
    const header = csvCells(lines[0] ?? '');
    return (
      header.includes('step') &&
      (header.includes('val_loss') || header.includes('total_tokens')) &&
      !header.includes('run')
    );
  },
  grows: false,
  stepOffset: 1,
  steps: 'microBatches',
  decode: (sinks) => {
    const sink = sinks();
    let header: string[] | undefined;
    return lineDecoder((line, _, finished) => {
      const cells = csvCells(line);
      // New metrics bring a longer header, and the whole file anew; some versions put it in the middle.
      if (header === undefined || cells.includes('step')) {
        header = cells;
        return;
      }
      if (!isWholeLine(line, finished)) {
        sink.problem(lineCutOff({}));
        return;
      }
      const step = cellNumber(cells[header.indexOf('step')] ?? '');
      if (step === undefined) return;
      header.forEach((name, k) => {
        const value = name === 'step' ? undefined : cellNumber(cells[k] ?? '');
        if (value !== undefined) sink.metric(step, name, value);
      });
    });
  },
};
