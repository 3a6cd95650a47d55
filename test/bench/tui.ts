/** The terminal UI: a lever to its plan, a key to its frame, the start to the first frame. */
import { execFileSync, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { render } from 'ink';
import { createElement } from 'react';
import type { FitDocument } from '../../src/documents/fit.ts';
import { App } from '../../src/tui/App.tsx';
import { makeAnswers } from '../../src/tui/answer.ts';
import { type Lever, levers } from '../../src/tui/levers.ts';
import type { Values } from '../../src/tui/values.ts';
import { root } from '../results/tables.ts';
import { opened, type Stage, stage } from '../tui/screen.ts';
import { type BenchRow, inWords, summary, type Timing, time } from './timing.ts';

const STEPS = 40;
const SIZE = { columns: 120, rows: 40 };

export async function tui(): Promise<BenchRow[]> {
  const here = await stage();
  const { host, source, asked } = here;
  return [
    ...leverRows(here, 'the shipped fit'),
    ...leverRows(await severalSets(), 'three sets and two corpora'),
    {
      what: `key to frame at ${SIZE.columns} × ${SIZE.rows}`,
      measured: await frames({ host, source, asked }),
      target: 60,
    },
    { what: 'start to first frame on a saved fit', measured: await starts(), target: 700 },
  ];
}

/** Runs that were measured on three sets, fitted on the spot. */
async function severalSets(): Promise<Stage> {
  const staged = await stage('--corpus', 'domain=500k,general=5M');
  const source = await staged.host.open([join(root, 'datasets/pilots-german-manuals/runs.csv')]);
  return { ...staged, source };
}

/** Every lever up and down: the one of the slowest median, and the slowest step of all. */
function leverRows(here: Stage, of: string): BenchRow[] {
  const each = levers.map((lever) => ({ lever, measured: stepsOf(here, lever) }));
  const medians = each.toSorted((a, b) => b.measured.timing.median - a.measured.timing.median);
  const worst = each.toSorted((a, b) => b.measured.worst - a.measured.worst);
  const { length } = levers;
  return [
    {
      what: `lever to plan, ${of}, ${here.source.fit.draws.count} draws, without drawing: the slowest of ${length} levers`,
      measured: medians[0].measured.timing,
      target: 5,
      compared: `${medians[0].lever.title}; ${medians.at(-1)!.lever.title} ${inWords(medians.at(-1)!.measured.timing.median)}`,
    },
    {
      what: `the slowest of their ${STEPS * length} steps`,
      measured: inWords(worst[0].measured.worst),
      compared: worst[0].lever.title,
    },
  ];
}

function stepsOf(here: Stage, lever: Lever): { readonly timing: Timing; readonly worst: number } {
  const { source, host } = here;
  const { fit } = source;
  const held = { source, exclude: [], fit, sha256: source.sha256 };
  const answers = makeAnswers(host);
  let values = movable(lever, opened(here).values, fit);
  answers.exactly(held, values);
  let worst = 0;
  const timing = time(STEPS, 10, (round) => {
    // Other values each time, so that no plan is remembered, but where the lever itself is what differs.
    const other = lever.sets[0] === 'confidence' ? values : { ...values, confidence: 0.9 - round * 1e-6 };
    values = lever.step(other, round % 20 < 10 ? 1 : -1, fit);
    const start = performance.now();
    answers.now(held, values);
    if (round >= 10) worst = Math.max(worst, performance.now() - start);
  });
  return { timing, worst };
}

/** What has to be told before a lever moves anything: a corpus, hardware, or that other sizes may be asked for. */
function movable({ sets: [first] }: Lever, values: Values, { pilots }: FitDocument): Values {
  switch (first) {
    case 'maxEpochs':
      return { ...values, corpus: values.corpus ?? { domain: pilots.range.tokens[1] / 10 } };
    case 'mfu':
      return { ...values, gpu: 'h100-sxm' };
    case 'params':
      return { ...values, assumeBaseFromSizeLaw: true };
    default:
      return values;
  }
}

/** A terminal of nobody: keys go in, frames come out. */
async function frames({ host, source, asked }: Pick<Parameters<typeof App>[0], 'host' | 'source' | 'asked'>) {
  const stdout = Object.assign(new EventEmitter(), { ...SIZE, isTTY: true, write: () => true });
  let waiting = '';
  const stdin = Object.assign(new EventEmitter(), {
    isTTY: true,
    setEncoding: () => undefined,
    setRawMode: () => undefined,
    resume: () => undefined,
    pause: () => undefined,
    ref: () => undefined,
    unref: () => undefined,
    read: () => {
      const text = waiting;
      waiting = '';
      return text === '' ? null : text;
    },
  });
  let drawn: () => void = () => undefined;
  stdout.write = () => {
    drawn();
    return true;
  };
  const refitter = { order: () => undefined, cancel: () => undefined };
  const look = { colour: true, ascii: false };
  const props = {
    host,
    source,
    asked,
    look,
    refitter,
    suspend: async () => undefined,
    onQuit: () => undefined,
  };
  const app = render(createElement(App, props), {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stdin: stdin as unknown as NodeJS.ReadStream,
    patchConsole: false,
    exitOnCtrlC: false,
  });
  const milliseconds: number[] = [];
  for (let round = 0; round < STEPS; round++) {
    // Long enough for the exact answers of the last key.
    await new Promise((resolve) => setTimeout(resolve, 700));
    const start = performance.now();
    const frame = new Promise<void>((resolve) => {
      drawn = resolve;
    });
    waiting = round % 20 < 10 ? '\u001b[C' : '\u001b[D';
    stdin.emit('readable');
    await frame;
    drawn = () => undefined;
    if (round >= 5) milliseconds.push(performance.now() - start);
  }
  app.unmount();
  return summary(milliseconds);
}

/** The built program in a terminal of `script`, until the plan is on the screen. */
async function starts() {
  execFileSync(process.execPath, ['build.mjs'], { cwd: root });
  const program = `${process.execPath} ${join(root, 'dist/cli/bin/mixplan.js')} tui ${join(root, 'fits/pilots-kernel-c.fit.json')}`;
  const milliseconds: number[] = [];
  for (let round = 0; round < 7; round++) {
    const start = performance.now();
    const child = spawn('script', ['-qec', `stty columns 120 rows 40; ${program}`, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, CI: undefined },
    });
    await new Promise<void>((resolve) => {
      let text = '';
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes('critical ratio')) resolve();
      });
      child.on('exit', () => resolve());
    });
    if (round > 0) milliseconds.push(performance.now() - start);
    child.stdin.write('q');
    child.kill();
  }
  return summary(milliseconds);
}
