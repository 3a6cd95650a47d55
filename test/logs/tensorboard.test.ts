import { spawnSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c, maskedCrc32c } from '../../src/logs/crc32c.ts';
import { tensorboard } from '../../src/logs/formats/tensorboard.ts';
import { readLogs } from '../../src/logs/read.ts';
import type { LogSink } from '../../src/logs/sink.ts';
import { message, record, scalar, tensor, version } from './eventFile.ts';
import { fixture, scratch } from './scratch.ts';

const { path, put } = scratch();

/** All that a file tells, fed in pieces of this many bytes. */
function read(file: Uint8Array, piece = file.length || 1) {
  const scalars: [number, string, number][] = [];
  const settings: Record<string, unknown> = {};
  const codes: string[] = [];
  const sink: LogSink = {
    metric: (step, name, value) => void scalars.push([step, name, value]),
    setting: (name, value) => {
      settings[name] = value;
    },
    row: () => {},
    rewind: () => {},
    problem: ({ code }) => void codes.push(code),
  };
  const decoder = tensorboard.decode!(() => sink, { path: '', name: '' });
  for (let at = 0; at < file.length; at += piece) decoder.push(file.subarray(at, at + piece));
  decoder.end();
  return { scalars, settings, codes };
}

describe('CRC-32C', () => {
  it('has the values of RFC 3720, appendix B.4', () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, k) => k))).toBe(0x46dd794e);
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  });

  it('is masked by a rotation and a constant', () => {
    const crc = crc32c(Buffer.from('abc'));
    const rotated = ((crc >>> 15) | (crc << 17)) >>> 0;
    expect(maskedCrc32c(Buffer.from('abc'))).toBe((rotated + 0xa282ead8) % 2 ** 32);
  });
});

describe('an event file', () => {
  const le = (write: (bytes: Buffer) => void, length: number): Buffer => {
    const bytes = Buffer.alloc(length);
    write(bytes);
    return bytes;
  };

  it('holds scalars as simple values and as tensors of every type that losses come in', () => {
    const file = Buffer.concat([
      version,
      scalar(10, 'a', 1.5),
      tensor(11, 'float_val', [1, { varint: 1 }], [5, { float: 2.5 }]),
      tensor(12, 'packed', [1, { varint: 1 }], [5, le((b) => b.writeFloatLE(3.5), 4)]),
      tensor(13, 'double_val', [1, { varint: 2 }], [6, le((b) => b.writeDoubleLE(Math.PI), 8)]),
      tensor(14, 'content', [1, { varint: 1 }], [4, le((b) => b.writeFloatLE(4.5), 4)]),
      tensor(15, 'double', [1, { varint: 2 }], [4, le((b) => b.writeDoubleLE(Math.E), 8)]),
      tensor(16, 'bfloat16', [1, { varint: 14 }], [4, Buffer.from([0x40, 0x40])]),
      tensor(17, 'int64', [1, { varint: 9 }], [10, { varint: 7 }]),
      tensor(
        18,
        'shape of 1',
        [1, { varint: 1 }],
        [2, message([2, message([1, { varint: 1 }])])],
        [5, { float: 8 }],
      ),
      tensor(
        19,
        'histogram',
        [1, { varint: 2 }],
        [2, message([2, message([1, { varint: 3 }])])],
        [4, Buffer.alloc(24)],
      ),
      scalar(2 ** 40, 'late', 9),
      scalar(20, 'nan', Number.NaN),
    ]);
    const { scalars, codes } = read(file);
    expect(codes).toEqual([]);
    expect(scalars).toEqual([
      [10, 'a', 1.5],
      [11, 'float_val', 2.5],
      [12, 'packed', 3.5],
      [13, 'double_val', Math.PI],
      [14, 'content', 4.5],
      [15, 'double', Math.E],
      [16, 'bfloat16', 3],
      [17, 'int64', 7],
      [18, 'shape of 1', 8],
      [2 ** 40, 'late', 9],
      [20, 'nan', Number.NaN],
    ]);
  });

  it('holds settings as texts, and those of transformers as one object', () => {
    const text = (tag: string, value: string) => tensor(0, tag, [1, { varint: 7 }], [8, Buffer.from(value)]);
    const file = Buffer.concat([
      text('seq_length/text_summary', '4096'),
      text('args/text_summary', '{"seed": 5}'),
    ]);
    expect(read(file).settings).toEqual({ seq_length: '4096', seed: 5 });
  });

  const events = Array.from({ length: 12 }, (_, k) => scalar(k, `tag ${k % 3}`, k / 8));
  const file = Buffer.concat([version, ...events]);
  const ends = events.map((_, k) => Buffer.concat([version, ...events.slice(0, k + 1)]).length);

  it('reads up to where it is cut, at any byte and in pieces of any size', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: file.length }),
        fc.integer({ min: 1, max: 200 }),
        (cut, piece) => {
          const { scalars, codes } = read(file.subarray(0, cut), piece);
          const whole = ends.filter((end) => end <= cut).length;
          expect(scalars.map(([step]) => step)).toEqual(Array.from({ length: whole }, (_, k) => k));
          const atEnd = cut === 0 || cut === version.length || ends.includes(cut);
          expect(codes).toEqual(atEnd ? [] : ['event-file-cut']);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('loses one record where its data are damaged, and the rest where a length is, wherever a bit flips', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: file.length - 1 }),
        fc.integer({ min: 0, max: 7 }),
        (byte, bit) => {
          const flipped = Buffer.from(file);
          flipped[byte] ^= 1 << bit;
          const { scalars, codes } = read(flipped, 64);
          const starts = [0, version.length, ...ends];
          const hit = starts.findLastIndex((start) => start <= byte);
          const inHeader = byte - starts[hit] < 12;
          const told = events.map((_, k) => k).filter((k) => (inHeader ? k + 1 < hit : k + 1 !== hit));
          expect(scalars.map(([step]) => step)).toEqual(told);
          expect(codes).toEqual([inHeader ? 'event-file-lost' : 'events-damaged']);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('passes over records that are too large for scalars, and over messages that are none', () => {
    const large = record(Buffer.alloc(9 * 1024 * 1024));
    const { scalars, codes } = read(
      Buffer.concat([large, record(Buffer.from([0xff, 0xff])), scalar(1, 'a', 2)]),
      65_536,
    );
    expect(scalars).toEqual([[1, 'a', 2]]);
    expect(codes).toEqual(['events-damaged']);
  });
});

describe('a folder of event files', () => {
  it('is one run, rotated files in their order; a restart takes back what was logged beyond it', async () => {
    const losses = (from: number, to: number, add: number): Buffer =>
      Buffer.concat([
        version,
        ...Array.from({ length: to - from + 1 }, (_, k) => [
          scalar(100 * (from + k), 'eval/general_loss', 2 + (from + k) / 8 + add),
          scalar(100 * (from + k), 'eval/domain_loss', 3 - (from + k) / 8 + add),
        ]).flat(),
      ]);
    await put('tb/events.out.tfevents.1770000000.host.1.0', losses(1, 4, 0));
    await put('tb/events.out.tfevents.1770009000.host.2.0', losses(3, 3, 0.25));
    const set = { params: '1M', domain_ratio: '0.5', batch_tokens: '1000' };
    const { runs, problems } = await readLogs([path('tb')], { set });
    expect(runs[0].evaluations.map(({ step, losses: { general } }) => [step, general])).toEqual([
      [100, 2.125],
      [200, 2.25],
      [300, 2.625],
    ]);
    expect(problems.map(({ code }) => code)).toContain('steps-superseded');
  });
});

/** Writes 300 scalars with PyTorch's own writer, the first half as simple values, the second as tensors. */
const WRITER = `
import json, math, sys
try:
    from torch.utils.tensorboard import SummaryWriter
except ImportError as e:
    print(e); sys.exit(77)
told = []
with SummaryWriter(sys.argv[1]) as writer:
    for step in range(300):
        tag, value = "eval/set %d" % (step % 3), math.exp(-step / 100) + step
        writer.add_scalar(tag, value, step * 1000, new_style=step >= 150)
        told.append([step * 1000, tag, value])
    writer.add_text("seq_length", "4096", 0)
    writer.add_histogram_raw("weights", 0, 1, 1, 1, 1, [1.0], [1.0], 5)
json.dump(told, open(sys.argv[2], "w"))
`;

describe("files of PyTorch's own writer", () => {
  it('have all their scalars, to the float32 that the writer keeps', async ({ skip }) => {
    const { status, stdout, stderr, error } = spawnSync(
      '/usr/bin/python3',
      ['-c', WRITER, path('torch'), path('told.json')],
      {
        encoding: 'utf8',
      },
    );
    if (error !== undefined || status === 77)
      skip(`torch.utils.tensorboard is not there: ${error?.message ?? stdout.trim()}`);
    expect(`${status} ${stderr.slice(-500)}`).toMatch(/^0 /);
    const [name] = await readdir(path('torch'));
    const { scalars, settings, codes } = read(await readFile(join(path('torch'), name)), 1000);
    const told = JSON.parse(await readFile(path('told.json'), 'utf8')) as [number, string, number][];
    expect(codes).toEqual([]);
    expect(scalars).toEqual(told.map(([step, tag, value]) => [step, tag, Math.fround(value)]));
    expect(settings).toEqual({ seq_length: '4096' });
  }, 60_000);
});

it('is no event file without its checksum', async () => {
  const file = await put('garbage.bin', Buffer.alloc(100, 7));
  await expect(readLogs([file], {})).rejects.toMatchObject({ problems: [{ code: 'log-unknown' }] });
  await expect(readLogs([fixture('hf/pilot-r30')], { format: 'tensorboard' })).rejects.toMatchObject({
    problems: [{ code: 'no-logs-found' }],
  });
});
