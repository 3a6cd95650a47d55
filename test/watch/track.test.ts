/** The recursions of a tracker against the same statistics in one piece: dense normal distributions. */
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { stream } from '../../src/stats/streams.ts';
import { departuresOf, SIZES } from '../../src/watch/departures.ts';
import type { ExpectedSet } from '../../src/watch/expected.ts';
import { momentsOf } from '../../src/watch/mixture.ts';
import { makeTracker } from '../../src/watch/track.ts';

const END = 100;
const NOISE = { offset: 0.004, evaluation: 0.003, rho: 0.4, cadence: 2 };
/** Not at even gaps. */
const TIMES = [6, 8, 10, 13, 14, 20, 22, 31, 40];

/** Paths that differ in level and slope. */
function toySet(count: number): ExpectedSet {
  const numbers = stream(5, 'toy paths');
  const shapes = Array.from({ length: count }, () => [0.01 * numbers.normal(), 0.02 * numbers.normal()]);
  const at = (tokens: number) => {
    const point = 2 + 0.5 / Math.sqrt(tokens);
    return { point, draws: Float64Array.from(shapes, ([a, b]) => point + a + (b * tokens) / END) };
  };
  return {
    name: 'general',
    role: 'general',
    count,
    noise: NOISE,
    limit: null,
    at,
    atRatios: () => [],
  };
}

/** Covariance of residuals at some times, with a departure of one shape and variance. */
function covariance(times: readonly number[], shape: (tokens: number) => number, variance: number): Matrix {
  const { offset, evaluation, rho, cadence } = NOISE;
  const value = (s: number, t: number): number =>
    offset ** 2 + evaluation ** 2 * rho ** (Math.abs(s - t) / cadence) + variance * (shape(s) * shape(t));
  return new Matrix(times.map((s) => times.map((t) => value(s, t))));
}

function lnDensity(values: readonly number[], sigma: Matrix): number {
  const { lowerTriangularMatrix: lower } = new CholeskyDecomposition(sigma);
  const solved: number[] = [];
  let squares = 0;
  let lnDet = 0;
  values.forEach((value, i) => {
    let rest = value;
    for (let j = 0; j < i; j++) rest -= lower.get(i, j) * solved[j];
    solved.push(rest / lower.get(i, i));
    squares += solved[i] ** 2;
    lnDet += 2 * Math.log(lower.get(i, i));
  });
  return -0.5 * (squares + lnDet + values.length * Math.log(2 * Math.PI));
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const set = toySet(7);
const losses = (() => {
  const numbers = stream(6, 'toy run');
  return TIMES.map(
    (tokens) => set.at(tokens).point * (1 + (tokens >= 20 ? 0.012 : 0) + 0.004 * numbers.normal()),
  );
})();
const residuals = (k: number): number[] =>
  TIMES.map((tokens, i) => (losses[i] - set.at(tokens).draws[k]) / set.at(tokens).point);
const seen = () => {
  const tracker = makeTracker(set, END);
  return { tracker, steps: TIMES.map((tokens, i) => tracker.observe(tokens, losses[i])) };
};
const draws = [...Array(set.count).keys()];

describe('a tracker', () => {
  it('has the evidence of dense normal distributions after every evaluation', () => {
    const { steps } = seen();
    const hypotheses = departuresOf(END).flatMap(({ shape }) =>
      SIZES.map((size) => ({ shape, variance: (size * NOISE.evaluation) ** 2 })),
    );
    for (const n of [1, 4, TIMES.length]) {
      const times = TIMES.slice(0, n);
      const density = (shape: (tokens: number) => number, variance: number): number =>
        sum(
          draws.map((k) => Math.exp(lnDensity(residuals(k).slice(0, n), covariance(times, shape, variance)))),
        ) / set.count;
      const none = density(() => 0, 0);
      const factors = hypotheses.map(({ shape, variance }) => density(shape, variance) / none);
      expect(steps[n - 1].evidence).toBeCloseTo(Math.log(sum(factors) / factors.length), 8);
    }
  });

  it('tells how far an evaluation is from what those before it make of it', () => {
    const { steps } = seen();
    for (const n of [1, 5, TIMES.length]) {
      const times = TIMES.slice(0, n);
      const sigma = covariance(times, () => 0, 0);
      // By draw: what is expected of the last residual given those before, and its variance.
      const each = draws.map((k) => {
        const values = residuals(k).slice(0, n);
        const before = lnDensity(
          values.slice(0, -1),
          covariance(times.slice(0, -1), () => 0, 0),
        );
        const at = (last: number): number => lnDensity([...values.slice(0, -1), last], sigma) - before;
        // A normal density by its values at three places.
        const [a, b, c] = [at(-0.01), at(0), at(0.01)];
        const curvature = (a - 2 * b + c) / 0.01 ** 2;
        const variance = -1 / curvature;
        return { weight: Math.exp(before), off: values[n - 1] - ((c - a) / 0.02) * variance, variance };
      });
      const total = sum(each.map(({ weight }) => weight));
      const mean = sum(each.map(({ weight, off }) => (weight * off) / total));
      const square = sum(each.map(({ weight, off, variance }) => (weight * (off ** 2 + variance)) / total));
      expect(steps[n - 1].surprise).toBeCloseTo(mean / Math.sqrt(square - mean ** 2), 5);
    }
  });

  it('looks ahead as dense normal distributions do, departures that have begun included', () => {
    const { tracker } = seen();
    const ahead = tracker.ahead(END);
    const all = [...TIMES, END];
    const { point, draws: paths } = set.at(END);
    const begun = departuresOf(END).filter(({ shape }) => shape(TIMES[TIMES.length - 1]) > 0);
    const prior = 1 / (departuresOf(END).length * SIZES.length);
    const hypotheses = [
      { shape: () => 0, variance: 0, chance: 0.95 },
      ...begun.flatMap(({ shape }) =>
        SIZES.map((size) => ({ shape, variance: (size * NOISE.evaluation) ** 2, chance: 0.05 * prior })),
      ),
    ];
    const each = hypotheses.flatMap(({ shape, variance, chance }) =>
      draws.map((k) => {
        const seenDensity = lnDensity(residuals(k), covariance(TIMES, shape, variance));
        const sigma = covariance(all, shape, variance);
        const at = (last: number): number => lnDensity([...residuals(k), last], sigma);
        const [a, b, c] = [at(-0.01), at(0), at(0.01)];
        const own = -(0.01 ** 2) / (a - 2 * b + c);
        return {
          weight: chance * Math.exp(seenDensity),
          mean: paths[k] + point * ((c - a) / 0.02) * own,
          variance: point ** 2 * own,
        };
      }),
    );
    const total = sum(each.map(({ weight }) => weight));
    const mean = sum(each.map((one) => (one.weight * one.mean) / total));
    const variance = sum(each.map((one) => (one.weight * (one.variance + (one.mean - mean) ** 2)) / total));
    const found = momentsOf(ahead);
    // Departures of less than a thousandth of the weight are left out.
    expect(Math.abs(found.mean - mean)).toBeLessThan(0.02 * Math.sqrt(variance));
    expect(found.sd / Math.sqrt(variance)).toBeCloseTo(1, 1);
    expect(sum([...ahead.weight])).toBeCloseTo(1, 12);
  });

  it('knows nothing beyond the plan before anything is seen', () => {
    const tracker = makeTracker(set, END);
    expect(momentsOf(tracker.ahead(END)).mean).toBeCloseTo(momentsOf(tracker.prior(END)).mean, 12);
    expect(momentsOf(tracker.ahead(END)).sd).toBeCloseTo(momentsOf(tracker.prior(END)).sd, 12);
  });

  it('names the departure: what, from where, by how much', () => {
    const numbers = stream(8, 'departures');
    const times = Array.from({ length: 40 }, (_, i) => 10 + 2 * i);
    const follow = (change: (tokens: number) => number) => {
      const tracker = makeTracker(set, END);
      for (const tokens of times) {
        const { point, draws: paths } = set.at(tokens);
        tracker.observe(tokens, paths[0] + point * (change(tokens) + 0.001 * numbers.normal()));
      }
      return tracker.likeliest();
    };
    const jump = follow((tokens) => (tokens >= 50 ? 0.03 : 0));
    expect(jump).toMatchObject({ kind: 'jump', from: 50 });
    expect(jump.size).toBeCloseTo(0.03, 2);
    const drift = follow((tokens) => -0.0008 * Math.max(tokens - 20, 0));
    expect(drift).toMatchObject({ kind: 'drift', from: 20 });
    expect(drift.size).toBeCloseTo(-0.0008 * 68, 2);
  });
});

describe('evidence', () => {
  it('is a ratio of two densities at any time: its inverse has a mean of 1 over runs that depart', () => {
    // The mean over runs that follow is 1 for the same reason, but rests on runs too rare to be drawn.
    const count = 4000;
    const times = TIMES.slice(0, 6);
    const departures = departuresOf(END);
    const evidence = Array.from({ length: count }, (_, run) => {
      const numbers = stream(9, 'departing runs', run);
      const k = numbers.below(set.count);
      const ofRun = NOISE.offset * numbers.normal();
      const { shape } = departures[numbers.below(departures.length)];
      const size = SIZES[numbers.below(SIZES.length)] * NOISE.evaluation * numbers.normal();
      const tracker = makeTracker(set, END);
      let wobble = 0;
      return times.map((tokens, i) => {
        const phi = i === 0 ? 0 : NOISE.rho ** ((tokens - times[i - 1]) / NOISE.cadence);
        wobble = phi * wobble + Math.sqrt(1 - phi ** 2) * numbers.normal();
        const { point, draws: paths } = set.at(tokens);
        const off = ofRun + size * shape(tokens) + NOISE.evaluation * wobble;
        return tracker.observe(tokens, paths[k] + point * off).evidence;
      });
    });
    for (const i of times.keys()) {
      const values = evidence.map((each) => Math.exp(-each[i]));
      const mean = sum(values) / count;
      const error = Math.sqrt(sum(values.map((value) => (value - mean) ** 2))) / count;
      expect(Math.abs(mean - 1), `evaluation ${i}`).toBeLessThan(4 * error);
    }
  });
});
