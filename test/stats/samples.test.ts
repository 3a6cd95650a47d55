import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ascending, outerBound, quantile, weightedQuantile } from '../../src/stats/quantiles.ts';
import { sobolPoints } from '../../src/stats/quasirandom.ts';
import { madScale, median } from '../../src/stats/robust.ts';
import { stream } from '../../src/stats/streams.ts';

const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const sample = fc.array(finite, { minLength: 1, maxLength: 40 });
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('quantiles', () => {
  it('are linear between order statistics', () => {
    // numpy.quantile([7, 1, 3, 10], q), its default method.
    const values = [7, 1, 3, 10];
    const expected = { 0: 1, 0.1: 1.6, 0.25: 2.5, 0.5: 5, 0.9: 9.1, 1: 10 };
    for (const [p, value] of Object.entries(expected))
      expect(quantile(values, Number(p))).toBeCloseTo(value, 14);
  });

  it('rise with the share, within the sample, and ignore the order', () => {
    fc.assert(
      fc.property(sample, share, share, (values, p, q) => {
        const [low, high] = [Math.min(p, q), Math.max(p, q)];
        const a = quantile(values, low);
        expect(a).toBeLessThanOrEqual(quantile(values, high) + 1e-9);
        expect(a).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
        expect(quantile(values.toReversed(), low)).toBe(a);
      }),
    );
  });

  it('keep infinities in order, and refuse NaN, nothing, and shares outside 0..1', () => {
    expect(quantile([Number.POSITIVE_INFINITY, 1, Number.POSITIVE_INFINITY], 0.9)).toBe(
      Number.POSITIVE_INFINITY,
    );
    expect(() => quantile([1, Number.NaN], 0.5)).toThrow(RangeError);
    expect(() => quantile([], 0.5)).toThrow(RangeError);
    expect(() => quantile([1], 1.2)).toThrow(RangeError);
  });
});

describe('a bound for a new draw', () => {
  it('is the order statistic that few enough draws lie outside of', () => {
    const sorted = ascending(Array.from({ length: 99 }, (_, k) => k + 1));
    expect(outerBound(sorted, 0.1, 'lower')).toBe(10);
    expect(outerBound(sorted, 0.1, 'upper')).toBe(90);
    expect(outerBound(sorted, 0.105, 'lower')).toBe(10);
  });

  it('is infinite where the draws are too few to promise it', () => {
    const sorted = ascending([1, 2, 3]);
    expect(outerBound(sorted, 0.1, 'lower')).toBe(Number.NEGATIVE_INFINITY);
    expect(outerBound(sorted, 0.1, 'upper')).toBe(Number.POSITIVE_INFINITY);
    expect(outerBound(sorted, 0.25, 'lower')).toBe(1);
  });

  it('keeps its promise for small samples, where the plain quantile breaks it', () => {
    const source = stream(21, 'promise');
    const [repeats, size, outside] = [20_000, 19, 0.1];
    let brokenByBound = 0;
    let brokenByQuantile = 0;
    const draws = new Float64Array(size);
    for (let k = 0; k < repeats; k++) {
      const sorted = ascending(source.fillNormal(draws));
      const fresh = source.normal();
      if (fresh < outerBound(sorted, outside, 'lower')) brokenByBound++;
      if (fresh < quantile(sorted, outside)) brokenByQuantile++;
    }
    const error = Math.sqrt((outside * (1 - outside)) / repeats);
    expect(brokenByBound / repeats).toBeLessThan(outside + 3 * error);
    expect(brokenByQuantile / repeats).toBeGreaterThan(outside + 3 * error);
  });
});

describe('weighted quantiles', () => {
  it('count a value as often as its weight says', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(finite, fc.nat({ max: 4 })), { minLength: 1, maxLength: 12 }),
        share,
        (pairs, p) => {
          fc.pre(pairs.some(([, weight]) => weight > 0));
          const values = pairs.map(([value]) => value);
          const weights = pairs.map(([, weight]) => weight);
          const repeated = pairs.flatMap(([value, weight]) => Array.from({ length: weight }, () => value));
          const ones = repeated.map(() => 1);
          expect(weightedQuantile(values, weights, p)).toBe(weightedQuantile(repeated, ones, p));
        },
      ),
    );
  });

  it('reach every value at its own share', () => {
    const values = [30, 10, 20];
    const weights = [0.2, 0.5, 0.3];
    expect([0, 0.5, 0.51, 0.8, 0.81, 1].map((p) => weightedQuantile(values, weights, p))).toEqual([
      10, 10, 20, 20, 30, 30,
    ]);
  });

  it('refuse weights that mean nothing', () => {
    expect(() => weightedQuantile([1, 2], [1], 0.5)).toThrow(RangeError);
    expect(() => weightedQuantile([1, 2], [1, -1], 0.5)).toThrow(RangeError);
    expect(() => weightedQuantile([1, 2], [0, 0], 0.5)).toThrow(RangeError);
    expect(() => weightedQuantile([1, Number.NaN], [1, 1], 0.5)).toThrow(RangeError);
  });
});

describe('robust location and scale', () => {
  it('the median sits in the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });

  it.each([2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 40])('the scale is unbiased for %d normal values', (size) => {
    const source = stream(22, 'mad', size);
    const repeats = 20_000;
    const values = new Float64Array(size);
    const scales = Float64Array.from({ length: repeats }, () => madScale(source.fillNormal(values, 2)));
    const mean = scales.reduce((sum, scale) => sum + scale, 0) / repeats;
    // The published factors have four digits, and n/(n − 0.8) is an approximation to about 1%.
    expect(Math.abs(mean / 2 - 1)).toBeLessThan(0.02);
  });

  it('follows shifts not at all and stretches in proportion', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 20 }),
        (values) => {
          const scale = madScale(values);
          expect(madScale(values.map((value) => value + 512))).toBe(scale);
          expect(madScale(values.map((value) => -4 * value))).toBeCloseTo(4 * scale, 9);
        },
      ),
    );
  });

  it('does not move for one wild value among ten', () => {
    const values = Array.from({ length: 10 }, (_, k) => k);
    expect(madScale([...values.slice(0, 9), 1e9])).toBe(madScale(values));
  });

  it('is zero for one value', () => {
    expect(madScale([3])).toBe(0);
  });
});

describe('Sobol points', () => {
  it('are those of scipy', () => {
    // scipy 1.17.1: scipy.stats.qmc.Sobol(12, scramble=False, bits=32).random(32)[[1, 5, 31]]; ours stand half a step of 2^-32 further.
    const points = sobolPoints(32, 12);
    const rows = [1, 5, 31].map((k) => Array.from(points.subarray(12 * k, 12 * k + 12), (x) => x - 2 ** -33));
    expect(rows).toEqual(scipySobol);
  });

  it('hold one point in every interval of each coordinate, shifted or not', () => {
    for (const shift of [undefined, stream(23, 'shift')]) {
      const points = sobolPoints(64, 12, shift);
      for (let j = 0; j < 12; j++) {
        const cells = new Set(Array.from({ length: 64 }, (_, k) => Math.floor(64 * points[12 * k + j]!)));
        expect(cells.size).toBe(64);
      }
    }
  });

  it('differ with the stream that shifts them', () => {
    expect(sobolPoints(8, 2, stream(1, 'shift'))).not.toEqual(sobolPoints(8, 2, stream(2, 'shift')));
  });

  it.each([1, 2, 3, 5, 8])(
    'integrate a smooth function in %d dimensions far better than random ones',
    (dimensions) => {
      const count = 4096;
      const error = (points: Float64Array) => {
        let sum = 0;
        for (let k = 0; k < count; k++) {
          let product = 1;
          for (let j = 0; j < dimensions; j++) product *= 1 + (points[k * dimensions + j]! - 0.5);
          sum += product;
        }
        return Math.abs(sum / count - 1);
      };
      const random = Array.from({ length: 20 }, (_, index) =>
        error(stream(23, 'points', index).fillUniform(new Float64Array(count * dimensions))),
      );
      expect(error(sobolPoints(count, dimensions))).toBeLessThan(median(random) / 5);
    },
  );

  it('refuse counts that cannot be', () => {
    expect(() => sobolPoints(-1, 2)).toThrow(RangeError);
    expect(() => sobolPoints(10, 0)).toThrow(RangeError);
    expect(() => sobolPoints(10, 13)).toThrow(RangeError);
  });
});

const scipySobol = [
  [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
  [0.875, 0.875, 0.125, 0.375, 0.875, 0.625, 0.875, 0.375, 0.375, 0.125, 0.375, 0.875],
  [
    0.03125, 0.53125, 0.90625, 0.96875, 0.96875, 0.78125, 0.34375, 0.53125, 0.15625, 0.59375, 0.03125,
    0.34375,
  ],
];
