/** The terminal UI: a lever to its plan, a key to its frame, the start to the first frame. */
import { execFileSync, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { render } from 'ink';
import { createElement } from 'react';
import { App } from '../../src/tui/App.tsx';
import { makeAnswers } from '../../src/tui/answer.ts';
import { levers } from '../../src/tui/levers.ts';
import { root } from '../results/tables.ts';
import { opened, stage } from '../tui/screen.ts';
import { type BenchRow, summary, time } from './timing.ts';

const STEPS = 40;
const SIZE = { columns: 120, rows: 40 };

export async function tui(): Promise<BenchRow[]> {
  const here = await stage();
  const { host, source, asked } = here;
  const held = { source, exclude: [], fit: source.fit, sha256: source.sha256 };
  const steps = ['budget', 'tolerance', 'domain corpus'].map((title): BenchRow => {
    const lever = levers.find((each) => each.title === title)!;
    const answers = makeAnswers(host);
    let { values } = opened(here);
    answers.exactly(held, values);
    return {
      what: `lever ${title} to plan, ${source.fit.draws.count} draws, without drawing`,
      measured: time(STEPS, 10, (round) => {
        // Other values each time, so that no plan is remembered.
        values = lever.step(
          { ...values, confidence: 0.9 - round * 1e-6 },
          round % 20 < 10 ? 1 : -1,
          source.fit,
        );
        answers.now(held, values);
      }),
      target: 5,
    };
  });
  return [
    ...steps,
    {
      what: `key to frame at ${SIZE.columns} × ${SIZE.rows}`,
      measured: await frames({ host, source, asked }),
      target: 60,
    },
    { what: 'start to first frame on a saved fit', measured: await starts(), target: 700 },
  ];
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
