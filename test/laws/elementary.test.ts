import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expColumn } from '../../src/laws/elementary.ts';

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
