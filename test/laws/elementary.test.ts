import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expColumn, logColumn } from '../../src/laws/elementary.ts';

const exp = (x: number): number => {
  const out = new Float64Array(1);
  expColumn(Float64Array.of(x), out, 1);
  return out[0];
};
const log = (x: number): number => {
  const out = new Float64Array(1);
  logColumn(Float64Array.of(x), out, 1);
  return out[0];
};

function expectRelative(found: number, expected: number): void {
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-14 * Math.abs(expected));
}

const LEAST_NORMAL = 2.2250738585072014e-308;

describe('exp', () => {
  it('is exp, to 1e-14', () => {
    const anywhere = fc.double({ min: -708, max: 709, noNaN: true, minExcluded: true, maxExcluded: true });
    const aroundHalves = fc
      .tuple(fc.integer({ min: -2040, max: 2040 }), fc.double({ min: -1e-9, max: 1e-9, noNaN: true }))
      .map(([half, shift]) => 0.5 * half * Math.LN2 + shift)
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

describe('log', () => {
  it('is log over all normal doubles, to 1e-14', () => {
    const anywhere = fc.double({ min: LEAST_NORMAL, max: Number.MAX_VALUE, noNaN: true });
    const aroundOne = fc.double({ min: -1e-3, max: 1e-3, noNaN: true }).map((shift) => 1 + shift);
    // The mantissa is split at √½: the doubles on either side of it, at any exponent.
    const aroundSplit = fc
      .tuple(fc.integer({ min: -1000, max: 1000 }), fc.double({ min: -1e-5, max: 1e-5, noNaN: true }))
      .map(([k, shift]) => (Math.SQRT1_2 + shift) * 2 ** k);
    fc.assert(
      fc.property(fc.oneof(anywhere, aroundOne, aroundSplit), (x) => expectRelative(log(x), Math.log(x))),
      { numRuns: 20_000 },
    );
  });

  it('has the special values of Math.log', () => {
    fc.assert(
      fc.property(fc.double({ max: LEAST_NORMAL }), (x) => {
        expect(log(x)).toBe(Math.log(x));
      }),
    );
    expect([log(0), log(-0), log(1), log(Infinity)]).toEqual([-Infinity, -Infinity, 0, Infinity]);
    expect([log(-1), log(Number.NaN)]).toEqual([Number.NaN, Number.NaN]);
  });
});

it('works in place, and leaves what lies beyond n alone', () => {
  const column = Float64Array.of(0.5, 1, 2, 3);
  expColumn(column, column, 3);
  logColumn(column, column, 2);
  expect(column[0]).toBeCloseTo(0.5, 14);
  expect(column[1]).toBeCloseTo(1, 14);
  expect(column[2]).toBeCloseTo(Math.exp(2), 13);
  expect(column[3]).toBe(3);
});
