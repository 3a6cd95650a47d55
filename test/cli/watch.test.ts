/** A run against its plan, through the command line. */
import { spawn } from 'node:child_process';
import { appendFile, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PlanDocument } from '../../src/documents/plan.ts';
import { parseDocument } from '../../src/documents/read.ts';
import { documentKinds } from '../../src/documents/schemas.ts';
import type { WatchDocument, WatchEvaluationDocument } from '../../src/documents/watch.ts';
import { mixplan } from './harness.ts';
import { codesOf, fitPath, scratch, size } from './pilots.ts';

const { path, put } = scratch();
const TOKENS = 5e6;
const repository = fileURLToPath(new URL('../../', import.meta.url));

let plan: string;
let header: string;
let rows: string[];
beforeAll(async () => {
  plan = path('plan.json');
  await copyFile(fitPath, path('pilots.fit.json'));
  const asked = ['--budget', '5M tokens', ...size, '--tolerance', '3%', '-o', plan];
  expect((await mixplan(['plan', path('pilots.fit.json'), ...asked])).status).toBe(0);
  const { stdout } = await mixplan(['simulate', plan, '--seed', '4']);
  [header, ...rows] = stdout.trimEnd().split('\n');
}, 120_000);

/** Tokens of a row, and the row with its general loss multiplied. */
const column = (name: string): number => header.split(',').indexOf(name);
const tokensOf = (row: string): number => Number(row.split(',')[column('tokens')]);
const scaled = (row: string, factor: number): string =>
  row
    .split(',')
    .map((cell, k) => (k === column('loss_general') ? String(Number(cell) * factor) : cell))
    .join(',');
/** The table up to some tokens, with the general loss changed along the run. */
const logged = (until: number, change: (tokens: number) => number = () => 0): string =>
  `${[header, ...rows.filter((row) => tokensOf(row) <= until).map((row) => (tokensOf(row) === 0 ? row : scaled(row, 1 + change(tokensOf(row)))))].join('\n')}\n`;

const jump =
  (at: number, by: number) =>
  (tokens: number): number =>
    tokens >= at * TOKENS ? by : 0;
const lines = (stdout: string): unknown[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
const verdictIn = (stdout: string) => lines(stdout).at(-1) as WatchDocument;

describe('mixplan watch', () => {
  it('says that a run is on course, how sure that is, and shows its last evaluations', async () => {
    const log = await put('course.csv', logged(0.6 * TOKENS));
    const { status, stdout, stderr } = await mixplan(['watch', plan, log]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^On course: after 3M of 5M tokens run plan-s1 follows its prediction/);
    for (const part of [
      'How sure',
      'before anything was seen',
      'The last evaluations',
      'predicted',
      'What to do',
    ])
      expect(stdout).toContain(part);
    expect(stdout).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('takes a log from standard input, followed to its end too, with the same answer', async () => {
    const text = logged(0.6 * TOKENS);
    const log = await put('piped.csv', text);
    const plain = await mixplan(['watch', plan, log, '--json']);
    for (const more of [[], ['--follow']]) {
      const piped = await mixplan(['watch', plan, '-', '--json', ...more], { stdin: text });
      expect(piped.status).toBe(0);
      expect(piped.stdout).toBe(plain.stdout);
    }
    const { status, stderr } = await mixplan(['watch', plan, '-'], { stdin: '' });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^error: standard input is no log/);
  });

  it('says first that a run diverged, which no evaluation before it tells: exit 1', async () => {
    const nan = rows
      .filter((row) => tokensOf(row) <= 0.6 * TOKENS)
      .map((row) => (tokensOf(row) > 0.5 * TOKENS ? scaled(row, Number.NaN) : row));
    const log = await put('diverged.csv', `${[header, ...nan].join('\n')}\n`);
    const { status, stdout } = await mixplan(['watch', plan, log]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^Run plan-s1 diverged: its loss is NaN or infinity on general since/);
    expect(stdout).toContain('Stop it');
  });

  it('says what is missing where there is only the base model, or the run is beyond the plan', async () => {
    const base = await put('base.csv', logged(0));
    const { status, stderr } = await mixplan(['watch', plan, base, '--json']);
    expect(status).toBe(2);
    expect(codesOf(stderr)).toEqual(['not-trained-yet']);
    const beyond = rows.map((row) =>
      row
        .split(',')
        .map((cell, k) => (k === column('tokens') ? String(Number(cell) * 1000) : cell))
        .join(','),
    );
    const long = await put('beyond.csv', `${[header, ...beyond].join('\n')}\n`);
    expect((await mixplan(['watch', plan, long])).stdout).toMatch(
      /^Not judged: no evaluation of run plan-s1 lies between/,
    );
  });

  it('finds a jump: exit 1, where and how large, and that the goal is at risk', async () => {
    const log = await put('jump.csv', logged(0.6 * TOKENS, jump(0.3, 0.03)));
    const { status, stdout } = await mixplan(['watch', plan, log, '--json']);
    const verdict = verdictIn(stdout);
    expect(status).toBe(1);
    expect(verdict.unexpected).toHaveLength(1);
    const [{ set, since, kind, from, size: amount }] = verdict.unexpected;
    expect({ set, kind }).toEqual({ set: 'general', kind: 'jump' });
    expect(since).toBeLessThan(0.4 * TOKENS);
    expect(Math.abs(from - 0.3 * TOKENS)).toBeLessThan(0.06 * TOKENS);
    expect(amount).toBeCloseTo(0.03, 2);
    expect(verdict.atRisk?.set).toBe('general');
    expect(verdict.within!.now).toBeLessThan(0.01);
    const told = (await mixplan(['watch', plan, log])).stdout;
    expect(told).toMatch(/^Unexpected: .* on general: a jump of\s\+\d/s);
    expect(told).toContain('Goal at risk:');
  });

  it('calls a goal at risk before anything is unexpected, and names the ratio for what is left', async () => {
    const log = await put(
      'risk.csv',
      logged(0.4 * TOKENS, () => 0.014),
    );
    const { status, stdout } = await mixplan(['watch', plan, log, '--json']);
    const verdict = verdictIn(stdout);
    expect(status).toBe(1);
    expect(verdict.unexpected).toEqual([]);
    expect(verdict.atRisk?.set).toBe('general');
    const { byShare, tokensLeft } = verdict.replanned!;
    expect(tokensLeft).toBe(0.6 * TOKENS);
    const planned = (JSON.parse(await readFile(plan, 'utf8')) as PlanDocument).runs[0].phases[0].domainRatio;
    expect(byShare.ratio).toBeLessThan(planned);
    expect(byShare.within).toBeGreaterThanOrEqual(0.9);
    expect((await mixplan(['watch', plan, log])).stdout).toMatch(/With domain ratio 0\.\d+ .*Extrapolated/s);
  });

  it('writes one line an evaluation with --json, and the verdict last, as their schemas say', async () => {
    const log = await put('lines.csv', logged(0.2 * TOKENS));
    const out = path('watch.json');
    const { stdout } = await mixplan(['watch', plan, log, '--json', '-o', out]);
    const documents = lines(stdout);
    const evaluations = documents.slice(0, -1) as WatchEvaluationDocument[];
    expect(evaluations.map(({ tokens }) => tokens)).toEqual(
      rows.map(tokensOf).filter((tokens) => tokens > 0 && tokens <= 0.2 * TOKENS),
    );
    for (const each of evaluations)
      await parseDocument(JSON.stringify(each), documentKinds['watch-evaluation'], 'a line');
    const verdict = await parseDocument(
      JSON.stringify(documents.at(-1)),
      documentKinds.watch,
      'the last line',
    );
    expect(JSON.parse(await readFile(out, 'utf8'))).toEqual(verdict);
    expect(verdict.evaluations).toHaveLength(evaluations.length);
    expect(verdict.state).toBe('running');
  });

  it('judges nothing while re-warming, and is over at the end of the plan', async () => {
    const cells = header.split(',');
    const values: Readonly<Record<string, string>> = {
      run: 'early',
      params: '333000',
      tokens: '300000',
      domain_ratio: rows.at(-1)!.split(',')[column('domain_ratio')],
      loss_general: '1.9',
      loss_domain: '2.4',
    };
    const row = cells.map((name) => values[name] ?? '').join(',');
    const first = await mixplan(['watch', plan, await put('early.csv', `${header}\n${row}\n`), '--json']);
    expect({ status: first.status, codes: codesOf(first.stderr) }).toEqual({
      status: 0,
      codes: ['nothing-judged'],
    });
    expect(verdictIn(first.stdout)).toMatchObject({ state: 'notJudged', unexpected: [], atRisk: null });
    const all = await mixplan(['watch', plan, await put('all.csv', logged(TOKENS)), '--json']);
    const over = verdictIn(all.stdout);
    expect(over.state).toBe('finished');
    expect([0, 1]).toContain(over.within!.now);
    expect(over.replanned).toBeNull();
  });

  it('reads the log of a trainer, whose facts the plan tells', async () => {
    const kept = rows.filter((each) => tokensOf(each) > 0 && tokensOf(each) <= 0.3 * TOKENS);
    const history = kept.flatMap((each) => {
      const cells = each.split(',');
      const step = tokensOf(each) / 1000;
      return ['general', 'domain'].map((set) => ({
        step,
        epoch: 0,
        [`eval_${set}_loss`]: Number(cells[column(`loss_${set}`)]),
      }));
    });
    const folder = path('trainer');
    await mkdir(folder);
    await writeFile(
      join(folder, 'trainer_state.json'),
      JSON.stringify({ global_step: 1500, log_history: history }),
    );
    const asked = ['watch', plan, join(folder, 'trainer_state.json'), '--set', 'batch_tokens=1000', '--json'];
    const ofLog = await mixplan(asked);
    expect(ofLog.status, ofLog.stderr).toBe(0);
    const ofTable = await mixplan(['watch', plan, await put('same.csv', logged(0.3 * TOKENS)), '--json']);
    expect(verdictIn(ofLog.stdout).within).toEqual(verdictIn(ofTable.stdout).within);
  });

  it('does without the fit, and says so', async () => {
    const alone = join(path('alone'), 'plan.json');
    await mkdir(path('alone'));
    await copyFile(plan, alone);
    const log = await put('alone.csv', logged(0.6 * TOKENS, jump(0.3, 0.03)));
    const { status, stdout, stderr } = await mixplan(['watch', alone, log, '--json']);
    expect({ status, codes: codesOf(stderr) }).toEqual({ status: 1, codes: ['fit-of-plan-missing'] });
    expect(verdictIn(stdout)).toMatchObject({ source: 'plan', replanned: null });
    await writeFile(join(path('alone'), 'pilots.fit.json'), `${await readFile(fitPath, 'utf8')} `);
    const changed = await mixplan(['watch', alone, log, '--json']);
    expect(codesOf(changed.stderr)).toEqual(['fit-of-plan-missing']);
    expect(changed.stderr).toContain('has changed since');
  });

  it('refuses another run than the plan, and a plan without predictions', async () => {
    const other = await put('other.csv', logged(TOKENS).replaceAll(',333000,', ',999999,'));
    const { status, stdout, stderr } = await mixplan(['watch', plan, other, '--json']);
    expect({ status, stdout, codes: codesOf(stderr) }).toEqual({
      status: 2,
      stdout: '',
      codes: ['other-run-than-planned'],
    });
    const none = path('none.json');
    const asked = [
      '--no-pilots',
      '--shift',
      'weak',
      '--budget',
      '20B tokens',
      '--params',
      '1.5B',
      '-o',
      none,
    ];
    expect((await mixplan(['plan', ...asked])).status).toBe(0);
    const refused = await mixplan(['watch', none, other, '--json']);
    expect({ status: refused.status, codes: codesOf(refused.stderr) }).toEqual({
      status: 2,
      codes: ['nothing-predicted'],
    });
  });
});

describe('mixplan watch --follow', () => {
  const half = () => logged(0.5 * TOKENS);

  it('tells evaluations as they are appended, whole lines only, and ends with the run', async () => {
    const log = await put('follow.csv', half());
    const running = mixplan(['watch', plan, log, '--follow']);
    const rest = logged(TOKENS).slice(half().length);
    const cut = rest.indexOf('\n') + 20;
    await appendFile(log, rest.slice(0, cut));
    await new Promise((resolve) => setTimeout(resolve, 1200));
    await appendFile(log, rest.slice(cut));
    const { stdout } = await running;
    const told = stdout.split('\n').filter((line) => /^\S+ tokens {2}/.test(line));
    expect(told).toHaveLength(rows.filter((row) => tokensOf(row) > 0).length);
    expect(stdout).toMatch(/\n(On course|Goal missed|Unexpected): /);
    expect(stdout).not.toMatch(/NaN|undefined/);
  }, 60_000);

  it('waits for all sets of an evaluation, which trainers log one after another', async () => {
    const trained = rows.filter((row) => tokensOf(row) > 0);
    const kept = trained.filter((_, i) => (trained.length - 1 - i) % 5 === 0);
    const line = (row: string, set: string): string =>
      `${JSON.stringify({ 'train/global_step': tokensOf(row) / 1000, [`eval/${set}_loss`]: Number(row.split(',')[column(`loss_${set}`)]) })}\n`;
    const both = (row: string): string => line(row, 'general') + line(row, 'domain');
    const facts = ['--set', 'batch_tokens=1000', '--format', 'wandb'];
    const [next, ...later] = kept.slice(2);
    const log = await put('halves.jsonl', kept.slice(0, 2).map(both).join('') + line(next, 'general'));
    const running = mixplan(['watch', plan, log, ...facts, '--follow', '--json']);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    await appendFile(log, line(next, 'domain') + later.map(both).join(''));
    const { stdout } = await running;
    const evaluations = lines(stdout).slice(0, -1) as WatchEvaluationDocument[];
    expect(evaluations.map(({ tokens }) => tokens)).toEqual(kept.map(tokensOf));
    for (const { sets } of evaluations) expect(Object.keys(sets)).toEqual(['domain', 'general']);
  }, 60_000);

  it('ends where no further evaluation fits, and where the last one lacks a set, after waiting for it', async () => {
    const trained = rows.filter((row) => tokensOf(row) > 0);
    // The last lies at 98%, and the next would lie beyond the plan.
    const seldomOnes = trained.filter((row) => Math.round((100 * tokensOf(row)) / TOKENS) % 14 === 0);
    const seldom = `${[header, ...seldomOnes].join('\n')}\n`;
    expect(tokensOf(seldomOnes.at(-1)!)).toBeCloseTo(0.98 * TOKENS);
    const lacking = (row: string): string =>
      row
        .split(',')
        .map((cell, k) => (k === column('loss_domain') ? '' : cell))
        .join(',');
    const last = trained.at(-1)!;
    const half = `${[header, ...trained.slice(0, -1), lacking(last)].join('\n')}\n`;
    const [early, lacks] = await Promise.all(
      [
        ['seldom.csv', seldom],
        ['lacks.csv', half],
      ].map(async ([name, text]) => mixplan(['watch', plan, await put(name, text), '--follow', '--json'])),
    );
    expect(codesOf(early.stderr)).toContain('end-not-evaluated');
    expect(verdictIn(early.stdout)).toMatchObject({ state: 'running', tokens: { seen: 0.98 * TOKENS } });
    expect(verdictIn(lacks.stdout).state).toBe('finished');
    expect(Object.keys(verdictIn(lacks.stdout).evaluations.at(-1)!.sets)).toEqual(['general']);
  }, 60_000);

  it('starts again where a job went back to a checkpoint', async () => {
    const log = await put('back.csv', logged(0.5 * TOKENS, jump(0.4, 0.05)));
    const running = mixplan(['watch', plan, log, '--follow', '--json']);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    // The checkpoint before the jump: what came after it is taken back, and comes again.
    await writeFile(log, logged(0.3 * TOKENS));
    await new Promise((resolve) => setTimeout(resolve, 2500));
    await writeFile(log, logged(TOKENS));
    const { stdout } = await running;
    const evaluations = lines(stdout).slice(0, -1) as WatchEvaluationDocument[];
    expect(evaluations.some(({ unexpected }) => unexpected.length > 0)).toBe(true);
    const verdict = verdictIn(stdout);
    expect(verdict.unexpected).toEqual([]);
    expect(verdict.evaluations.length).toBeLessThan(evaluations.length);
  }, 60_000);

  it('tells what it knows when it is interrupted: exit 130', async () => {
    const log = await put('interrupted.csv', half());
    const program = ['--import', 'tsx', 'src/cli/bin/mixplan.ts', 'watch', plan, log, '--follow', '--json'];
    const child = spawn(process.execPath, program, { cwd: repository });
    let stdout = '';
    const told = new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        stdout += String(chunk);
        if (stdout.includes('"tokens":2500000')) resolve();
      });
    });
    await told;
    child.kill('SIGINT');
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect(status).toBe(130);
    expect(verdictIn(stdout)).toMatchObject({ schema: 'mixplan.watch/1', state: 'running' });
  }, 60_000);
});
