import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expColumn, logRatioColumn } from '../../src/laws/elementary.ts';

const exp = (x: number): number => {
  const out = new Float64Array(1);
  expColumn(1, Float64Array.of(x), out, 1);
  return out[0];
};
function expectRelative(found: number, expected: number): void {
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-14 * Math.abs(expected));
}

describe('exp', () => {
  it('is exp, to 1e-14', () => {
    const anywhere = fc.double({ min: -708, max: 709, noNaN: true, minExcluded: true, maxExcluded: true });
    // Where the range reduction turns from one part of ln 2 to the next.
    const aroundHalves = fc
      .tuple(
        fc.integer({ min: -1_040_000, max: 1_040_000 }),
        fc.double({ min: -1e-9, max: 1e-9, noNaN: true }),
      )
      .map(([half, shift]) => (half * Math.LN2) / 1024 + shift)
      .filter((x) => x > -708 && x < 709);
    fc.assert(
      fc.property(fc.oneof(anywhere, aroundHalves), (x) => expectRelative(exp(x), Math.exp(x))),
      { numRuns: 20_000 },
    );
  });

  it('is 0 far below, what Math.exp says far above, and NaN of NaN', () => {
    const below = fc.double({ max: -708, noNaN: true });
    const above = fc.double({ min: 709, noNaN: true });
    fc.assert(
      fc.property(below, above, (low, high) => {
        expect(exp(low)).toBe(0);
        expect(exp(high)).toBe(Math.exp(high));
      }),
    );
    expect(exp(Number.NaN)).toBeNaN();
    expect([exp(-Infinity), exp(-0), exp(0), exp(Infinity)]).toEqual([0, 1, 1, Infinity]);
  });
});

it('takes multiples, works in place, and leaves what lies beyond n alone', () => {
  const column = Float64Array.of(0.5, 1, 2, 3);
  expColumn(-2, column, column, 3);
  expect(column[0]).toBeCloseTo(Math.exp(-1), 14);
  expect(column[2]).toBeCloseTo(Math.exp(-4), 14);
  expect(column[3]).toBe(3);
});

describe('log of a ratio of lines', () => {
  const logRatio = (p0: number, p1: number, q0: number, q1: number, x: Float64Array): Float64Array => {
    const out = new Float64Array(x.length);
    logRatioColumn(p0, p1, q0, q1, x, out, x.length);
    return out;
  };
  /** Positive at 0 and at 1, and so between them. */
  const line = fc
    .tuple(fc.double({ min: -12, max: 12, noNaN: true }), fc.double({ min: -12, max: 12, noNaN: true }))
    .map(([low, high]) => [Math.exp(low), Math.exp(high) - Math.exp(low)] as const);

  it('is Math.log of it, on even grids and on scattered points', () => {
    const grid = fc
      .integer({ min: 1, max: 120 })
      .map((n) => Float64Array.from({ length: n }, (_, i) => i / n));
    const scattered = fc
      .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 })
      .map((values) => Float64Array.from(values));
    fc.assert(
      fc.property(line, line, fc.oneof(grid, scattered), ([p0, p1], [q0, q1], x) => {
        logRatio(p0, p1, q0, q1, x).forEach((found, i) => {
          const expected = Math.log((p0 + p1 * x[i]) / (q0 + q1 * x[i]));
          // Rounding of p and q, which nearly cancel where a line comes close to 0, moves both answers.
          const rounding =
            (Math.abs(p0) + Math.abs(p1)) / (p0 + p1 * x[i]) +
            (Math.abs(q0) + Math.abs(q1)) / (q0 + q1 * x[i]);
          expect(Math.abs(found - expected)).toBeLessThanOrEqual(
            4e-16 * (rounding + Math.abs(expected) + 10),
          );
        });
      }),
      { numRuns: 3000 },
    );
  });

  it('is exactly 0 where both lines are the same, and −Infinity where the upper one is 0', () => {
    const x = Float64Array.from({ length: 20 }, (_, i) => i / 20);
    for (const value of logRatio(3, 2, 3, 2, x)) expect(value).toBe(0);
    expect(logRatio(0, 1, 1, 0, Float64Array.of(0, 0.5))[0]).toBe(-Infinity);
  });
});
