/** The text that the FileLogger of composer (llm-foundry) writes: `[metric][batch=N]: name: value`. */
import type { LogFormat } from '../format.ts';
import { lineDecoder } from '../lines.ts';

const METRIC = /^\[metric\]\[batch=(\d+)\]: (.+): (\S+)\s*$/;
const SETTING = /^\[hyperparameter\]: ([^:]+): (.*?)\s*$/;

export const composer: LogFormat = {
  id: 'composer',
  name: 'composer text log',
  recognises: ({ lines }) => lines.some((line) => METRIC.test(line) || SETTING.test(line)),
  grows: true,
  stepOffset: 0,
  steps: 'updates',
  decode: (sinks) => {
    const sink = sinks();
    return lineDecoder((line, _, finished) => {
      if (!finished) return;
      const metric = METRIC.exec(line);
      if (metric !== null) {
        const value = numberIn(metric[3]);
        if (value !== undefined) sink.metric(Number(metric[1]), metric[2], value);
        return;
      }
      const setting = SETTING.exec(line);
      if (setting !== null) sink.setting(setting[1], setting[2].replace(/^"(.*)"$/, '$1'));
    });
  },
};

/** Values are written as JSON, numbers of tensors now and then as `tensor(2.31)`. */
function numberIn(text: string): number | undefined {
  const plain = text.replace(/^tensor\((.*)\)$/, '$1').replace(/^"(.*)"$/, '$1');
  if (/^-?(nan|inf|infinity)$/i.test(plain)) return Number.NaN;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : undefined;
}
