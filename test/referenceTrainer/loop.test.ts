/** The loop in small: a base, pilots, a plan from them, and the plan trained while it is watched. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pilotsSchema } from '../../src/documents/pilots.ts';
import type { PlanDocument } from '../../src/documents/plan.ts';
import type { WatchDocument, WatchEvaluationDocument } from '../../src/documents/watch.ts';
import { mixplan } from '../cli/harness.ts';
import { noTorch, startTraining, TEXT, trainAll, writeText } from './python.ts';
import { PARAMS, pilot, SHAPE } from './tiny.ts';

const PROGRAM = fileURLToPath(new URL('../../src/cli/bin/mixplan.ts', import.meta.url));
const RATIOS = [0, 0.25, 0.5, 0.75, 1];
const STEPS = 60;
const rest = [...TEXT, '--eval-windows', '32'];

describe.skipIf(noTorch)('the loop with the reference trainer (skipped where Python has no torch)', () => {
  let cwd = '';
  beforeAll(() => {
    cwd = mkdtempSync(join(tmpdir(), 'loop-'));
    writeText(cwd);
    const base = pilot('tiny-base', 0, { base: null, steps: 200, peakLr: 1e-2 });
    const runs = [
      ...RATIOS.map((ratio) => pilot(`r${100 * ratio}`, ratio, { steps: STEPS })),
      pilot('r50-s2', 0.5, { steps: STEPS, seed: 2 }),
    ];
    const document = pilotsSchema.parse({ schema: 'mixplan.pilots/1', runs: [base, ...runs] });
    writeFileSync(join(cwd, 'pilots.json'), JSON.stringify(document));
    const refused = trainAll(cwd, [
      ['pilots.json', '--run', 'tiny-base', '--out', 'base', ...rest, ...SHAPE],
      ...runs.map(({ name }) => [
        'pilots.json',
        '--run',
        name,
        '--out',
        name,
        ...rest,
        '--base',
        'base/model.pt',
      ]),
    ]);
    expect(refused).toEqual(refused.map(() => null));
    const tables = runs.map(({ name }) => readFileSync(join(cwd, name, 'runs.jsonl'), 'utf8'));
    writeFileSync(join(cwd, 'runs.jsonl'), tables.join(''));
  }, 120_000);
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));

  it('plans from its pilots and follows the plan while it is trained', async () => {
    const path = join(cwd, 'plan.json');
    const asked = ['--params', String(PARAMS), '--budget', `${STEPS * 512} tokens`, '--tolerance', '20%'];
    const made = await mixplan(['plan', join(cwd, 'runs.jsonl'), ...asked, '--draws', '100', '-o', path]);
    expect([made.status, made.stderr]).toEqual([0, expect.any(String)]);
    const plan = JSON.parse(readFileSync(path, 'utf8')) as PlanDocument;

    // Watching starts before there is anything to watch.
    mkdirSync(join(cwd, 'planned'));
    const log = join(cwd, 'planned', 'runs.jsonl');
    const watcher = spawn(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), PROGRAM, 'watch', path, log, '--follow', '--json'],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let seen = '';
    watcher.stdout.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
    });
    let stderr = '';
    watcher.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const watched = once(watcher, 'close');
    const open = ['--batch-tokens', '512', '--sequence-length', '64'];
    const trainer = startTraining(
      cwd,
      'plan.json',
      '--out',
      'planned',
      ...rest,
      ...open,
      '--base',
      'base/model.pt',
    );
    expect(await once(trainer, 'close')).toEqual([0, null]);
    const [status] = (await watched) as [number];

    const rows = readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, number>);
    const told = seen
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as WatchEvaluationDocument);
    const verdict = told.pop() as unknown as WatchDocument;
    expect(stderr).not.toContain('error');
    expect(told.map(({ tokens }) => tokens)).toEqual(rows.slice(1).map(({ tokens }) => tokens));
    expect(told.at(-1)?.sets.general?.loss).toBe(rows.at(-1)?.loss_general);
    expect(rows[0].domain_ratio).toBeCloseTo(plan.runs[0].corpora[1].share, 12);
    expect(verdict.state).toBe('finished');
    expect([0, 1]).toContain(status);
  });
});
