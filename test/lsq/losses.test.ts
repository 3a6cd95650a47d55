import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costOf, type LossKind, lossShapes, robust, squared } from '../../src/lsq/losses.ts';
import { lsqValueOutOfRange } from '../../src/problems/lsq.ts';
import { Refusal } from '../../src/problems/problem.ts';

const kinds = Object.keys(lossShapes) as LossKind[];
const sizes = fc.double({ min: -50, max: 50, noNaN: true });

describe.each(kinds)('%s', (kind) => {
  const { rho, slope, curvature, drop } = lossShapes[kind];

  it('has the slope and the curvature of its cost', () => {
    const h = 1e-5;
    fc.assert(
      fc.property(sizes, (t) => {
        // Huber's curvature jumps at its corners.
        fc.pre(Math.abs(Math.abs(t) - 1) > 2 * h);
        expect(slope(t)).toBeCloseTo((rho(t + h) - rho(t - h)) / (2 * h), 5);
        expect(curvature(t)).toBeCloseTo((slope(t + h) - slope(t - h)) / (2 * h), 5);
      }),
    );
  });

  it('costs half the square near zero, nothing at zero, and is even', () => {
    expect(rho(0)).toBe(0);
    expect(rho(1e-4) / 0.5e-8).toBeCloseTo(1, 7);
    fc.assert(fc.property(sizes, (t) => rho(t) === rho(-t)));
  });

  it('takes differences without cancellation', () => {
    fc.assert(
      fc.property(sizes, sizes, (a, b) => {
        expect(Math.abs(drop(a, b) - (rho(a) - rho(b)))).toBeLessThanOrEqual(1e-14 * (1 + rho(a) + rho(b)));
      }),
    );
    expect(drop(0, 1e9) / -rho(1e9)).toBeCloseTo(1, 12);
    // A difference far below the rounding of the costs themselves is the slope times the distance.
    for (const at of [0.3, 7]) {
      const near = at * (1 - 2 ** -50);
      expect(drop(at, near) / (slope(at) * (at - near))).toBeCloseTo(1, 10);
    }
  });
});

it('follows the convention of the scaling-law papers for Huber', () => {
  const loss = robust('huber', 1e-3);
  expect(costOf(loss, 5e-4)).toBeCloseTo(0.5 * 5e-4 ** 2, 18);
  expect(costOf(loss, -0.02)).toBeCloseTo(1e-3 * (0.02 - 0.5e-3), 16);
  expect(costOf(squared, 3)).toBe(4.5);
});

it('refuses a scale that is no size', () => {
  for (const scale of [0, -1, Number.NaN, Infinity]) {
    expect(() => robust('huber', scale)).toThrow(Refusal);
  }
  try {
    robust('cauchy', -1);
  } catch (error) {
    expect((error as Refusal).problems.map((problem) => problem.code)).toEqual([lsqValueOutOfRange.code]);
  }
});
