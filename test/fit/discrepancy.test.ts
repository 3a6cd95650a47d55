/** Drift of a law beyond its pilots: found where the truth is another one, and hardly ever where it is not. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { FitDocument } from '../../src/documents/fit.ts';
import type { Discrepancy } from '../../src/fit/discrepancy.ts';
import { fitRuns } from '../../src/fit/fitRuns.ts';
import { changeDomain, changeDomainFlat, changeGeneral } from '../../src/laws/change.ts';
import { makePredictor } from '../../src/mixture/predictor.ts';
import { setAside } from '../../src/runs/honesty.ts';
import { STUDY_DESIGNS } from '../../src/simulate/coverage.ts';
import { type Design, gridDesign, simulateRuns } from '../../src/simulate/simulate.ts';
import { drawTruth, type TruthKind } from '../../src/simulate/truths.ts';
import { forgetting, toyFit } from '../mixture/toy.ts';

const { noise: NOISE } = STUDY_DESIGNS.find(({ id }) => id === 5)!;
const SIZES = [0.5e9, 1.8e9, 4e9];
const CHECKPOINTS = Array.from({ length: 10 }, (_, i) => (i + 1) * 2.6e9);
const GRID = gridDesign(SIZES, [0, 0.1, 0.25, 0.5, 0.75, 0.9], CHECKPOINTS);
const MIDDLE = Math.exp(CHECKPOINTS.reduce((sum, D) => sum + Math.log(D), 0) / CHECKPOINTS.length);
const STUDIES = 20;

function fitOf(kind: TruthKind, study: number, design: Design, domainLaw = changeDomain): FitDocument {
  const truth = drawTruth(
    {
      kind,
      target: { params: 16e9, tokens: 104e9 },
      tolerance: { kind: 'relative', share: 0.03 },
      noise: NOISE,
      spread: 0,
      middleTokens: MIDDLE,
    },
    21,
    study,
  );
  return fitRuns(setAside(simulateRuns(truth, design, study)), {
    objective: { kind: 'huber', delta: undefined },
    laws: [changeGeneral, domainLaw],
    draws: 0,
    seed: study,
    level: 0.9,
  });
}

const fits = (kind: TruthKind): FitDocument[] =>
  Array.from({ length: STUDIES }, (_, study) => fitOf(kind, study, GRID));
const drifts = (of: readonly FitDocument[], set: number, direction: 'tokens' | 'params'): Discrepancy[] =>
  of.map(({ evals }) => evals[set].members[0].discrepancy[direction]);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('discrepancy of pilots that the law itself made', () => {
  let sound: FitDocument[];
  beforeAll(() => {
    sound = fits('change');
  }, 120_000);

  it.each([
    ['general', 'tokens', 0],
    ['domain', 'tokens', 1],
    ['general', 'params', 0],
    ['domain', 'params', 1],
  ] as const)('surprises no more than chance would, on the %s set towards more %s', (_set, direction, e) => {
    const found = drifts(sound, e, direction);
    const surprise = mean(found.map((each) => each.surprise));
    expect(surprise).toBeGreaterThan(0.25);
    expect(surprise).toBeLessThan(0.75);
    expect(found.filter(({ perEfold }) => perEfold > 0).length).toBeLessThanOrEqual(STUDIES / 2);
  });
});

describe('discrepancy of pilots that another law made', () => {
  it('shows in the domain loss towards more tokens, which saturates where the law has a logarithm', () => {
    const found = drifts(fits('outside'), 1, 'tokens');
    expect(found.filter(({ surprise }) => surprise === 1).length).toBeGreaterThan(0.5 * STUDIES);
    expect(found.filter(({ perEfold }) => perEfold > 0).length).toBeGreaterThan(0.5 * STUDIES);
  });
});

describe('without anything to leave out', () => {
  const RATIOS = [0.1, 0.3, 0.5, 0.7, 0.9];
  const NONE = { perEfold: 0, surprise: 0 };

  it('one size shows no drift in size', () => {
    const fit = fitOf('outside', 0, gridDesign([1.8e9], RATIOS, CHECKPOINTS), changeDomainFlat);
    for (const set of [0, 1]) expect(drifts([fit], set, 'params')[0]).toMatchObject(NONE);
    expect(drifts([fit], 1, 'tokens')[0].surprise).toBeGreaterThan(0);
  });

  it.each([
    ['all of them late', [14e9, 20e9, 26e9]],
    ['too few of them early', [6.5e9, 13e9, 20e9, 26e9]],
  ])('token counts, %s, show no drift in tokens', (_which, checkpoints) => {
    const fit = fitOf('outside', 0, gridDesign(SIZES, RATIOS, checkpoints));
    for (const set of [0, 1]) expect(drifts([fit], set, 'tokens')[0]).toMatchObject(NONE);
  });
});

describe('what is predicted of a law that drifts', () => {
  /** Twice the drift at ratio 1 that there is at ratio 0, as found from pilots at these two. */
  const drift = (perEfold: number) => ({
    perEfold: perEfold * Math.sqrt(2.5),
    byRatio: [0, 1].map((ratio) => ({ ratio, perEfold: perEfold * (1 + ratio) })),
    surprise: 1,
  });

  /** Of a fit whose draws all agree, so that drift alone can make an interval; as a share of the loss. */
  function spread(params: number, tokens: number, ratio: number, drifts = true): number {
    const fit = toyFit([forgetting('general', 0.1, 1, 1e10, new Array<number>(400).fill(0.1))], {
      range: { params: [1e9, 4e9], tokens: [1e9, 1e10], domainRatio: [0, 1] },
    });
    if (drifts) {
      Object.assign(fit.evals[0].members[0].discrepancy, { tokens: drift(0.02), params: drift(0.01) });
    }
    const target = { params, base: [{ loss: 2, source: 'given' as const, sd: 0 }] };
    const { point, draws } = makePredictor(fit, target).atTokens(tokens).losses(0, Float64Array.of(ratio));
    return Math.sqrt(mean(Array.from(draws, (draw) => (draw / point[0] - 1) ** 2)));
  }

  it('is as sure as before inside the pilots', () => {
    for (const [params, tokens] of [
      [1e9, 1e9],
      [2e9, 5e9],
      [4e9, 1e10],
    ]) {
      expect(spread(params, tokens, 1)).toBeLessThan(1e-9);
    }
  });

  it('grows less sure with every e-fold beyond them, in both directions of size', () => {
    // 400 standard normal numbers have a standard deviation of 1, give or take 0.035.
    const near = (found: number, expected: number): void => {
      expect(Math.abs(found / expected - 1)).toBeLessThan(0.12);
    };
    near(spread(2e9, 1e10 * Math.E, 0), 0.02);
    near(spread(2e9, 1e10 * Math.E ** 2, 0), 0.04);
    near(spread(4e9 * Math.E, 5e9, 0), 0.01);
    near(spread(1e9 / Math.E, 5e9, 0), 0.01);
    near(spread(4e9 * Math.E, 1e10 * Math.E, 0), Math.hypot(0.01, 0.02));
    expect(spread(4e9 * Math.E, 1e10 * Math.E, 0, false)).toBeLessThan(1e-9);
  });

  it('is as unsure as the pilots of its ratio, and between two of them in between', () => {
    const [none, half, all] = [0, 0.5, 1].map((ratio) => spread(2e9, 1e10 * Math.E, ratio));
    expect(all / none).toBeCloseTo(2, 6);
    expect(half / none).toBeCloseTo(1.5, 6);
  });
});
