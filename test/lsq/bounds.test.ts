import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { robust } from '../../src/lsq/losses.ts';
import type { Bounds } from '../../src/lsq/problem.ts';
import { solve } from '../../src/lsq/solve.ts';
import { stopMeanings } from '../../src/lsq/stop.ts';
import { decay, decayData, gradientOf, linear, normals } from './models.ts';

const truth = [1.5, 2, 0.8] as const;

/** A random box, often cutting the optimum off, sometimes of no width. */
const boxes = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  sides: fc.array(
    fc.record({
      at: fc.double({ min: -0.7, max: 0.7, noNaN: true }),
      width: fc.constantFrom(0, 0.05, 0.5, Infinity),
    }),
    { minLength: 3, maxLength: 3 },
  ),
});

function boxOf(sides: readonly { at: number; width: number }[]): Bounds {
  return {
    lower: sides.map(({ at, width }, k) => (width === Infinity ? -Infinity : truth[k] * (1 + at) - width)),
    upper: sides.map(({ at, width }, k) => truth[k] * (1 + at) + (width === Infinity ? 1 : width)),
  };
}

describe('a fit in a box', () => {
  it('meets the Karush-Kuhn-Tucker conditions over random boxes and data', () => {
    const seen = { inside: 0, atBound: 0 };
    fc.assert(
      fc.property(boxes, ({ seed, sides }) => {
        const { t, y } = decayData(30, truth, 0.05, seed);
        const problem = decay(t, y);
        const bounds = boxOf(sides);
        const found = solve(problem, [1, 1, 1], { bounds });
        expect(stopMeanings[found.stop.kind].success).toBe(true);
        const { gradient, scale, length } = gradientOf(problem, found.x);
        for (let k = 0; k < 3; k++) {
          expect(found.x[k]).toBeGreaterThanOrEqual(bounds.lower[k]);
          expect(found.x[k]).toBeLessThanOrEqual(bounds.upper[k]);
          const cosine = gradient[k] / (scale[k] * length);
          if (found.active[k] === 0) {
            expect(Math.abs(cosine)).toBeLessThan(1e-6);
            seen.inside++;
          } else {
            expect(found.x[k]).toBe(found.active[k] < 0 ? bounds.lower[k] : bounds.upper[k]);
            // It presses on its bound: inwards the objective rises.
            if (bounds.lower[k] < bounds.upper[k]) expect(-found.active[k] * cosine).toBeGreaterThan(-1e-9);
            seen.atBound++;
          }
        }
      }),
      { numRuns: 300, seed: 3 },
    );
    // Both kinds must have been met, or the property says nothing.
    expect(seen.inside).toBeGreaterThan(100);
    expect(seen.atBound).toBeGreaterThan(100);
  });

  it('is the fit without bounds where these do not bind', () => {
    const { t, y } = decayData(30, truth, 0.05, 4);
    const free = solve(decay(t, y), [1, 1, 1]);
    const boxed = solve(decay(t, y), [1, 1, 1], { bounds: { lower: [0, 0, 0], upper: [5, 5, 5] } });
    boxed.x.forEach((value, k) => {
      expect(value).toBeCloseTo(free.x[k], 10);
    });
    expect([...boxed.active]).toEqual([0, 0, 0]);
  });

  it('finds what a search over all faces finds, for linear problems', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const m = 3;
        const a = normals(8 * m, seed);
        const b = normals(8, seed + 1).map((value) => 2 * value);
        const lower = [-0.3, -Infinity, 0.1];
        const upper = [0.2, 0.4, 0.1];
        const found = solve(linear(a, b, m), [0, 0, 0], { bounds: { lower, upper } });
        // Each parameter free, at its lower or at its upper bound: the best feasible of these.
        let best = Infinity;
        for (let face = 0; face < 27; face++) {
          const fixed = [face % 3, Math.floor(face / 3) % 3, Math.floor(face / 9)].map(
            (side, k) => [Number.NaN, lower[k], upper[k]][side],
          );
          if (fixed.some((value) => Math.abs(value) === Infinity)) continue;
          const faceBounds = {
            lower: fixed.map((value) => (Number.isNaN(value) ? -Infinity : value)),
            upper: fixed.map((value) => (Number.isNaN(value) ? Infinity : value)),
          };
          const candidate = solve(
            linear(a, b, m),
            fixed.map((value) => value || 0),
            { bounds: faceBounds },
          );
          const feasible = candidate.x.every(
            (value, k) => value >= lower[k] - 1e-12 && value <= upper[k] + 1e-12,
          );
          if (feasible) best = Math.min(best, candidate.objective);
        }
        expect(found.objective).toBeCloseTo(best, 10);
      }),
      { numRuns: 60 },
    );
  });

  it('holds a parameter fixed between equal bounds, the first as well as the last', () => {
    const { t, y } = decayData(30, truth, 0.05, 9);
    for (const fixed of [0, 1, 2]) {
      const lower = [-9, -9, -9].map((value, k) => (k === fixed ? truth[k] : value));
      const upper = [9, 9, 9].map((value, k) => (k === fixed ? truth[k] : value));
      const found = solve(decay(t, y), [1, 1, 1], { bounds: { lower, upper } });
      expect(found.x[fixed]).toBe(truth[fixed]);
      expect(found.active[fixed]).not.toBe(0);
      expect(found.stop.kind).toBe('converged');
      const { gradient, scale, length } = gradientOf(decay(t, y), found.x);
      gradient.forEach((slope, k) => {
        if (k !== fixed) expect(Math.abs(slope) / (scale[k] * length)).toBeLessThan(1e-7);
      });
    }
  });

  it('never evaluates outside, and moves a start outside to the box', () => {
    const { t, y } = decayData(30, truth, 0.05, 9);
    const inner = decay(t, y);
    const bounds = { lower: [0, 0, 0.9], upper: [1.2, 9, 1.5] };
    const found = solve(
      {
        ...inner,
        evaluate(x, residual, jacobian) {
          x.forEach((value, k) => {
            if (value < bounds.lower[k] || value > bounds.upper[k]) throw new Error('outside');
          });
          inner.evaluate(x, residual, jacobian);
        },
      },
      [-3, 20, 1],
      { bounds },
    );
    expect(found.stop.kind).toBe('converged');
  });

  it('leaves a bound that a robust loss does not press on', () => {
    const { t, y } = decayData(30, truth, 0.05, 12);
    const found = solve(decay(t, y), [1, 0, 0.5], {
      bounds: { lower: [0, 0, 0], upper: [5, 5, 5] },
      loss: robust('huber', 0.03),
    });
    expect([...found.active]).toEqual([0, 0, 0]);
    expect(found.x[1]).toBeGreaterThan(1.5);
  });
});
