/** The file store of MLflow: a folder a run, with a file for each metric (`timestamp value step` a line) and each parameter. */
import { linesDamaged } from '../../problems/logs.ts';
import { cellNumber } from '../csvLine.ts';
import type { LogFormat } from '../format.ts';
import { lineDecoder } from '../lines.ts';

export const mlflow: LogFormat = {
  id: 'mlflow',
  name: 'MLflow file store',
  // A single file of it looks like nothing; the folder is recognised.
  recognises: () => false,
  grows: true,
  stepOffset: 0,
  steps: 'updates',
  decode: (sinks, { name }) => {
    const sink = sinks();
    const [kind, ...path] = name.split('/');
    const key = path.join('/');
    let damaged = 0;
    let first = 0;
    return lineDecoder(
      (line, number, finished) => {
        if (kind === 'params') {
          if (number === 1) sink.setting(key, line);
          return;
        }
        if (!finished || line.trim() === '') return;
        // Newer versions add fields behind these three, older ones knew no step.
        const [, value, step = '0'] = line.split(' ');
        const [read, at] = [cellNumber(value ?? ''), cellNumber(step)];
        if (read !== undefined && at !== undefined && !Number.isNaN(at)) sink.metric(at, key, read);
        else {
          damaged += 1;
          first ||= number;
        }
      },
      () => {
        if (damaged > 0) sink.problem(linesDamaged({ lines: damaged, first }));
      },
    );
  },
};
