/**
 * The records of a TensorBoard event file: length (8 bytes, little-endian), masked CRC-32C of it, the data, masked
 * CRC-32C of that. Every record is checked.
 */
import { maskedCrc32c } from '../crc32c.ts';
import type { Decoder } from '../sink.ts';

const HEADER = 12;
const FOOTER = 4;
/** No scalar comes near: larger records (pictures, graphs) are passed over without being kept. */
const LARGEST_RECORD = 8 * 1024 * 1024;

export interface RecordEvents {
  /** `bytes` from `start` to `end` are valid during the call alone. */
  onRecord(bytes: Buffer, start: number, end: number): void;
  /** A record whose data do not have the checksum that stands behind them; the next record is found all the same. */
  onBadData(): void;
  /** A length that does not have its checksum: nothing after this byte can be found. */
  onBadLength(offset: number): void;
  /** The file is over; `left` bytes stand after the last whole record. */
  onEnd(left: number): void;
}

export function recordDecoder(events: RecordEvents): Decoder {
  let rest = Buffer.alloc(0);
  /** Bytes of a large record still to be passed over. */
  let passing = 0;
  let offset = 0;
  let lost = false;

  /** Takes whole records off the front; returns where it stopped. */
  const take = (bytes: Buffer): number => {
    let at = 0;
    while (!lost && bytes.length - at >= HEADER) {
      if (bytes.readUInt32LE(at + 8) !== maskedCrc32c(bytes, at, at + 8)) {
        lost = true;
        events.onBadLength(offset + at);
        break;
      }
      const length = bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
      const whole = HEADER + length + FOOTER;
      if (length > LARGEST_RECORD) {
        passing = Math.max(0, whole - (bytes.length - at));
        at = Math.min(bytes.length, at + whole);
        continue;
      }
      if (bytes.length - at < whole) break;
      const start = at + HEADER;
      const end = start + length;
      if (bytes.readUInt32LE(end) === maskedCrc32c(bytes, start, end)) events.onRecord(bytes, start, end);
      else events.onBadData();
      at += whole;
    }
    return at;
  };

  return {
    push: (chunk) => {
      if (lost) return;
      const passed = Math.min(passing, chunk.length);
      passing -= passed;
      offset += passed;
      const fresh = Buffer.from(chunk.buffer, chunk.byteOffset + passed, chunk.length - passed);
      if (fresh.length === 0) return;
      const bytes = rest.length === 0 ? fresh : Buffer.concat([rest, fresh]);
      const taken = take(bytes);
      offset += taken;
      // The caller reads on into the same memory.
      rest = Buffer.from(bytes.subarray(taken));
    },
    end: () => {
      events.onEnd(lost ? 0 : rest.length + Math.min(1, passing));
    },
  };
}

/** Whether a file begins with the length of a record and its checksum. */
export function beginsWithRecord(bytes: Uint8Array): boolean {
  if (bytes.length < HEADER) return false;
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, HEADER);
  return head.readUInt32LE(4) === 0 && head.readUInt32LE(8) === maskedCrc32c(head, 0, 8);
}
