/** The metrics_file of MaxText: one line a step, of which the first is called 0. */
import type { LogFormat } from '../format.ts';
import { numberOf } from '../json.ts';
import { objectLines, tellMetrics } from './jsonLines.ts';

export const maxtext: LogFormat = {
  id: 'maxtext',
  name: 'MaxText metrics file',
  recognises: ({ objects }) =>
    objects.some(
      (object) =>
        'step' in object && Object.keys(object).some((key) => /^(learning|perf|eval|evaluation)\//.test(key)),
    ),
  grows: true,
  stepOffset: 1,
  steps: 'updates',
  decode: (sinks) => {
    const sink = sinks();
    return objectLines(sink, ({ step, ...metrics }) => {
      const number = numberOf(step);
      if (number !== undefined) tellMetrics(sink, number, metrics);
    });
  },
};
