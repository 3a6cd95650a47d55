import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pilotsSchema } from '../../src/documents/pilots.ts';
import type { TrainingRun } from '../../src/documents/trainingRun.ts';
import { mixplan } from '../cli/harness.ts';
import { noTorch, startTraining, TEXT, trainAll, writeText } from './python.ts';
import { BATCH_TOKENS, PARAMS, pilot, SHAPE } from './tiny.ts';

const FIT = fileURLToPath(new URL('../../fits/pilots-kernel-c.fit.json', import.meta.url));
const TOKENS = 40 * BATCH_TOKENS;

const DECAYING: TrainingRun['schedule'] = {
  kind: 'wsd',
  peakLr: 2e-3,
  warmupTokens: 1024,
  decayTokens: TOKENS / 2,
  finalLrShare: 0.1,
};
const PILOTS = {
  schema: 'mixplan.pilots/1',
  runs: [
    { ...pilot('tiny-base', 0, { base: null }), schedule: { ...DECAYING, kind: 'cosine' } },
    pilot('r030', 0.3),
    { ...pilot('r030-wsd', 0.3), schedule: DECAYING },
    {
      ...pilot('changing', 0.35),
      phases: [
        { fromTokens: 0, toTokens: TOKENS / 2, domainRatio: 0.2 },
        { fromTokens: TOKENS / 2, toTokens: TOKENS, domainRatio: 0.5 },
      ],
    },
    {
      ...pilot('open', 0.5, { seed: null }),
      batchTokens: null,
      steps: null,
      seed: null,
      schedule: { ...DECAYING, finalLrShare: null },
    },
  ],
};

describe.skipIf(noTorch)('the reference trainer (skipped where Python has no torch)', () => {
  let cwd = '';
  const lines = (out: string): string[] => {
    const file = join(cwd, out, 'runs.jsonl');
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  };
  const rows = (out: string): Record<string, unknown>[] =>
    lines(out).map((line) => JSON.parse(line) as Record<string, unknown>);
  const model = (out: string): Buffer => readFileSync(join(cwd, out, 'model.pt'));

  const base = ['--base', 'base/model.pt'];
  const command = (name: string, out: string, ...more: string[]): string[] => [
    ...['pilots.json', '--run', name, '--out', out, '--eval-windows', '16', ...TEXT],
    ...more,
  ];
  /** Waits until a run has written so many rows, then kills it. */
  const killAt = async (count: number, out: string, argv: readonly string[]): Promise<void> => {
    const child = startTraining(cwd, ...argv);
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const closed = once(child, 'close');
    while (lines(out).length < count) {
      if (child.exitCode !== null) throw new Error(stderr);
      await new Promise((wake) => setTimeout(wake, 5));
    }
    child.kill('SIGKILL');
    await closed;
  };

  beforeAll(() => {
    cwd = mkdtempSync(join(tmpdir(), 'trainer-'));
    writeText(cwd);
    writeFileSync(join(cwd, 'pilots.json'), JSON.stringify(pilotsSchema.parse(PILOTS)));
    expect(
      trainAll(cwd, [
        command('tiny-base', 'base', ...SHAPE),
        command('r030', 'r030', ...base),
        command('r030', 'parts', ...base, '--micro-batch', '3'),
        command('r030-wsd', 'r030-wsd', ...base),
        command('changing', 'changing', ...base),
        command('open', 'open', ...base, '--batch-tokens', '512', '--final-lr-share', '0'),
      ]),
    ).toEqual(Array(6).fill(null));
  }, 60_000);
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));

  it('writes a runs table that mixplan check takes', async () => {
    const table = rows('r030');
    expect(table.map(({ tokens }) => tokens)).toEqual(
      Array.from({ length: 11 }, (_, i) => 4 * i * BATCH_TOKENS),
    );
    expect(table[0]).toMatchObject({
      run: 'r030',
      base: 'tiny-base',
      params: PARAMS,
      domain_ratio: 0.3,
      seed: 1,
    });
    expect(table[0].params_total).toBe(PARAMS + (256 + 64) * 16);
    // The base, on the same windows as when it was trained.
    expect(table[0].loss_general).toBe(rows('base').at(-1)?.loss_general);
    expect(table[10].metric_share_domain).toBeCloseTo(0.3, 2);
    expect(table[10].loss_domain).toBeLessThan(table[0].loss_domain as number);

    const { status, stdout } = await mixplan(['check', join(cwd, 'r030', 'runs.jsonl'), '--json']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ runs: 1 });
  });

  it.each(['r030-wsd', 'changing'])('goes on after a kill with the same bytes: %s', async (name) => {
    const again = command(name, 'killed', ...base);
    rmSync(join(cwd, 'killed'), { recursive: true, force: true });
    await killAt(3, 'killed', again);
    await killAt(7, 'killed', [...again, '--save-every', '3']);
    expect(trainAll(cwd, [again])).toEqual([null]);
    expect(lines('killed')).toEqual(lines(name));
    expect(model('killed').equals(model(name))).toBe(true);
  });

  it('starts again where there is no checkpoint yet, and leaves a finished run as it is', () => {
    cpSync(join(cwd, 'r030'), join(cwd, 'early'), { recursive: true });
    rmSync(join(cwd, 'early', 'checkpoint.pt'));
    expect(trainAll(cwd, [command('r030', 'early', ...base), command('r030', 'early', ...base)])).toEqual([
      null,
      null,
    ]);
    expect(lines('early')).toEqual(lines('r030'));
  });

  it('mixes by the phase, and says the ratio of the phase', () => {
    const table = rows('changing');
    expect(table.map((row) => row.domain_ratio)).toEqual([...Array(6).fill(0.2), ...Array(5).fill(0.5)]);
    expect(table[5].metric_share_domain).toBeCloseTo(0.2, 2);
    expect(table[10].metric_share_domain).toBeCloseTo(0.35, 2);
  });

  it('gives the same losses in parts of a batch, but for rounding', () => {
    const [parts, whole] = [rows('parts')[10], rows('r030')[10]];
    for (const name of ['loss_general', 'loss_domain', 'metric_loss_train']) {
      expect(parts[name]).toBeCloseTo(whole[name] as number, 4);
    }
  });

  it('takes what the plan leaves open from the command line', () => {
    expect(rows('open').at(-1)).toMatchObject({ tokens: TOKENS, seed: 1, lr: 0, batch_tokens: BATCH_TOKENS });
  });

  it('says what is wrong, and leaves the folder as it was', () => {
    writeFileSync(join(cwd, 'short.txt'), 'short');
    const before = lines('r030');
    const short = (...text: string[]) => [
      'pilots.json',
      '--run',
      'r030',
      '--out',
      'refused',
      ...base,
      ...text,
    ];
    const trouble: readonly (readonly [argv: string[], message: RegExp])[] = [
      [command('r099', 'refused'), /no run 'r099'.*tiny-base, r030/],
      [['pilots.json', '--out', 'refused', ...TEXT], /holds several runs/],
      [['short.txt', '--out', 'refused', ...TEXT], /short\.txt cannot be read/],
      [command('r030', 'refused'), /continues tiny-base: give its model\.pt/],
      [command('tiny-base', 'refused'), /needs --layers, --width and --heads/],
      [
        command('tiny-base', 'refused', '--layers', '9', '--width', '16', '--heads', '2'),
        /the run is for 6304/,
      ],
      [command('r030', 'refused', ...base, '--lr', '1'), /peakLr 0\.001, --lr says 1\.0/],
      [command('open', 'refused', ...base), /does not tell batchTokens: give --batch-tokens/],
      [command('open', 'refused', ...base, '--batch-tokens', '512'), /finalLrShare: give --final-lr-share/],
      [command('open', 'refused', ...base, '--batch-tokens', '500'), /no whole number of sequences/],
      [command('r030', 'refused', ...base, '--eval', 'general=domain/eval'), /--eval names/],
      [short(...TEXT.slice(0, 4)), /the run has general, domain; --corpus names general/],
      [short(...TEXT.slice(2), '--corpus', 'general=none'), /none holds no files/],
      [command('r030-wsd', 'r030', ...base), /other settings \(run, schedule\)/],
    ];
    const refused = trainAll(
      cwd,
      trouble.map(([argv]) => argv),
    );
    for (const [i, [, message]] of trouble.entries()) expect(refused[i]).toMatch(message);
    expect(existsSync(join(cwd, 'refused'))).toBe(false);
    expect(lines('r030')).toEqual(before);
  });

  it('carries out the plan that mixplan writes', async () => {
    const plan = join(cwd, 'plan.json');
    // Of a size that was not piloted: the plan names no base then.
    const asked = ['--params', '75.8k', '--budget', '2M tokens', '--tolerance', '3%'];
    const losses = ['--base-loss', 'general=2.4,domain=3.4'];
    const { status } = await mixplan(['plan', FIT, ...asked, ...losses, '--draws', '50', '-o', plan]);
    expect(status).toBe(0);
    const planned = (JSON.parse(readFileSync(plan, 'utf8')) as { runs: TrainingRun[] }).runs[0];

    const shape = ['--layers', '2', '--width', '56', '--heads', '2'];
    const open = ['--batch-tokens', '2048', '--sequence-length', '128'];
    await killAt(2, 'planned', [plan, '--out', 'planned', ...TEXT, ...shape, ...open]);
    const [first, second] = rows('planned');
    expect(first).toMatchObject({ run: 'plan', tokens: 0, params: 75_824 });
    expect(second.domain_ratio).toBeCloseTo(planned.corpora[1].share, 12);
    expect(second.tokens).toBeGreaterThanOrEqual(planned.evalEveryTokens);
    expect((second.tokens as number) - planned.evalEveryTokens).toBeLessThan(2048);
  });
});
