/**
 * The CSV that a W&B chart is downloaded as: `"Step","<run> - <metric>","<run> - <metric>__MIN",...`, one column for each
 * run. Header and separator are read tolerantly, because no document promises them.
 */
import { chartSampled, lineCutOff } from '../../problems/logs.ts';
import { cellNumber, csvCells, isWholeLine } from '../csvLine.ts';
import type { LogFormat } from '../format.ts';
import { lineDecoder } from '../lines.ts';

const STEP = /^(?:_step|step|train\/global_step|trainer\/global_step|global_step)$/i;
const COLUMN = /^(.+?)\s+[-–—]\s+(.+)$/;
const EDGE = /__(MIN|MAX)$/;

const seriesIn = (header: readonly string[]): { column: number; run: string; metric: string }[] =>
  header.flatMap((name, column) => {
    const found = EDGE.test(name) ? null : COLUMN.exec(name);
    return found === null || STEP.test(found[2]) ? [] : [{ column, run: found[1], metric: found[2] }];
  });

export const wandbChart: LogFormat = {
  id: 'wandb-chart',
  name: 'W&B chart (CSV)',
  recognises: ({ lines }) => {
    const header = csvCells(lines[0] ?? '');
    return STEP.test(header[0] ?? '') && seriesIn(header).length > 0;
  },
  grows: false,
  stepOffset: 0,
  steps: 'updates',
  decode: (sinks) => {
    let header: string[] | undefined;
    let series: ReturnType<typeof seriesIn> = [];
    return lineDecoder((line, _, finished) => {
      const cells = csvCells(line);
      if (header === undefined) {
        header = cells;
        series = seriesIn(cells);
        for (const run of new Set(series.map((one) => one.run))) sinks(run).problem(chartSampled({}));
        return;
      }
      if (!isWholeLine(line, finished)) {
        for (const { run } of series.slice(0, 1)) sinks(run).problem(lineCutOff({}));
        return;
      }
      const step = cellNumber(cells[0] ?? '');
      if (step === undefined || Number.isNaN(step)) return;
      for (const { column, run, metric } of series) {
        const value = cellNumber(cells[column] ?? '');
        if (value !== undefined) sinks(run).metric(step, metric, value);
      }
    });
  },
};
