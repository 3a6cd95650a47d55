import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type ExplanationDocument, explanationSchema } from '../../src/documents/explanation.ts';
import { mixplan } from './harness.ts';
import { codesOf, edited, fitPath, runsPath, scratch, size } from './pilots.ts';

const { path, put } = scratch();
const explain = (...options: readonly string[]) => mixplan(['fit', fitPath, '--explain', ...options]);

async function documentOf(...options: readonly string[]): Promise<ExplanationDocument> {
  const { status, stdout } = await explain(...options, '--json');
  expect(status).toBe(0);
  return explanationSchema.parse(JSON.parse(stdout));
}

describe('mixplan fit --explain', () => {
  it('answers first, then says what to do, what the interval is made of, and shows runs and residuals', async () => {
    const { status, stdout, stderr } = await explain();
    expect(status).toBe(0);
    const titles = stdout.split('\n\n').map((section) => section.split('\n')[0]);
    expect(titles[0]).toMatch(
      /^At 333k params and 5M tokens the critical domain ratio that keeps general within 3%/,
    );
    expect(titles.slice(1)).toEqual([
      'What to do about it',
      'What the intervals are made of: shares of the variance of new runs',
      'How far the critical ratio moves without a run',
      'general: how far the law lies above (+) or below (−) what was measured, % of the loss',
      'domain: how far the law lies above (+) or below (−) what was measured, % of the loss',
    ]);
    expect(`${stdout}${stderr}`).not.toMatch(/NaN|Infinity|undefined/);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    expect(stderr).toContain('explained at the largest and longest pilots and 3%');
  });

  it('says the same as critical where both are asked', async () => {
    const question = [...size, '--tokens', '4M', '--tolerance', '2%'];
    const explained = await documentOf(...question);
    const { stdout } = await mixplan(['critical', fitPath, ...question, '--json']);
    const [point] = (JSON.parse(stdout) as { points: Record<string, unknown>[] }).points;
    expect(explained.critical).toEqual({
      point: point.point,
      interval: point.interval,
      meanInterval: point.meanInterval,
      binding: point.binding,
    });
    expect(explained.noiseAsRatio).toEqual(point.noise);
  });

  it('tells every run and group, and shares that sum to 1', async () => {
    const { influence, residuals, spread } = await documentOf();
    expect(influence!.runs).toHaveLength(29);
    for (const { groups } of residuals) expect(groups).toHaveLength(3 + 7 + 4 + 29);
    for (const { layers } of [spread.critical!, ...spread.losses]) {
      expect(layers.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    }
    expect(spread.losses.map(({ set }) => set)).toEqual(['general', 'domain']);
  });

  it('sees drift, a new base model and an assumed base loss beyond the pilots, and only there', async () => {
    const inside = (await documentOf()).spread.critical!.layers.map(({ layer }) => layer);
    const beyond = await documentOf('--params', '788k', '--tokens', '15M', '--assume-base-from-size-law');
    const outside = beyond.spread.critical!.layers.map(({ layer }) => layer);
    for (const layer of ['drift', 'baseModel', 'baseLoss'] as const) {
      expect(inside).not.toContain(layer);
      expect(outside).toContain(layer);
    }
  });

  it('reads runs too, and keeps the fit where told', async () => {
    const file = path('kept.fit.json');
    const few = ['--draws', '40', '--law', 'change-general,change-domain'];
    const { status, stdout } = await mixplan(['fit', runsPath, ...few, '--explain', '-o', file]);
    expect(status).toBe(0);
    const again = await mixplan(['fit', file, '--explain']);
    expect(again.stdout).toBe(stdout);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ schema: 'mixplan.fit/1' });
  });

  it('explains a fit without draws, as far as that goes', async () => {
    const drawless = await edited((fit) => {
      fit.draws.count = 0;
      fit.draws.evals = fit.evals.map(() => ({ member: [], parameters: [] }));
    });
    const { status, stdout } = await mixplan(['fit', await put('drawless.fit.json', drawless), '--explain']);
    expect(status).toBe(0);
    expect(stdout).toContain('without draws there is no interval');
    expect(stdout).not.toContain('What the intervals are made of');
    expect(stdout).not.toContain('half widths');
  });
});

describe('mixplan fit --explain where there is no critical ratio inside the pilots', () => {
  it.each([
    ['60%', 'all', 'even the highest, 1'],
    ['0%', 'none', 'not even the lowest, 0:'],
  ])('within %s: %s', async (tolerance, kind, words) => {
    // Early on re-warming alone lifts general loss, at ratio 0 too.
    const options = ['--tokens', kind === 'none' ? '600k' : '5M', '--tolerance', tolerance];
    const document = await documentOf(...options);
    if (document.critical.point.kind === 'at')
      throw new Error(`a crossing at ${document.critical.point.ratio}`);
    expect(document.critical.point.kind).toBe(kind);
    expect([document.influence, document.spread.critical, document.noiseAsRatio]).toEqual([null, null, null]);
    const { status, stdout, stderr } = await explain(...options);
    expect(status).toBe(0);
    expect(stdout.replaceAll('\n', ' ')).toContain(words);
    expect(stderr).toContain('hint: Ask with a --tolerance between ');
    expect(stdout).toContain('how far the law lies above (+) or below (−)');
  });
});

describe('mixplan fit refuses', () => {
  it.each([
    ['questions without --explain', [...size, '--tolerance', '3%'], ['option-needs', 'option-needs']],
    ['two answers on standard output', ['--explain', '-o', '-'], ['options-exclude']],
    ['far extrapolation', ['--explain', ...size, '--tokens', '5B'], ['too-far-extrapolation']],
  ])('%s', async (_, options, codes) => {
    const { status, stdout, stderr } = await mixplan(['fit', fitPath, ...options, '--json']);
    expect(stdout).toBe('');
    expect(status).not.toBe(0);
    expect(codesOf(stderr)).toEqual(codes);
  });
});

it('mixplan explain with the path of a fit points here', async () => {
  const { status, stderr } = await mixplan(['explain', 'pilots.fit.json']);
  expect(status).toBe(2);
  expect(stderr).toContain('hint: To explain a fit: mixplan fit pilots.fit.json --explain');
});
