/** Bytes of a runs file to text: unpacks gzip, insists on UTF-8, and names what is no text at all. */
import { gunzipSync } from 'node:zlib';
import { badGzip, notText } from '../problems/tables.ts';
import type { Report } from './table.ts';

/** First bytes of formats that people try, and how to call them. */
const FOREIGN: readonly { readonly magic: readonly number[]; readonly what: string }[] = [
  { magic: [0x50, 0x41, 0x52, 0x31], what: 'a Parquet file' },
  { magic: [0x50, 0x4b, 0x03, 0x04], what: 'a zip archive or a spreadsheet (xlsx)' },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], what: 'packed with zstd' },
  { magic: [0x42, 0x5a, 0x68], what: 'packed with bzip2' },
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a], what: 'packed with xz' },
  { magic: [0xff, 0xfe], what: 'UTF-16 text' },
  { magic: [0xfe, 0xff], what: 'UTF-16 text' },
];
const GZIP = [0x1f, 0x8b];

const startsWith = (bytes: Uint8Array, magic: readonly number[]): boolean =>
  magic.every((byte, index) => bytes[index] === byte);

/**
 * The text of a file, with \n line ends and without a byte order mark. Gzip is recognised by its content, so the
 * name does not matter. Returns undefined, after a report, for damaged gzip and for anything but UTF-8 text.
 */
export function bytesToText(file: string, bytes: Uint8Array, report: Report): string | undefined {
  const plain = startsWith(bytes, GZIP) ? unpack(file, bytes, report) : bytes;
  if (plain === undefined) return undefined;
  const foreign = FOREIGN.find(({ magic }) => startsWith(plain, magic));
  if (foreign !== undefined) {
    report(notText({ what: foreign.what }, { file }));
    return undefined;
  }
  const nul = plain.indexOf(0);
  if (nul >= 0) {
    report(notText({ what: 'binary data (it holds a zero byte)' }, { file, line: lineOf(plain, nul) }));
    return undefined;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(plain).replace(/\r\n?/g, '\n');
  } catch {
    const place = { file, line: lineOf(plain, firstInvalid(plain)) };
    report(notText({ what: 'text in another encoding than UTF-8, or binary data' }, place));
    return undefined;
  }
}

function unpack(file: string, bytes: Uint8Array, report: Report): Uint8Array | undefined {
  try {
    return gunzipSync(bytes);
  } catch (error) {
    report(badGzip({ reason: (error as Error).message }, { file }));
    return undefined;
  }
}

/** Line of the byte at `offset`, from 1. */
function lineOf(bytes: Uint8Array, offset: number): number {
  let line = 1;
  for (let k = 0; k < offset; k += 1) if (bytes[k] === 0x0a) line += 1;
  return line;
}

/** Offset of a byte at or just before the first that is not UTF-8, by bisection over prefixes. */
function firstInvalid(bytes: Uint8Array): number {
  const valid = (length: number): boolean => {
    try {
      // A streaming decoder accepts a prefix that ends within a character.
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (valid(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
