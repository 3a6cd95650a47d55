/** trainer_log.jsonl of LLaMA-Factory: one line a log call, with the loss of all evaluation sets together at best. */
import type { LogFormat } from '../format.ts';
import { numberOf } from '../json.ts';
import { objectLines, tellMetrics } from './jsonLines.ts';

export const llamaFactory: LogFormat = {
  id: 'llama-factory',
  name: 'LLaMA-Factory trainer log',
  recognises: ({ objects }) => objects.some((object) => 'current_steps' in object && 'percentage' in object),
  grows: true,
  stepOffset: 0,
  steps: 'updates',
  decode: (sinks) => {
    const sink = sinks();
    return objectLines(sink, (object) => {
      const step = numberOf(object.current_steps);
      if (step !== undefined) tellMetrics(sink, step, object);
    });
  },
};
