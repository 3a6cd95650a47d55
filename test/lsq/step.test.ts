import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StepSpace } from '../../src/lsq/step.ts';
import { normals } from './models.ts';

/** A random step problem with a diagonal that keeps it well posed, and room of random size. */
function randomSpace(m: number, seed: number, room: number): StepSpace {
  const numbers = normals(m * m + 3 * m, seed);
  const space = new StepSpace(m);
  for (let k = 0; k < m; k++) {
    for (let i = 0; i < k; i++) space.r[k * m + i] = 0.5 * numbers[k * m + i];
    space.r[k * m + k] = 1 + Math.abs(numbers[k * m + k]);
    space.q[k] = numbers[m * m + k];
    // A third of the sides stand at their bound already.
    const below = numbers[m * m + m + k];
    const above = numbers[m * m + 2 * m + k];
    space.lower[k] = below > 0.4 ? 0 : -room * Math.abs(below);
    space.upper[k] = above > 0.4 ? 0 : room * Math.abs(above);
  }
  space.reset();
  return space;
}

function model(space: StepSpace, p: ArrayLike<number>): number {
  const { m, r, q } = space;
  let sum = 0;
  for (let i = 0; i < m; i++) {
    let value = q[i];
    for (let k = i; k < m; k++) value += r[k * m + i] * p[k];
    sum += 0.5 * value * value;
  }
  return sum;
}

/** The same minimum by projected coordinate descent, which a strictly convex box problem cannot mislead. */
function byCoordinates(space: StepSpace, lambda = 0): Float64Array {
  const { m, r, q, lower, upper } = space;
  const p = new Float64Array(m);
  for (let sweep = 0; sweep < 5000; sweep++) {
    for (let k = 0; k < m; k++) {
      let slope = lambda * p[k];
      let square = lambda;
      for (let i = 0; i <= k; i++) {
        let value = q[i];
        for (let j = i; j < m; j++) value += r[j * m + i] * p[j];
        slope += r[k * m + i] * value;
        square += r[k * m + i] ** 2;
      }
      p[k] = Math.min(Math.max(p[k] - slope / square, lower[k]), upper[k]);
    }
  }
  return p;
}

/** Slope of the undamped model at the step, along parameter k. */
function slopeAt({ m, r, q, p }: StepSpace, k: number): number {
  let slope = 0;
  for (let i = 0; i <= k; i++) {
    let value = q[i];
    for (let j = i; j < m; j++) value += r[j * m + i] * p[j];
    slope += r[k * m + i] * value;
  }
  return slope;
}

const cases = fc.record({
  m: fc.integer({ min: 1, max: 6 }),
  seed: fc.integer({ min: 1, max: 1e6 }),
  room: fc.double({ min: 0.05, max: 3, noNaN: true }),
});

describe('the step in a box', () => {
  it('is the constrained minimum', () => {
    fc.assert(
      fc.property(cases, ({ m, seed, room }) => {
        const space = randomSpace(m, seed, room);
        space.solveUndamped();
        const expected = byCoordinates(space);
        for (let k = 0; k < m; k++) {
          expect(space.p[k]).toBeCloseTo(expected[k], 7);
          expect(space.p[k]).toBeGreaterThanOrEqual(space.lower[k]);
          expect(space.p[k]).toBeLessThanOrEqual(space.upper[k]);
          if (space.side[k] < 0) expect(space.p[k]).toBe(space.lower[k]);
          if (space.side[k] > 0) expect(space.p[k]).toBe(space.upper[k]);
        }
        expect(space.predictedDrop()).toBeCloseTo(
          model(space, new Float64Array(m)) - model(space, space.p),
          10,
        );
      }),
      { numRuns: 150 },
    );
  });

  it('ends within 10% of the radius when the trust region holds it back, at a damped minimum', () => {
    let compared = 0;
    fc.assert(
      fc.property(cases, fc.double({ min: 0.01, max: 0.9, noNaN: true }), ({ m, seed, room }, part) => {
        const space = randomSpace(m, seed, room);
        space.solveUndamped();
        const whole = space.length();
        fc.pre(whole > 1e-6);
        const radius = part * whole;
        const held = space.solveWithin(radius);
        expect(held).toBe(whole > 1.1 * radius);
        if (!held) return;
        expect(Math.abs(space.length() / radius - 1)).toBeLessThanOrEqual(0.1 + 1e-12);
        // A free parameter tells the damping: its slope is −λ·p. That damping's minimum is found again.
        const free = Array.from({ length: m }, (_, k) => k).filter((k) => space.side[k] === 0);
        if (free.length === 0) return;
        const k = free.reduce((most, at) => (Math.abs(space.p[at]) > Math.abs(space.p[most]) ? at : most));
        const lambda = -slopeAt(space, k) / space.p[k];
        expect(lambda).toBeGreaterThan(0);
        byCoordinates(space, lambda).forEach((value, at) => {
          expect(space.p[at]).toBeCloseTo(value, 6);
        });
        compared++;
      }),
      { numRuns: 150, seed: 1 },
    );
    expect(compared).toBeGreaterThan(50);
  });

  it('stays finite, and does not move, along columns that are zero or equal', () => {
    const space = new StepSpace(3);
    space.r.set([1, 0, 0, 1, 0, 0, 0, 0, 0]);
    space.q.set([2, 0, 0]);
    space.lower.fill(-Infinity);
    space.upper.fill(Infinity);
    space.reset();
    space.solveUndamped();
    expect(space.p[0] + space.p[1]).toBeCloseTo(-2, 10);
    expect(space.p[0]).toBeCloseTo(space.p[1], 6);
    expect(space.p[2]).toBe(0);
  });

  it('never moves a parameter whose bounds are equal', () => {
    const space = randomSpace(3, 5, 1);
    space.lower[1] = 0;
    space.upper[1] = 0;
    space.reset();
    space.solveUndamped();
    expect(space.p[1]).toBe(0);
    expect(space.side[1]).not.toBe(0);
  });
});
