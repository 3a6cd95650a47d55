/**
 * metrics_step<N>.json of OLMo-core, one file a saved step. Each holds the latest value of every metric, so that an
 * evaluation stands in all files until the next one (`carriesOver`).
 */
import { documentCutOff } from '../../problems/logs.ts';
import type { LogFormat } from '../format.ts';
import { parseObject } from '../json.ts';
import { lineDecoder } from '../lines.ts';
import { tellMetrics } from './jsonLines.ts';

const NAME = /^metrics_step(\d+)\.json$/;

export const olmo: LogFormat = {
  id: 'olmo-core',
  name: 'OLMo-core metrics files',
  recognises: ({ name }) => NAME.test(name),
  grows: false,
  carriesOver: true,
  stepOffset: 0,
  steps: 'updates',
  decode: (sinks, { path }) => {
    const sink = sinks();
    const step = Number(NAME.exec(path.replace(/^.*[\\/]/, ''))?.[1]);
    const lines: string[] = [];
    return lineDecoder(
      (line) => void lines.push(line),
      () => {
        const object = parseObject(lines.join('\n'));
        if (object === undefined) sink.problem(documentCutOff({}));
        else tellMetrics(sink, step, object);
      },
    );
  },
};
