import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FitDocument } from '../../src/documents/fit.ts';
import { baseLosses } from '../../src/mixture/baseLoss.ts';
import {
  type Constraint,
  type CriticalRatio,
  criticalRatio,
  limitOf,
  plannedRatio,
  shareWithin,
} from '../../src/mixture/critical.ts';
import { makePredictor, type Predictor } from '../../src/mixture/predictor.ts';
import { quantileOfSorted } from '../../src/stats/quantiles.ts';
import { shippedFit } from '../fit/data.ts';
import { crossingOf, forgetting, type ToyOptions, type ToySet, toyFit } from './toy.ts';

const TOKENS = 5e9;

function criticalOf(
  sets: readonly ToySet[],
  rises: readonly number[],
  options: ToyOptions = {},
): CriticalRatio {
  const fit = toyFit(sets, options);
  const predictor = makePredictor(fit, { params: 1e9, base: baseLosses(fit, 1e9, {}, false) });
  const constraints = rises.map(
    (nats, evalIndex): Constraint => ({
      evalIndex,
      tolerance: { kind: 'absolute', nats },
    }),
  );
  return criticalRatio(predictor, predictor.atTokens(TOKENS), constraints);
}

describe('where a curve crosses its limit', () => {
  it.each([0, 1, 4, 10])(
    'is found to 1e-6 where replay counts %s times, for the fit and for every draw',
    (c) => {
      const rise = 0.06;
      const strengths = Array.from({ length: 50 }, (_, k) => 0.1 + 0.02 * k);
      const critical = criticalOf([forgetting('wiki', 0.2, c, TOKENS, strengths)], [rise]);
      expect(critical.point.kind === 'at' && critical.point.ratio).toBeCloseTo(crossingOf(0.2, c, rise), 6);
      const expected = strengths.map((F) => crossingOf(F, c, rise)).sort((a, b) => a - b);
      critical.mean.forEach((ratio, k) => {
        expect(ratio).toBeCloseTo(expected[k], 6);
      });
      // Without noise a new run lands on the mean curve.
      expect(critical.newRun).toEqual(critical.mean);
      expect(critical.interval![0]).toBeCloseTo(quantileOfSorted(Float64Array.from(expected), 0.05), 6);
      expect(critical.interval![1]).toBeCloseTo(quantileOfSorted(Float64Array.from(expected), 0.95), 6);
      expect(critical.binding).toBe(0);
    },
  );

  it('counts a relative tolerance from the base loss', () => {
    expect(limitOf(2, { kind: 'relative', share: 0.03 })).toBeCloseTo(2.06, 15);
    expect(limitOf(2, { kind: 'absolute', nats: 0.03 })).toBeCloseTo(2.03, 15);
  });

  it('is all where it never is, and none where the lowest ratio lies beyond already', () => {
    const range = {
      params: [1e9, 1e9],
      tokens: [1e9, 1e10],
      domainRatio: [0.1, 0.9],
    } satisfies ToyOptions['range'];
    const [gentle, strong] = [0.01, 10].map((F) =>
      criticalOf([forgetting('wiki', F, 1, TOKENS, [F])], [0.06], { range }),
    );
    expect(gentle.point).toEqual({ kind: 'all' });
    expect([...gentle.newRun]).toEqual([1]);
    expect(strong.point).toEqual({ kind: 'none' });
    expect([...strong.newRun]).toEqual([0]);
    // Between the pilots' ratios it is as it would be with all of them.
    const inside = criticalOf([forgetting('wiki', 0.2, 1, TOKENS)], [0.06], { range });
    expect(inside.point.kind === 'at' && inside.point.ratio).toBeCloseTo(crossingOf(0.2, 1, 0.06), 6);
  });

  it('counts draws of none and all as 0 and 1', () => {
    const range = {
      params: [1e9, 1e9],
      tokens: [1e9, 1e10],
      domainRatio: [0.1, 0.9],
    } satisfies ToyOptions['range'];
    const { newRun } = criticalOf([forgetting('wiki', 0.2, 1, TOKENS, [10, 0.2, 0.01])], [0.06], { range });
    expect([...newRun].map((ratio) => Number(ratio.toFixed(6)))).toEqual([
      0,
      Number(crossingOf(0.2, 1, 0.06).toFixed(6)),
      1,
    ]);
  });

  it('is the tighter of several, draw by draw, and the set that binds most is named', () => {
    const a = [0.2, 0.2, 0.5];
    const b = [0.3, 0.3, 0.1];
    const sets = [forgetting('wiki', 0.2, 1, TOKENS, a), forgetting('books', 0.3, 1, TOKENS, b)];
    const both = criticalOf(sets, [0.06, 0.06]);
    const expected = a.map((F, k) => crossingOf(Math.max(F, b[k]), 1, 0.06)).sort((x, y) => x - y);
    both.newRun.forEach((ratio, k) => {
      expect(ratio).toBeCloseTo(expected[k], 6);
    });
    expect(both.binding).toBe(1);
    expect(both.point.kind === 'at' && both.point.ratio).toBeCloseTo(crossingOf(0.3, 1, 0.06), 6);
    // A wide tolerance on the second leaves the first alone.
    const wide = criticalOf(sets, [0.06, 5]);
    expect(wide.binding).toBe(0);
    expect(wide.point).toEqual(criticalOf(sets.slice(0, 1), [0.06]).point);
  });

  it('stays connected to the lowest ratio: a curve that starts above its limit has none, though it dips', () => {
    // Loss of a general set by D-CPT L3, with a share r = 1 − R: B·r falls as R grows, C/(r + epsilon) rises.
    const set: ToySet = {
      name: 'wiki',
      role: 'general',
      law: 'd-cpt-l3',
      point: { E: 1.9, A: 0, B: 0.3, C: 0.05, alpha: 1, beta: 0, eta: 1, epsilon: 0.1, gamma: 1 },
    };
    expect(criticalOf([set], [0.2]).point).toEqual({ kind: 'none' });
    const above = criticalOf([set], [0.3]).point;
    expect(above.kind).toBe('at');
    const r = 1 - (above as { ratio: number }).ratio;
    expect(1.9 + 0.3 * r + 0.05 / (r + 0.1)).toBeCloseTo(2.3, 5);
  });

  it('has no interval without draws, and an unknown base has none at all', () => {
    const sets = [forgetting('wiki', 0.2, 1, TOKENS)];
    const critical = criticalOf(sets, [0.06]);
    expect([critical.interval, critical.meanInterval]).toEqual([null, null]);
    const noBase = criticalOf(sets, [0.06], { bases: [] });
    expect(noBase.point).toEqual({ kind: 'none' });
  });
});

describe('with the noise of a new run', () => {
  const strengths = Array.from({ length: 400 }, () => 0.2);
  const noisy = forgetting('wiki', 0.2, 1, TOKENS, strengths);

  it('spreads about the mean curve by the noise over its slope', () => {
    const run = 0.003;
    const { newRun, mean } = criticalOf([{ ...noisy, noise: { run } }], [0.06]);
    const middle = crossingOf(0.2, 1, 0.06);
    for (const ratio of mean) expect(ratio).toBeCloseTo(middle, 6);
    const sd = Math.sqrt(newRun.reduce((sum, ratio) => sum + (ratio - middle) ** 2, 0) / newRun.length);
    // d loss / d R = F ln 2; the limit is 2.06.
    const expected = (2.06 * run) / (0.2 * Math.LN2);
    expect(sd).toBeGreaterThan(0.9 * expected);
    expect(sd).toBeLessThan(1.1 * expected);
  });

  it('adds base noise for a size that was not piloted, and only there', () => {
    const noise = { run: 0.001, base: 0.02 };
    const fit = toyFit([{ ...noisy, noise }]);
    const spread = (params: number) => {
      const { newRun } = makePredictor(fit, { params, base: [{ loss: 2, source: 'given', sd: 0 }] });
      return Math.sqrt(newRun[0].reduce((sum, factor) => sum + (factor - 1) ** 2, 0) / newRun[0].length);
    };
    expect(spread(1.005e9)).toBeLessThan(0.0013);
    expect(spread(2e9)).toBeGreaterThan(0.016);
    expect(spread(2e9)).toBeLessThan(0.024);
  });
});

describe('on the pilots that ship', () => {
  let fit: FitDocument;
  let predictor: Predictor;
  beforeAll(async () => {
    fit = await shippedFit();
    const params = 332928;
    predictor = makePredictor(fit, { params, base: baseLosses(fit, params, {}, false) });
  });
  const at = (tokens: number, share: number) =>
    criticalRatio(predictor, predictor.atTokens(tokens), [
      { evalIndex: 0, tolerance: { kind: 'relative', share } },
    ]);
  const tokens = fc.double({ min: 5e5, max: 4e7, noNaN: true });
  const share = fc.double({ min: -0.01, max: 0.3, noNaN: true });
  const asNumber = ({ point }: CriticalRatio) =>
    point.kind === 'at' ? point.ratio : point.kind === 'none' ? 0 : 1;

  it('a larger tolerance never gives a smaller ratio', () => {
    fc.assert(
      fc.property(tokens, share, share, (D, a, b) => {
        const narrow = at(D, Math.min(a, b));
        const wide = at(D, Math.max(a, b));
        expect(asNumber(wide)).toBeGreaterThanOrEqual(asNumber(narrow) - 1e-6);
        // Crossings are solved for to 1e-6.
        narrow.newRun.forEach((ratio, k) => {
          expect(wide.newRun[k]).toBeGreaterThanOrEqual(ratio - 1e-6);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('more confidence never gives a larger planned ratio, and keeps what it promises', () => {
    const confidence = fc.double({ min: 0.05, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(tokens, share, confidence, confidence, (D, tolerance, a, b) => {
        const critical = at(D, tolerance);
        const range = fit.pilots.range.domainRatio;
        const sure = plannedRatio(critical, Math.max(a, b), range);
        const bold = plannedRatio(critical, Math.min(a, b), range);
        expect(sure).toBeLessThanOrEqual(bold);
        if (sure > 0) expect(shareWithin(critical, sure)).toBeGreaterThanOrEqual(Math.max(a, b));
      }),
      { numRuns: 40 },
    );
  });

  it('the share of runs within falls with the ratio, from the share that has any to the share that has all', () => {
    const critical = at(4e6, 0.03);
    const ratios = Array.from({ length: 41 }, (_, i) => i / 40);
    const shares = ratios.map((ratio) => shareWithin(critical, ratio));
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
    expect(shares[0]).toBe(1);
    const all = critical.newRun.filter((ratio) => ratio === 1).length / critical.newRun.length;
    expect(shares[40]).toBeCloseTo(all, 12);
    // At the median of the draws half of them are within.
    const middle = quantileOfSorted(critical.newRun, 0.5);
    expect(Math.abs(shareWithin(critical, middle) - 0.5)).toBeLessThanOrEqual(1 / critical.newRun.length);
  });

  it('plans nothing below the lowest pilot ratio, and the point alone where there are no draws', () => {
    const none = { ...at(4e6, 0.03), newRun: new Float64Array(0) };
    expect(plannedRatio(none, 0.9, [0, 1])).toBe(asNumber(none));
    expect(plannedRatio({ ...none, point: { kind: 'all' } }, 0.9, [0.1, 0.8])).toBe(0.8);
    expect(plannedRatio({ ...none, point: { kind: 'none' } }, 0.9, [0.1, 0.8])).toBe(0);
    const draws = { ...none, newRun: Float64Array.of(0, 0, 0.3, 0.5, 1) };
    expect(plannedRatio(draws, 0.8, [0.1, 0.8])).toBe(0);
    expect(plannedRatio(draws, 0.5, [0.1, 0.8])).toBe(0.3);
    expect(plannedRatio(draws, 0.5, [0.4, 0.8])).toBe(0);
    expect(shareWithin(none, 0.5)).toBeNaN();
  });
});
