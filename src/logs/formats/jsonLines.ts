/** What the formats of one JSON object a line share. */
import { linesDamaged } from '../../problems/logs.ts';
import { type JsonObject, numberOf, parseObject } from '../json.ts';
import { lineDecoder } from '../lines.ts';
import type { Decoder, LogSink } from '../sink.ts';

/** A decoder of one object a line; lines that are none are counted and told. A last line without its end is left out. */
export function objectLines(sink: LogSink, onObject: (object: JsonObject) => void): Decoder {
  let damaged = 0;
  let first = 0;
  return lineDecoder(
    (line, number, finished) => {
      if (line.trim() === '') return;
      const object = parseObject(line);
      if (object !== undefined) onObject(object);
      else if (finished) {
        damaged += 1;
        first ||= number;
      }
    },
    () => {
      if (damaged > 0) sink.problem(linesDamaged({ lines: damaged, first }));
    },
  );
}

/** Every number of an object as a metric at a step. */
export function tellMetrics(sink: LogSink, step: number, object: JsonObject): void {
  for (const name in object) {
    const value = numberOf(object[name]);
    if (value !== undefined) sink.metric(step, name, value);
  }
}
