/** trainer_state.json of transformers, and of what is built on it: one document with every log entry of the run so far. */
import { stateCutOff } from '../../problems/logs.ts';
import type { LogFormat } from '../format.ts';
import { entryDecoder, numberOf } from '../json.ts';

export const huggingFace: LogFormat = {
  id: 'hf-trainer',
  name: 'Hugging Face trainer state',
  recognises: ({ name, bytes }) => {
    const begin = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1').trimStart();
    return begin.startsWith('{') && (name === 'trainer_state.json' || /"log_history"\s*:\s*\[/.test(begin));
  },
  grows: false,
  stepOffset: 0,
  steps: 'updates',
  decode: (sinks) => {
    const sink = sinks();
    let entries = 0;
    return entryDecoder(
      (entry) => {
        const { step, ...logged } = entry;
        if (typeof step !== 'number') return;
        entries += 1;
        for (const [name, value] of Object.entries(logged)) {
          const number = numberOf(value);
          if (number !== undefined) sink.metric(step, name, number);
        }
      },
      (whole) => {
        if (!whole) sink.problem(stateCutOff({ entries }));
      },
    );
  },
};
