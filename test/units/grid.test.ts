import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantityOutOfRange, rangeMalformed, unitUnexpected } from '../../src/problems/units.ts';
import { grid } from '../../src/units/grid.ts';
import { trainingTokens } from '../../src/units/tokens.ts';
import * as arbitrary from './arbitraries.ts';
import { refusalCodes } from './refusals.ts';

const counts = grid(trainingTokens);

describe('several counts in one text', () => {
  it.each<[string, readonly number[]]>([
    ['5M', [5e6]],
    ['1B,2B,5B', [1e9, 2e9, 5e9]],
    ['2B, 1B', [2e9, 1e9]],
    ['3,100,000', [3_100_000]],
    ['3,100,000,5M', [3_100_000, 5e6]],
    ['500M,1B..4B:3', [5e8, 1e9, 2e9, 4e9]],
    ['1M..1B:4', [1e6, 1e7, 1e8, 1e9]],
    ['8M..1M:4', [8e6, 4e6, 2e6, 1e6]],
    ['1..3:5', [1, 2, 3]],
    ['1.5M..1.5M:2', [1.5e6]],
  ])('%s', (text, values) => {
    expect(counts.parse(text)).toEqual(values);
  });

  it.each([
    ['1M..8M', [rangeMalformed.code]],
    ['1M..8M:1', [rangeMalformed.code]],
    ['1M..8M:1001', [rangeMalformed.code]],
    ['1M..8M:3.5', [rangeMalformed.code]],
    ['1M..2M..8M:3', [rangeMalformed.code]],
    ['1M..8h:3', [unitUnexpected.code]],
    ['0..8M:3', [quantityOutOfRange.code]],
    ['0,8h,1M..', [quantityOutOfRange.code, unitUnexpected.code, rangeMalformed.code]],
  ])('%s is refused, all faults together', (text, codes) => {
    expect(refusalCodes(() => counts.parse(text))).toEqual(codes);
  });

  it('are read back exactly', () => {
    const some = fc.array(arbitrary.trainingLengths, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(some, (values) => {
        expect(counts.parse(counts.format(values))).toEqual(values);
      }),
    );
    expect(counts.parse(counts.format([1, 100]))).toEqual([1, 100]);
  });

  it('of a range are even on a logarithmic scale, ends included, whole between', () => {
    const end = fc.integer({ min: 1e6, max: 1e12 });
    fc.assert(
      fc.property(end, end, fc.integer({ min: 3, max: 50 }), (from, to, n) => {
        const values = counts.parse(`${from}..${to}:${n}`);
        expect([values[0], values[values.length - 1]]).toEqual([from, to]);
        const step = Math.log(to / from) / (n - 1);
        fc.pre(values.length === n);
        values.forEach((value, i) => {
          expect(Number.isInteger(value)).toBe(true);
          expect(Math.abs(Math.log(value / from) - i * step)).toBeLessThan(1e-6);
        });
      }),
    );
  });
});
