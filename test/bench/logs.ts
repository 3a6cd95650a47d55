/** Large logs: how fast they are read and in how much memory, beside what only looks at every byte or line of them. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { message, record, scalar, version } from '../logs/eventFile.ts';
import { root } from '../results/tables.ts';
import type { BenchRow } from './timing.ts';

const SIZE = 1e9;
const EVERY = 1000;
const FACTS = 'params=1.5B,domain_ratio=0.3,sequence_length=4096';
const LEAST_SPEED = 50;
const MOST_MEMORY = 300;

/** Needs the built program; writes a gigabyte at a time to the folder for temporary files, and removes it. */
export function logs(): BenchRow[] {
  const folder = mkdtempSync(join(tmpdir(), 'mixplan-bench-'));
  try {
    return [
      ...oneLog(
        '1 GB of Megatron output',
        join(folder, 'pilot.log'),
        megatronPiece,
        [],
        [
          ['wc -l', 'wc', ['-l']],
          ['Node readline, nothing parsed', process.execPath, ['-e', READLINE]],
        ],
      ),
      ...oneLog(
        '1 GB event file, 4 scalars a step and a histogram of 10 kB for every tenth',
        join(folder, 'events.out.tfevents.1'),
        eventPiece,
        ['batch_tokens=4194304'],
        [['cksum (a CRC of every byte)', 'cksum', []]],
      ),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const READLINE =
  "let n = 0; const r = require('readline').createInterface({ input: require('fs').createReadStream(process.argv[1]) }); r.on('line', () => n++)";

type Program = readonly [what: string, program: string, args: readonly string[]];

function oneLog(
  what: string,
  path: string,
  piece: (step: number) => Buffer,
  facts: readonly string[],
  others: readonly Program[],
): BenchRow[] {
  generate(path, piece);
  const bytes = statSync(path).size;
  const set = [FACTS, ...facts].join(',');
  const bin = join(root, 'dist/cli/bin/mixplan.js');
  const read = run(process.execPath, [bin, 'import', path, '--set', set, '--json', '--quiet'], bytes);
  const compared = others.map(
    ([name, program, args]) => `${name}: ${told(run(program, [...args, path], bytes))}`,
  );
  rmSync(path);
  const verdict =
    typeof read === 'string'
      ? ''
      : read.speed >= LEAST_SPEED && read.megabytes < MOST_MEMORY
        ? ': met'
        : ': **missed**';
  return [
    {
      what: `import, cold, ${what} (target ≥ ${LEAST_SPEED} MB/s in < ${MOST_MEMORY} MB${verdict})`,
      measured: told(read),
      compared: compared.join('; '),
    },
  ];
}

interface Speed {
  /** Megabytes of the file in a second. */
  readonly speed: number;
  readonly seconds: number;
  /** Most memory that the process had. */
  readonly megabytes: number;
}

const told = (speed: Speed | string): string =>
  typeof speed === 'string'
    ? speed
    : `${speed.seconds.toFixed(1)} s, ${speed.speed.toFixed(0)} MB/s, ${speed.megabytes.toFixed(0)} MB`;

/** GNU time tells the memory; words where the program failed or is not there. */
function run(program: string, args: readonly string[], bytes: number): Speed | string {
  const { status, stderr, error } = spawnSync('/usr/bin/time', ['-f', '%e %M', program, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (error !== undefined) return `not measured: ${error.message}`;
  if (status !== 0) return `failed with exit status ${status}: ${stderr.split('\n')[0]}`;
  const [seconds, kilobytes] = (stderr.trimEnd().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { speed: bytes / 1e6 / seconds, seconds, megabytes: kilobytes / 1000 };
}

function generate(path: string, piece: (step: number) => Buffer): void {
  const file = openSync(path, 'w');
  try {
    let written = 0;
    for (let step = 1; written < SIZE; step += EVERY) written += writeSync(file, piece(step));
  } finally {
    closeSync(file);
  }
}

/** A thousand iterations and an evaluation of two sets. */
function megatronPiece(from: number): Buffer {
  const lines = Array.from({ length: EVERY }, (_, k) => {
    const step = from + k;
    const lr = (1.5e-4 * (1 + Math.cos(step / 2e6))) / 2;
    return ` [2026-03-01 10:00:00.123456] iteration ${String(step).padStart(8)}/ 9000000 | consumed samples: ${String(step * 1024).padStart(12)} | elapsed time per iteration (ms): 512.3 | throughput per GPU (TFLOP/s/GPU): 312.4 | learning rate: ${lr.toExponential(6).toUpperCase()} | global batch size:  1024 | lm loss: 2.612345E+00 | loss scale: 1.0 | grad norm: 0.412 | number of skipped iterations:   0 | number of nan iterations:   0 |`;
  });
  const step = from + EVERY - 1;
  const validation = ['general', 'domain'].map((set) => {
    return ` validation-${set} loss at iteration ${step} | lm loss value: 2.3456${step % 90}E+00 | lm loss PPL: 1.0E+01 | `;
  });
  return Buffer.from(`${[...lines, ...validation].join('\n')}\n`);
}

/** The same as scalars, with a histogram of 10 kB for every tenth step. */
function eventPiece(from: number): Buffer {
  const tags = ['train/loss', 'train/learning_rate', 'train/grad_norm', 'train/epoch'];
  const histogram = record(
    message([5, message([1, message([1, Buffer.from('weights')], [5, Buffer.alloc(10_000)])])]),
  );
  const events = Array.from({ length: EVERY }, (_, k) => {
    const scalars = tags.map((tag) => scalar(from + k, tag, Math.cos((from + k) / 1e7)));
    return Buffer.concat(k % 10 === 0 ? [...scalars, histogram] : scalars);
  });
  const step = from + EVERY - 1;
  return Buffer.concat([
    ...(from === 1 ? [version] : []),
    ...events,
    scalar(step, 'eval/general_loss', 2.5),
    scalar(step, 'eval/domain_loss', 2.25),
  ]);
}
