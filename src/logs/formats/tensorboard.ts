/** TensorBoard event files, of any writer: scalars as simple values or as tensors, and texts as settings. */
import { eventFileCut, eventFileLost, eventsDamaged } from '../../problems/logs.ts';
import type { LogFormat } from '../format.ts';
import { parseObject } from '../json.ts';
import { eventReader } from './eventMessages.ts';
import { beginsWithRecord, recordDecoder } from './eventRecords.ts';

const TEXT = '/text_summary';
/** Texts that hold all settings of a run as one object (transformers). */
const ALL_SETTINGS = ['args', 'model_config'];

export const tensorboard: LogFormat = {
  id: 'tensorboard',
  name: 'TensorBoard event files',
  recognises: ({ bytes }) => beginsWithRecord(bytes),
  grows: true,
  stepOffset: 0,
  steps: 'updates',
  decode: (sinks) => {
    const sink = sinks();
    let damaged = 0;
    const readEvent = eventReader({
      onScalar: (step: number, tag: string, value: number) => sink.metric(step, tag, value),
      onText: (tag: string, text: string) => {
        const name = tag.endsWith(TEXT) ? tag.slice(0, -TEXT.length) : tag;
        const object = ALL_SETTINGS.includes(name) ? parseObject(text) : undefined;
        if (object === undefined) sink.setting(name, text);
        else for (const [key, value] of Object.entries(object)) sink.setting(key, value);
      },
    });
    return recordDecoder({
      onRecord: (bytes, start, end) => {
        if (!readEvent(bytes, start, end)) damaged += 1;
      },
      onBadData: () => {
        damaged += 1;
      },
      onBadLength: (offset) => sink.problem(eventFileLost({ offset })),
      onEnd: (left) => {
        if (damaged > 0) sink.problem(eventsDamaged({ records: damaged }));
        if (left > 0) sink.problem(eventFileCut({ bytes: left }));
      },
    });
  },
};
