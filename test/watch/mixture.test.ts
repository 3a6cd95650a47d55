import { describe, expect, it } from 'vitest';
import { normalCdf, normalQuantile } from '../../src/stats/distributions.ts';
import { stream } from '../../src/stats/streams.ts';
import { centralInterval, momentsOf, roughNormalCdf, shareBelow } from '../../src/watch/mixture.ts';

const numbers = stream(3, 'mixtures');
const many = Float64Array.from({ length: 50 }, () => numbers.exponential());
const total = many.reduce((a, b) => a + b, 0);
const mixture = {
  weight: many.map((each) => each / total),
  mean: many.map(() => 2 + 0.3 * numbers.normal()),
  sd: many.map(() => 0.05 + 0.1 * numbers.uniform()),
};

describe('mixtures of normals', () => {
  it('have a distribution function within 2e-7 of the exact one', () => {
    for (let x = -9; x <= 9; x += 0.01) expect(Math.abs(roughNormalCdf(x) - normalCdf(x))).toBeLessThan(2e-7);
  });

  it('have the quantiles and the interval of a single normal', () => {
    const one = { weight: Float64Array.of(1), mean: Float64Array.of(3), sd: Float64Array.of(0.2) };
    const [low, high] = centralInterval(one, 0.9);
    expect(low).toBeCloseTo(3 + 0.2 * normalQuantile(0.05), 5);
    expect(high).toBeCloseTo(3 + 0.2 * normalQuantile(0.95), 5);
  });

  it('hold as much in their interval as its level says', () => {
    for (const level of [0.5, 0.9, 0.99]) {
      const [low, high] = centralInterval(mixture, level);
      expect(shareBelow(mixture, low)).toBeCloseTo((1 - level) / 2, 4);
      expect(shareBelow(mixture, high)).toBeCloseTo((1 + level) / 2, 4);
    }
  });

  it('have the moments of their draws', () => {
    const draws = Float64Array.from({ length: 200_000 }, () => {
      let at = numbers.uniform();
      const k = mixture.weight.findIndex((weight) => {
        at -= weight;
        return at <= 0;
      });
      const draw = k < 0 ? 0 : k;
      return mixture.mean[draw] + mixture.sd[draw] * numbers.normal();
    });
    const { mean, sd } = momentsOf(mixture);
    const sampled = draws.reduce((a, b) => a + b, 0) / draws.length;
    expect(Math.abs(sampled - mean)).toBeLessThan((5 * sd) / Math.sqrt(draws.length));
    const variance = draws.reduce((sum, each) => sum + (each - sampled) ** 2, 0) / draws.length;
    expect(Math.sqrt(variance) / sd).toBeCloseTo(1, 1);
  });

  it('take a value without a deviation as known', () => {
    const known = {
      weight: Float64Array.of(0.25, 0.75),
      mean: Float64Array.of(1, 2),
      sd: Float64Array.of(0, 0),
    };
    expect(shareBelow(known, 1)).toBe(0.25);
    expect(shareBelow(known, 1.5)).toBe(0.25);
    expect(shareBelow(known, Float64Array.of(0.5, 2))).toBe(0.75);
  });
});
