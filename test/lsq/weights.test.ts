import { describe, expect, it } from 'vitest';
import { type Covariance, covarianceOf } from '../../src/lsq/covariance.ts';
import { robust } from '../../src/lsq/losses.ts';
import { solve } from '../../src/lsq/solve.ts';
import { checkWeights, type Weights, weightingOf } from '../../src/lsq/weights.ts';
import { lsqLengthMismatch, lsqValueOutOfRange } from '../../src/problems/lsq.ts';
import { decay, decayData } from './models.ts';

const { t, y } = decayData(30, [1.5, 2, 0.8], 0.05, 21);
const problem = decay(t, y);

function fitted(weights?: Weights) {
  const { x, active } = solve(problem, [1, 1, 1], { ...(weights && { weights }) });
  const covariance = covarianceOf(problem, x, active, { ...(weights && { weights }) });
  if (covariance.kind !== 'estimated') throw new Error(covariance.kind);
  return { x, covariance };
}

function ratioOfErrors(a: Extract<Covariance, { kind: 'estimated' }>, b: typeof a): number[] {
  return [...a.standardErrors].map((value, k) => value / b.standardErrors[k]);
}

describe('the meaning of a weight', () => {
  const plain = fitted();
  const ones = t.map(() => 1);
  const fours = t.map(() => 4);
  const uneven = t.map((value) => 0.5 + value);

  it('relative: only the proportions count, for the answer and for the error bars', () => {
    const once = fitted({ kind: 'relative', weight: uneven });
    const scaled = fitted({ kind: 'relative', weight: uneven.map((w) => 4 * w) });
    once.x.forEach((value, k) => {
      expect(scaled.x[k]).toBeCloseTo(value, 9);
    });
    for (const ratio of ratioOfErrors(scaled.covariance, once.covariance)) expect(ratio).toBeCloseTo(1, 8);
    for (const ratio of ratioOfErrors(
      fitted({ kind: 'relative', weight: fours }).covariance,
      plain.covariance,
    )) {
      expect(ratio).toBeCloseTo(1, 8);
    }
  });

  it('frequency: twice the count is twice the data', () => {
    const doubled = fitted({ kind: 'frequency', count: t.map(() => 2) });
    expect(doubled.covariance.degreesOfFreedom).toBe(2 * 30 - 3);
    for (const ratio of ratioOfErrors(doubled.covariance, plain.covariance)) {
      expect(ratio).toBeCloseTo(Math.sqrt((30 - 3) / (2 * 30 - 3)), 8);
    }
    const written = decay([...t, ...t], [...y, ...y]);
    const found = solve(written, [1, 1, 1]);
    const twice = covarianceOf(written, found.x, found.active);
    if (twice.kind !== 'estimated') throw new Error(twice.kind);
    for (const ratio of ratioOfErrors(twice, doubled.covariance)) expect(ratio).toBeCloseTo(1, 8);
  });

  it('known variance: the error bars come from sigma, whatever the scatter', () => {
    const known = fitted({ kind: 'knownVariance', sigma: t.map(() => 0.05) });
    known.x.forEach((value, k) => {
      expect(value).toBeCloseTo(plain.x[k], 8);
    });
    expect(known.covariance.residualDeviation).toBe(1);
    const wider = fitted({ kind: 'knownVariance', sigma: t.map(() => 0.1) });
    for (const ratio of ratioOfErrors(wider.covariance, known.covariance)) expect(ratio).toBeCloseTo(2, 8);
    for (const ratio of ratioOfErrors(known.covariance, plain.covariance)) {
      expect(ratio).toBeCloseTo(0.05 / plain.covariance.residualDeviation, 8);
    }
  });

  it('known variance gives error bars even without a degree of freedom', () => {
    const three = decay([0, 1, 2], [3, 2, 1.5]);
    const { x, active } = solve(three, [1, 1, 1]);
    const weights: Weights = { kind: 'knownVariance', sigma: [0.1, 0.1, 0.1] };
    expect(covarianceOf(three, x, active, { weights }).kind).toBe('estimated');
    expect(covarianceOf(three, x, active)).toEqual({ kind: 'noDegreesOfFreedom', observations: 3, free: 3 });
  });

  it('of nothing leaves a row out, as an observation too', () => {
    const without = decay(t.slice(1), y.slice(1));
    const expected = solve(without, [1, 1, 1]);
    for (const weights of [
      { kind: 'relative', weight: ones.map((one, i) => (i === 0 ? 0 : one)) },
      { kind: 'frequency', count: ones.map((one, i) => (i === 0 ? 0 : one)) },
    ] as const) {
      const { x, covariance } = fitted(weights);
      x.forEach((value, k) => {
        expect(value).toBeCloseTo(expected.x[k], 9);
      });
      expect(covariance.degreesOfFreedom).toBe(29 - 3);
      const loss = robust('huber', 0.04);
      const robustly = covarianceOf(problem, expected.x, expected.active, { weights, loss });
      const among = covarianceOf(without, expected.x, expected.active, { loss });
      if (robustly.kind !== 'estimated' || among.kind !== 'estimated') throw new Error('no error bar');
      for (const ratio of ratioOfErrors(robustly, among)) expect(ratio).toBeCloseTo(1, 12);
    }
  });

  it('under a robust loss decides what its scale is measured in', () => {
    const spoiled = decay(
      t,
      y.map((value, i) => (i === 5 ? value + 1 : value)),
    );
    const answer = (weights: Weights, scale: number) =>
      solve(spoiled, [1.5, 2, 0.8], { weights, loss: robust('huber', scale) }).x;
    // Sigma divides the residual before the loss sees it; a count does not.
    const plainAnswer = solve(spoiled, [1.5, 2, 0.8], { loss: robust('huber', 0.05) }).x;
    const inSigmas = answer({ kind: 'knownVariance', sigma: t.map(() => 0.05) }, 1);
    const counted = answer({ kind: 'frequency', count: t.map(() => 3) }, 0.05);
    plainAnswer.forEach((value, k) => {
      expect(inSigmas[k]).toBeCloseTo(value, 8);
      expect(counted[k]).toBeCloseTo(value, 8);
    });
  });
});

it('names each bad weight', () => {
  const codes = (weights: Weights) => checkWeights(weights, 3).map((problem) => problem.code);
  expect(codes({ kind: 'relative', weight: [1, 0, 2] })).toEqual([]);
  expect(codes({ kind: 'relative', weight: [1, -1, Number.NaN] })).toEqual(
    Array(2).fill(lsqValueOutOfRange.code),
  );
  expect(codes({ kind: 'knownVariance', sigma: [0, Infinity, 1] })).toEqual(
    Array(2).fill(lsqValueOutOfRange.code),
  );
  expect(codes({ kind: 'frequency', count: [1, 1] })).toEqual([lsqLengthMismatch.code]);
});

it('counts observations by meaning', () => {
  expect(weightingOf(undefined, 4).observations).toBe(4);
  expect(weightingOf({ kind: 'relative', weight: [5, 0, 5, 5] }, 4).observations).toBe(3);
  expect(weightingOf({ kind: 'frequency', count: [2.5, 0, 1, 1] }, 4).observations).toBe(4.5);
  expect(weightingOf({ kind: 'knownVariance', sigma: [1, 2, 3, 4] }, 4)).toMatchObject({
    observations: 4,
    varianceKnown: true,
  });
});
