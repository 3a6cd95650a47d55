import { describe, expect, it } from 'vitest';
import { makePredictor } from '../../src/mixture/predictor.ts';
import { bandsOf, type Scatter, scatterOf } from '../../src/report/bands.ts';
import { stream } from '../../src/stats/streams.ts';
import { centralInterval } from '../../src/watch/mixture.ts';
import { reportOf, shippedFit } from './plans.ts';

const COUNT = 1000;
const numbers = stream(1, 'bands');
const ones = new Float64Array(COUNT).fill(1);
const scatter = (sd: number): Scatter => ({ ofDraw: [ones], sd: [sd] });
const normals = (spread: number): Float64Array =>
  Float64Array.from({ length: COUNT }, () => 1 + spread * numbers.normal());

describe('the band of new runs', () => {
  it.each([0.001, 0.01, 0.1])(
    'is the interval of the whole mixture for curves that spread by %d, or theirs where that is wider',
    (spread) => {
      const curves = normals(spread);
      const { mean, newRun } = bandsOf(curves, scatter(0.006), 0, 0.9);
      const [low, high] = centralInterval(
        { weight: ones.map((one) => one / COUNT), mean: curves, sd: curves.map((curve) => 0.006 * curve) },
        0.9,
      );
      expect(newRun![0]).toBeCloseTo(Math.min(low, mean![0]), 5);
      expect(newRun![1]).toBeCloseTo(Math.max(high, mean![1]), 5);
    },
  );

  it('is that of the curves where runs do not scatter, and none without draws', () => {
    const { mean, newRun } = bandsOf(normals(0.05), scatter(0), 0, 0.9);
    expect(newRun).toEqual(mean);
    expect(bandsOf(new Float64Array(0), scatter(0.01), 0, 0.9)).toEqual({ mean: null, newRun: null });
  });

  it('is never narrower than that of the curves, in two heaps of two laws either', () => {
    const heaps = Float64Array.from({ length: COUNT }, (_, k) => (k < 0.06 * COUNT ? 0.7 : 1));
    for (const sd of [0, 0.001, 0.01, 0.1]) {
      const { mean, newRun } = bandsOf(heaps, scatter(sd), 0, 0.9);
      expect(newRun![0]).toBeLessThanOrEqual(mean![0]);
      expect(newRun![1]).toBeGreaterThanOrEqual(mean![1]);
    }
  });

  it.each(['far', 'near', 'curve'] as const)(
    'holds that of the curves at every ratio of the %s plan',
    async (name) => {
      const { ratios } = (await reportOf(name)).levers!.evidence;
      const narrower = ratios.curves.flatMap(({ set, points }) =>
        points.flatMap(({ ratio, newRun, mean }) =>
          newRun![0] <= mean![0] && newRun![1] >= mean![1] ? [] : [`${set} at ${ratio}`],
        ),
      );
      expect(narrower).toEqual([]);
    },
    60_000,
  );
});

describe('the scatter of a run', () => {
  it('has the variance that the draws of a new run have, of a piloted size and of another', () => {
    const fit = shippedFit();
    for (const params of [333e3, 788e3]) {
      const target = { params, base: fit.evals.map(() => ({ loss: 2, sd: 0, source: 'measured' as const })) };
      const predictor = makePredictor(fit, target);
      const { ofDraw, sd } = scatterOf(predictor);
      fit.evals.forEach((_, e) => {
        const rest = predictor.newRun[e].map((factor, k) => factor - ofDraw[e][k]);
        const variance = rest.reduce((sum, each) => sum + each ** 2, 0) / rest.length;
        // A thousand draws tell a standard deviation to 2.2%.
        expect(Math.sqrt(variance) / sd[e]).toBeGreaterThan(0.9);
        expect(Math.sqrt(variance) / sd[e]).toBeLessThan(1.1);
      });
    }
  });
});
