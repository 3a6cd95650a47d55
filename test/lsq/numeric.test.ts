import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withNumericJacobian } from '../../src/lsq/numeric.ts';
import { solve } from '../../src/lsq/solve.ts';
import { decay, decayData } from './models.ts';
import { fewestDigits, nistProblems, residualsOf } from './nist.ts';

const { t, y } = decayData(25, [1.5, 2, 0.8], 0.05, 2);
const exact = decay(t, y);
const without = {
  n: exact.n,
  m: exact.m,
  evaluate: (x: Float64Array, r: Float64Array) => exact.evaluate(x, r, null),
};
const inner = { lower: [-10, -10, -10], upper: [10, 10, 10] };

it('agrees with the exact Jacobian, inside and next to bounds', () => {
  const value = fc.constantFrom(-2, -0.3, 0, 1e-9, 0.5, 3);
  fc.assert(
    fc.property(fc.tuple(value, value, value), fc.integer({ min: 0, max: 2 }), (point, side) => {
      const bounds =
        side === 0
          ? inner
          : side === 1
            ? { lower: point, upper: inner.upper }
            : { lower: inner.lower, upper: point };
      const x = Float64Array.from(point);
      const [a, b] = [new Float64Array(exact.n * 3), new Float64Array(exact.n * 3)];
      const residual = new Float64Array(exact.n);
      exact.evaluate(x, residual, a);
      withNumericJacobian(without, { bounds, typical: [1, 1, 1] }).evaluate(x, residual, b);
      const largest = Math.max(...a.map(Math.abs), ...residual.map(Math.abs));
      a.forEach((derivative, at) => {
        expect(Math.abs(b[at] - derivative)).toBeLessThan(3e-9 * largest);
      });
    }),
  );
});

it('stays inside its bounds and needs no derivative of a fixed parameter', () => {
  const bounds = { lower: [1, 2, 0.8], upper: [1, 2 + 1e-7, 0.9] };
  const watched = {
    ...without,
    evaluate(x: Float64Array, r: Float64Array) {
      x.forEach((value, k) => {
        if (value < bounds.lower[k] || value > bounds.upper[k]) throw new Error('outside');
      });
      without.evaluate(x, r);
    },
  };
  const jacobian = new Float64Array(exact.n * 3);
  withNumericJacobian(watched, { bounds }).evaluate(
    Float64Array.of(1, 2, 0.9),
    new Float64Array(exact.n),
    jacobian,
  );
  expect(jacobian.subarray(0, exact.n).every((value) => value === 0)).toBe(true);
  expect(jacobian.subarray(exact.n).every(Number.isFinite)).toBe(true);
});

it('takes its step from the size that is typical where a parameter is small', () => {
  // At x = 0 with a typical size of 1e-6, a step of 6e-6 would leave this model's domain.
  const narrow = {
    n: 1,
    m: 1,
    evaluate(x: Float64Array, r: Float64Array) {
      r[0] = Math.sqrt(1e-7 + x[0]);
    },
  };
  const jacobian = new Float64Array(1);
  withNumericJacobian(narrow, { typical: [1e-6] }).evaluate(
    Float64Array.of(0),
    new Float64Array(1),
    jacobian,
  );
  expect(jacobian[0] * 2 * Math.sqrt(1e-7)).toBeCloseTo(1, 6);
});

it('fits as the exact Jacobian does', () => {
  const a = solve(exact, [1, 1, 1]);
  const b = solve(withNumericJacobian(without), [1, 1, 1]);
  a.x.forEach((value, k) => {
    expect(b.x[k]).toBeCloseTo(value, 8);
  });
});

it.each(['Misra1a', 'Thurber', 'Gauss3', 'MGH09'])('reaches the certified parameters of %s', (name) => {
  const nist = nistProblems.find((problem) => problem.name === name)!;
  const { n, m, evaluate } = residualsOf(nist);
  const plain = withNumericJacobian({ n, m, evaluate: (x, r) => evaluate(x, r, null) });
  expect(fewestDigits(solve(plain, nist.start2).x, nist.certified)).toBeGreaterThanOrEqual(6);
});
