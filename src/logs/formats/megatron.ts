/**
 * What Megatron-LM prints (NeMo's Bridge too, and gpt-neox with slightly other words): a line of training metrics, a line
 * for each validation set, and at the start all arguments with dots behind their names.
 */
import type { LogFormat } from '../format.ts';
import { lineDecoder } from '../lines.ts';
import type { LogSink } from '../sink.ts';

const TRAINING = /\biteration\s+(\d+)\s*\/\s*\d+ \|/;
const VALIDATION = /\bvalidation(?:-(.+?))? (?:loss|results) at (.*?) \| .*?\blm[ _]loss value: *(\S+)/;
const ARGUMENT = /^(?:\S+: ?)?\s{2,}(\w+) \.{3,} ?(.*)$/;
/** What is between bars on a line of training metrics. */
const TRAINED: readonly (readonly [pattern: RegExp, metric: string])[] = [
  [/\bconsumed samples: *(\d+)/, 'consumed samples'],
  [/\blearning rate: *(\S+)/, 'learning-rate'],
  [/\bglobal batch size: *(\d+)/, 'batch-size'],
];

export const megatron: LogFormat = {
  id: 'megatron',
  name: 'output of Megatron',
  recognises: ({ lines }) =>
    lines.some((line) => TRAINING.test(line) || VALIDATION.test(line) || isArgument(line)),
  grows: true,
  stepOffset: 0,
  steps: 'updates',
  decode: (sinks) => {
    const sink = sinks();
    let iteration = 0;
    return lineDecoder((line, _, finished) => {
      if (!finished) return;
      // Nearly all lines are told apart by a word alone.
      if (line.includes(' iteration ')) {
        const training = TRAINING.exec(line);
        if (training !== null) {
          const next = Number(training[1]);
          if (next < iteration) sink.rewind(next - 1);
          iteration = next;
          readTraining(line, iteration, sink);
          return;
        }
      }
      if (line.includes('validation')) readValidation(line, iteration, sink);
      else if (line.includes(' ...')) {
        const argument = ARGUMENT.exec(line);
        if (argument !== null) sink.setting(argument[1], argument[2].trim());
      }
    });
  },
};

const isArgument = (line: string): boolean =>
  /^(?:\S+: ?)?-+ arguments -+$/.test(line) ||
  /^(?:\S+: ?)?\s{2,}(?:micro_batch_size|seq_length) \.{3,}/.test(line);

function readTraining(line: string, iteration: number, sink: LogSink): void {
  for (const [pattern, metric] of TRAINED) {
    const found = pattern.exec(line);
    if (found !== null) sink.metric(iteration, metric, Number(found[1]));
  }
}

/** Under the names that the same trainer gives these metrics in TensorBoard. Losses on the test set are not asked for. */
function readValidation(line: string, iteration: number, sink: LogSink): void {
  const found = VALIDATION.exec(line);
  if (found === null || /\btest (set|data)\b/.test(found[2])) return;
  const step = /iteration (\d+)/.exec(found[2])?.[1];
  const set = found[1] === undefined ? '' : `-${found[1]}`;
  const loss = Number(found[3]);
  sink.metric(
    step === undefined ? iteration : Number(step),
    `lm loss validation${set}`,
    Number.isFinite(loss) ? loss : Number.NaN,
  );
}
