/** Bytes to lines, a chunk at a time. */
import type { Decoder } from './sink.ts';

const NEWLINE = 0x0a;
/** A line longer than this is no log line: it is dropped in the middle instead of being kept in memory. */
const LONGEST_LINE = 16 * 1024 * 1024;

/**
 * A decoder that hands over whole lines without their ends, counted from 1. A line that has not ended yet waits for the
 * next bytes, and is handed over by `end` as unfinished. Bytes that are not UTF-8 become U+FFFD.
 */
export function lineDecoder(
  onLine: (line: string, number: number, finished: boolean) => void,
  onEnd: () => void = () => {},
): Decoder {
  let rest: Buffer[] = [];
  let restLength = 0;
  let number = 0;
  const handOver = (text: string, finished: boolean): void => {
    let start = 0;
    for (;;) {
      const stop = text.indexOf('\n', start);
      if (stop < 0) break;
      number += 1;
      onLine(text.slice(start, text.charCodeAt(stop - 1) === 13 ? stop - 1 : stop), number, true);
      start = stop + 1;
    }
    if (!finished && start < text.length) {
      number += 1;
      onLine(text.slice(start), number, false);
    }
  };
  return {
    push: (bytes) => {
      const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const last = chunk.lastIndexOf(NEWLINE);
      if (last < 0) {
        if (restLength + chunk.length > LONGEST_LINE) {
          rest = [];
          restLength = 0;
        }
        // The caller reads on into the same memory.
        rest.push(Buffer.from(chunk));
        restLength += chunk.length;
        return;
      }
      if (restLength > 0) {
        const first = chunk.indexOf(NEWLINE);
        handOver(Buffer.concat([...rest, chunk.subarray(0, first + 1)]).toString('utf8'), true);
        if (last > first) handOver(chunk.toString('utf8', first + 1, last + 1), true);
      } else {
        handOver(chunk.toString('utf8', 0, last + 1), true);
      }
      rest = last + 1 < chunk.length ? [Buffer.from(chunk.subarray(last + 1))] : [];
      restLength = chunk.length - last - 1;
    },
    end: () => {
      if (restLength > 0) handOver(Buffer.concat(rest).toString('utf8'), false);
      rest = [];
      restLength = 0;
      onEnd();
    },
  };
}
