import { describe, expect, it } from 'vitest';
import { layeredParametric } from '../../src/fit/resample.ts';
import { dataOf, grid } from './data.ts';

const rows = grid([1e8, 1e9], [0, 0.5, 1], [1e9, 2e9, 4e9, 8e9]);
const data = dataOf(
  'general',
  rows,
  rows.map(() => 2),
);
const fitted = Float64Array.from(rows, (_, i) => 2 + 0.01 * i);
const noise = { evaluation: 0.004, rho: 0.6, run: 0.003, base: 0.002, priorShare: 0 };

const draw = (seed: number, k: number, of = data) => {
  const loss = new Float64Array(of.n);
  layeredParametric(of, fitted, noise, seed).fill(k, loss);
  return loss;
};

it('is the same for the same seed, set and number, whatever came before', () => {
  const scheme = layeredParametric(data, fitted, noise, 4);
  const loss = new Float64Array(data.n);
  for (const k of [3, 0, 17]) {
    scheme.fill(k, loss);
    expect(loss).toEqual(draw(4, k));
  }
});

it('differs between seeds, numbers and sets', () => {
  const all = [draw(4, 0), draw(4, 1), draw(5, 0), draw(4, 0, { ...data, name: 'other' })];
  expect(new Set(all.map(String)).size).toBe(4);
});

describe('over many replicates', () => {
  const count = 4000;
  const scheme = layeredParametric(data, fitted, noise, 9);
  const loss = new Float64Array(data.n);
  const relative = Array.from({ length: count }, (_, k) => {
    scheme.fill(k, loss);
    return loss.map((each, i) => each / fitted[i] - 1);
  });
  const covariance = (i: number, j: number) => relative.reduce((sum, r) => sum + r[i] * r[j], 0) / count;
  const { evaluation, rho, run, base } = noise;
  const variance = evaluation ** 2 + run ** 2 + base ** 2;
  // Four standard errors of a covariance of normal variables.
  const close = (4 * Math.SQRT2 * variance) / Math.sqrt(count);

  it('is centred on the fit', () => {
    rows.forEach((_, i) => {
      const mean = relative.reduce((sum, r) => sum + r[i], 0) / count;
      expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(variance / count));
    });
  });

  it('has the variance of all layers, and correlations of those that rows share', () => {
    for (let i = 0; i < data.n; i++) {
      for (let j = 0; j <= i; j++) {
        const sameRun = data.run[i] === data.run[j];
        const sameBase = data.base[i] === data.base[j];
        const expected =
          (sameBase ? base ** 2 : 0) + (sameRun ? run ** 2 + evaluation ** 2 * rho ** (i - j) : 0);
        expect(Math.abs(covariance(i, j) - expected)).toBeLessThan(close);
      }
    }
  });
});
