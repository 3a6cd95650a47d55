import { describe, expect, it } from 'vitest';
import { matchesRun, parseFactsFile } from '../../src/logs/factsFile.ts';
import { evalMetric, traceMetric } from '../../src/logs/metrics.ts';
import { readLogs } from '../../src/logs/read.ts';
import { recogniseSchedule } from '../../src/logs/schedule.ts';
import { settingAt } from '../../src/logs/settings.ts';
import { createTrace } from '../../src/logs/trace.ts';
import type { Refusal } from '../../src/problems/problem.ts';
import { scratch } from './scratch.ts';

const { path, put } = scratch();

describe('names of metrics', () => {
  it.each([
    ['loss_general', 'general', 'nats'],
    ['eval_general_loss', 'general', 'nats'],
    ['eval/general_loss', 'general', 'nats'],
    ['eval/general/loss', 'general', 'nats'],
    ['lm loss validation-general', 'general', 'nats'],
    ['metrics/eval/general/LanguageCrossEntropy', 'general', 'nats'],
    ['eval/lm/c4_en-validation/CE loss', 'c4_en_validation', 'nats'],
    ['eval/paloma/c4_en/bpb', 'paloma_c4_en', 'bpb'],
    ['val_loss', undefined, 'nats'],
    ['lm loss validation', undefined, 'nats'],
  ])('%s is the loss on a set', (name, set, unit) => {
    expect(evalMetric(name)).toEqual({ set, unit });
  });

  it.each([
    'loss',
    'train/loss',
    'lm loss',
    'lm loss validation-general ppl',
    'eval/macro_loss',
    'eval/paloma/macro_loss',
    'lm loss validation-a vs samples',
    'eval_general_runtime',
    'loss_metrics/global_avg_loss',
    'loss_scale',
  ])('%s is none', (name) => {
    expect(evalMetric(name)).toBeUndefined();
  });

  it('tell rates and tokens', () => {
    expect(
      ['learning-rate', 'train/learning_rate', 'throughput/total tokens', 'loss'].map(traceMetric),
    ).toEqual(['lr', 'lr', 'tokens', undefined]);
  });
});

describe('a trace', () => {
  it('keeps what lies on a line in two points, and all of it exactly', () => {
    const trace = createTrace();
    for (let step = 1; step <= 100_000; step += 1) trace.add(step, 2048 * step);
    expect(trace.points().length).toBe(2);
    expect([trace.at(1), trace.at(777), trace.at(100_000), trace.at(100_010)]).toEqual([
      2048,
      2048 * 777,
      204_800_000,
      204_820_480,
    ]);
  });

  it('stays small and close where nothing is straight, and forgets what a restart took back', () => {
    const trace = createTrace();
    const curve = (step: number): number => Math.cos(step / 1e5);
    for (let step = 0; step <= 200_000; step += 1) trace.add(step, curve(step));
    expect(trace.points().length).toBeLessThan(5000);
    expect(trace.at(123_456)).toBeCloseTo(curve(123_456), 6);
    trace.add(1000, 5);
    expect(trace.points().at(-1)).toEqual({ step: 1000, value: 5 });
  });
});

describe('a logged learning rate', () => {
  const shapes = {
    constant: () => 1,
    cosine: (x: number) => 0.1 + (0.9 * (1 + Math.cos(Math.PI * x))) / 2,
    linear: (x: number) => 1 - x,
    wsd: (x: number) => (x < 0.8 ? 1 : 1 - (x - 0.8) / 0.2),
  } as const;

  it.each(Object.entries(shapes))(
    'that is %s is recognised, with its warm-up, at any grain',
    (kind, shape) => {
      for (const every of [1, 7, 50]) {
        const trace = createTrace();
        for (let step = every; step <= 5000; step += every) {
          const rate = step < 200 ? step / 200 : shape((step - 200) / 4800);
          trace.add(step, Number((3e-4 * rate).toPrecision(6)));
        }
        const seen = recogniseSchedule(trace);
        expect(seen?.kind, `every ${every}`).toBe(kind);
        expect(seen?.peakLr).toBeGreaterThan(3e-4 * 0.99);
        expect(Math.abs((seen?.warmupStep ?? 0) - 200), `every ${every}`).toBeLessThanOrEqual(2);
      }
    },
  );

  it('that stops early along a cosine is still one; where it hardly falls yet it is unknown, and so is a zigzag', () => {
    const [half, zigzag] = [createTrace(), createTrace()];
    for (let step = 0; step <= 1000; step += 10) {
      half.add(step, shapes.cosine(step / 2000));
      zigzag.add(step, 1 + (step % 20) / 100);
    }
    expect(recogniseSchedule(half)).toMatchObject({ kind: 'cosine', warmupStep: undefined });
    const early = createTrace();
    for (let step = 0; step <= 1000; step += 10) early.add(step, shapes.cosine(step / 3500));
    expect(recogniseSchedule(early)?.kind).toBe('cosine');
    const barely = createTrace();
    for (let step = 0; step <= 1000; step += 10) barely.add(step, shapes.cosine(step / 9000));
    expect(recogniseSchedule(barely)?.kind).toBe('unknown');
    expect(recogniseSchedule(zigzag)?.kind).toBe('unknown');
    expect(recogniseSchedule(createTrace())).toBeUndefined();
  });
});

describe('runs.yaml', () => {
  const codes = (text: string): (string | number | undefined)[][] => {
    try {
      parseFactsFile(text, 'runs.yaml');
    } catch (error) {
      return (error as Refusal).problems.map(({ code, place }) => [code, place?.line]);
    }
    return [];
  };

  it('names every fault with its line', () => {
    expect(codes('defaults:\n  parms: 3B\n  seed: [1]\nrun:\n  a: 1\n')).toEqual([
      ['facts-shape', 5],
      ['fact-unknown', 2],
      ['facts-shape', 3],
    ]);
    expect(codes('a: [1')[0][0]).toBe('facts-syntax');
    expect(codes('- a\n')).toEqual([['facts-shape', 1]]);
    expect(codes('')).toEqual([]);
  });

  it('matches names and patterns', () => {
    expect(['pilot-1', 'pilot-', 'x'].map((run) => matchesRun('pilot-*', run))).toEqual([true, true, false]);
    expect(matchesRun('a.b', 'aXb')).toBe(false);
    expect(matchesRun('r?', 'r1')).toBe(true);
  });

  it('gives the nearest word: --set, the name, patterns, defaults; inner folders before outer ones', async () => {
    const log = '{"_step": 1, "eval/general/loss": 2.5}\n';
    await put(
      'layers/runs.yaml',
      'defaults: {params: 1M, domain_ratio: 10%, seed: 1, batch_tokens: 1000}\nruns: {"r*": {seed: 2, lr: 0.1}, r1: {seed: 3}, gone: {seed: 9}}\n',
    );
    await put('layers/inner/runs.yaml', 'defaults: {domain_ratio: 20%}\n');
    await put('layers/inner/r1/history.jsonl', log);
    await put('layers/r2/history.jsonl', log);
    const { runs, problems } = await readLogs([path('layers')], { set: { params: '2M' } });
    expect(
      runs.map(({ name, columns }) => [name, columns.params, columns.domain_ratio, columns.seed, columns.lr]),
    ).toEqual([
      ['r1', '2000000', '0.2', '3', '0.1'],
      ['r2', '2000000', '0.1', '2', '0.1'],
    ]);
    expect(problems.map(({ code }) => code)).toContain('facts-unused');
  });

  it('refuses values that are none, with their line', async () => {
    await put('wrong/runs.yaml', 'defaults:\n  params: many\n  domain_ratio: 1.5\n  batch_tokens: 1k\n');
    await put('wrong/r1/history.jsonl', '{"_step": 1, "eval/general/loss": 2.5}\n');
    await expect(readLogs([path('wrong')], {})).rejects.toMatchObject({
      problems: [
        { code: 'not-a-number', place: { line: 2 } },
        { code: 'ratio-out-of-range', place: { line: 3 } },
      ],
    });
  });
});

describe('settings', () => {
  it('are found through keys with dots, and only where they are single values', () => {
    const settings = { a: { 'b.c': { d: 1 } }, list: [1], 'x/y': 'z' };
    expect(
      ['a.b.c.d', 'list', 'x/y', 'a', 'none', 'constructor'].map((each) => settingAt(settings, each)),
    ).toEqual(['1', undefined, 'z', undefined, undefined, undefined]);
  });
});

describe('facts that lead nowhere', () => {
  it('are refused with what is near', async () => {
    const file = await put('near/history.jsonl', '{"_step": 1, "eval/wiki/loss": 2.5}\n');
    await put('near/config.json', '{"data": {"domain_share": 0.25}}');
    const set = {
      params: '1M',
      batch_tokens: '1000',
      domain_ratio: 'config.data.domain_shar',
      loss_general: 'eval/wiky/loss',
    };
    const refused = await readLogs([file], { set }).catch((error: Refusal) => error.problems);
    expect(refused).toMatchObject([
      { code: 'setting-absent', hint: 'Did you mean config.data.domain_share?' },
      { code: 'metric-absent', hint: 'Did you mean "eval/wiki/loss"?' },
      { code: 'fact-missing' },
      { code: 'fact-missing' },
    ]);
    await expect(readLogs([file], { set: { parms: '1' } })).rejects.toMatchObject({
      problems: [{ code: 'fact-unknown', hint: 'Did you mean params?' }],
    });
  });
});
