import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chiSquaredQuantile, normalCdf } from '../../src/stats/distributions.ts';
import { type Stream, stream } from '../../src/stats/streams.ts';

const n = 100_000;
const wholeNumber = fc.nat({ max: Number.MAX_SAFE_INTEGER });

describe('a stream', () => {
  it('is the same at the same address, whoever asked for others in between', () => {
    fc.assert(
      fc.property(wholeNumber, fc.string(), wholeNumber, (seed, purpose, index) => {
        const first = draws(stream(seed, purpose, index), 5);
        stream(seed, purpose, 0).uniform();
        expect(draws(stream(seed, purpose, index), 5)).toEqual(first);
      }),
    );
  });

  it('stays what it was: these numbers are in fits that people keep', () => {
    expect(draws(stream(1, 'bootstrap', 0), 3)).toEqual(recorded.uniform);
    const normal = stream(1, 'bootstrap', 0);
    expect([normal.normal(), normal.normal(), normal.normal()]).toEqual(recorded.normal);
  });

  it('differs with the seed, the purpose and the index, also where only high bits do', () => {
    const addresses: [number, string, number][] = [
      [0, '', 0],
      [1, '', 0],
      [2 ** 32, '', 0],
      [0, 'a', 0],
      [0, 'b', 0],
      [0, 'ab', 0],
      [0, 'ba', 0],
      [0, '', 1],
      [0, '', 2 ** 32],
    ];
    const firsts = addresses.map((address) => stream(...address).uniform());
    expect(new Set(firsts).size).toBe(addresses.length);
  });

  it('refuses a seed or an index that is not a whole number', () => {
    for (const bad of [-1, 0.5, Number.NaN, 2 ** 53]) {
      expect(() => stream(bad, 'x')).toThrow(RangeError);
      expect(() => stream(1, 'x', bad)).toThrow(RangeError);
    }
  });
});

describe('moments', () => {
  it('of uniform numbers', () => {
    const sample = stream(7, 'moments').fillUniform(new Float64Array(n));
    expectMoments(sample, { mean: 0.5, variance: 1 / 12, kurtosis: 1.8 });
    expect(sample.every((u) => u > 0 && u < 1)).toBe(true);
  });

  it('of normal numbers', () => {
    const sample = stream(8, 'moments').fillNormal(new Float64Array(n));
    expectMoments(sample, { mean: 0, variance: 1, kurtosis: 3 });
  });

  it('of normal numbers with a scale', () => {
    const sample = stream(8, 'moments').fillNormal(new Float64Array(n), 0.25);
    expectMoments(sample, { mean: 0, variance: 1 / 16, kurtosis: 3 });
  });

  it('of exponential numbers', () => {
    const source = stream(9, 'moments');
    const sample = Float64Array.from({ length: n }, () => source.exponential());
    expectMoments(sample, { mean: 1, variance: 1, kurtosis: 9 });
  });
});

describe('shapes', () => {
  it('normal numbers fill equally likely bins equally', () => {
    const source = stream(10, 'bins');
    const bins = new Float64Array(50);
    for (let i = 0; i < n; i++) bins[Math.floor(normalCdf(source.normal()) * 50)]! += 1;
    expectEven(bins);
  });

  it('whole numbers below a count are equally likely', () => {
    const source = stream(11, 'bins');
    const bins = new Float64Array(7);
    for (let i = 0; i < n; i++) bins[source.below(7)]! += 1;
    expectEven(bins);
    expect(source.below(1)).toBe(0);
    for (const bad of [0, -1, 1.5, 2 ** 32 + 1]) expect(() => source.below(bad)).toThrow(RangeError);
  });

  it('the first numbers of neighbouring streams are as good as one stream', () => {
    const bins = new Float64Array(50);
    const firsts = Float64Array.from({ length: n }, (_, k) => stream(12, 'replicate', k).uniform());
    for (const u of firsts) bins[Math.floor(u * 50)]! += 1;
    expectEven(bins);
    expect(Math.abs(correlation(firsts.subarray(1), firsts.subarray(0, n - 1)))).toBeLessThan(
      4 / Math.sqrt(n),
    );
  });

  it('neighbouring streams are uncorrelated along their length', () => {
    const [a, b] = [0, 1].map((index) => stream(13, 'replicate', index).fillNormal(new Float64Array(n)));
    expect(Math.abs(correlation(a!, b!))).toBeLessThan(4 / Math.sqrt(n));
  });

  it('a shuffle keeps the elements and makes every order equally likely', () => {
    const source = stream(14, 'shuffle');
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = source.shuffle([0, 1, 2, 3]).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expectEven(Float64Array.from(counts.values()));
  });
});

function draws(source: Stream, count: number): number[] {
  return Array.from({ length: count }, () => source.uniform());
}

/** Mean and variance within four of their standard errors. */
function expectMoments(
  sample: Float64Array,
  { mean, variance, kurtosis }: { mean: number; variance: number; kurtosis: number },
): void {
  const m = sample.reduce((sum, x) => sum + x, 0) / sample.length;
  const v = sample.reduce((sum, x) => sum + (x - mean) ** 2, 0) / sample.length;
  expect(Math.abs(m - mean)).toBeLessThan(4 * Math.sqrt(variance / sample.length));
  expect(Math.abs(v - variance)).toBeLessThan(4 * variance * Math.sqrt((kurtosis - 1) / sample.length));
}

/** Pearson's chi-squared test at 1 in 10,000. */
function expectEven(bins: Float64Array): void {
  const expected = bins.reduce((sum, count) => sum + count, 0) / bins.length;
  const statistic = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  expect(statistic).toBeLessThan(chiSquaredQuantile(0.9999, bins.length - 1));
}

function correlation(a: Float64Array, b: Float64Array): number {
  const mean = (x: Float64Array) => x.reduce((sum, value) => sum + value, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  const product = (x: Float64Array, mx: number, y: Float64Array, my: number) =>
    x.reduce((sum, value, i) => sum + (value - mx) * (y[i]! - my), 0);
  return product(a, ma, b, mb) / Math.sqrt(product(a, ma, a, ma) * product(b, mb, b, mb));
}

const recorded = {
  uniform: [0.08178604907295595, 0.06293109458996249, 0.09682786981757185],
  normal: [-1.3931577325063966, -1.530624636923735, -1.2998402134977853],
};
