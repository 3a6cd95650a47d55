/** The bytes of files, a piece at a time: no log is ever held in memory. */
import { type FileHandle, open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { gzipCutOff } from '../problems/logs.ts';
import type { Decoder, LogSink } from './sink.ts';

const PIECE = 1024 * 1024;

/** The first bytes of a file, unpacked where it is gzip. Throws what the file system throws. */
export async function headOf(path: string, most: number): Promise<Uint8Array> {
  const handle = await open(path);
  try {
    const bytes = Buffer.alloc(most);
    const { bytesRead } = await handle.read(bytes, 0, most, 0);
    const head = bytes.subarray(0, bytesRead);
    return isGzip(head) ? await unpacked(head, most) : head;
  } finally {
    await handle.close();
  }
}

/**
 * Feeds a decoder with the bytes of a file from `from` on, unpacked where it is gzip, and returns where the file ended.
 * Gzip is always read from its beginning. Throws what the file system throws.
 */
export async function feed(path: string, from: number, decoder: Decoder, sink: LogSink): Promise<number> {
  const handle = await open(path);
  try {
    return (await beginsAsGzip(handle))
      ? await feedUnpacked(handle, decoder, sink)
      : await feedPlain(handle, from, decoder);
  } finally {
    await handle.close();
  }
}

/** How much of either end of what was read tells whether a file still holds it. */
const WITNESS = 4096;

/** The first and the last bytes of the first `size` of a file. Throws what the file system throws. */
export async function endsOf(path: string, size: number): Promise<Buffer> {
  const handle = await open(path);
  try {
    const ends = Buffer.alloc(2 * Math.min(size, WITNESS));
    const half = ends.length / 2;
    await handle.read(ends, 0, half, 0);
    await handle.read(ends, half, half, size - half);
    return ends;
  } finally {
    await handle.close();
  }
}

async function feedPlain(handle: FileHandle, from: number, decoder: Decoder): Promise<number> {
  const piece = Buffer.allocUnsafe(PIECE);
  for (let at = from; ; ) {
    const { bytesRead } = await handle.read(piece, 0, PIECE, at);
    if (bytesRead === 0) return at;
    decoder.push(piece.subarray(0, bytesRead));
    at += bytesRead;
  }
}

async function feedUnpacked(handle: FileHandle, decoder: Decoder, sink: LogSink): Promise<number> {
  const { size } = await handle.stat();
  const source = handle.createReadStream({ start: 0, autoClose: false });
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const chunk of source.pipe(gunzip)) decoder.push(chunk as Buffer);
  } catch (error) {
    if (!isGzipFault(error)) throw error;
    sink.problem(gzipCutOff({ reason: error.message }));
  }
  return size;
}

async function beginsAsGzip(handle: FileHandle): Promise<boolean> {
  const magic = Buffer.alloc(2);
  await handle.read(magic, 0, 2, 0);
  return isGzip(magic);
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

const isGzipFault = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && /^(Z_|ERR_)/.test(String(error.code));

/** As much as a cut-off piece of gzip unpacks to. */
function unpacked(bytes: Buffer, most: number): Promise<Uint8Array> {
  return new Promise((resolve) => {
    const gunzip = createGunzip();
    const pieces: Buffer[] = [];
    let length = 0;
    const finish = (): void => resolve(Buffer.concat(pieces).subarray(0, most));
    gunzip.on('data', (piece: Buffer) => {
      pieces.push(piece);
      length += piece.length;
      if (length >= most) gunzip.destroy();
    });
    gunzip.on('error', finish);
    gunzip.on('close', finish);
    gunzip.end(bytes);
  });
}
