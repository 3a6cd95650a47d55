import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shapleyValues } from '../../src/stats/shapley.ts';

const has = (coalition: number, player: number): boolean => ((coalition >> player) & 1) === 1;

describe('Shapley values', () => {
  it('of the glove game (one left glove, two right ones) are 2/3, 1/6 and 1/6', () => {
    const values = shapleyValues(3, (c) => (has(c, 0) && (has(c, 1) || has(c, 2)) ? 1 : 0));
    [2 / 3, 1 / 6, 1 / 6].forEach((expected, player) => {
      expect(values[player]).toBeCloseTo(expected, 12);
    });
  });

  it('are what each player brings where nobody needs another', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -100, max: 100 }), { maxLength: 6 }), (brings) => {
        const values = shapleyValues(brings.length, (c) =>
          brings.reduce((sum, each, player) => sum + (has(c, player) ? each : 0), 7),
        );
        values.forEach((value, player) => {
          expect(value).toBeCloseTo(brings[player], 9);
        });
      }),
    );
  });

  it('sum to the whole; a player who changes nothing gets nothing, and equals get the same', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 8, maxLength: 8 }), (game) => {
        // Players 0, 1, 2 play any game; player 3 changes nothing, player 4 is player 0 once more.
        const value = (c: number): number => game[(c & 6) | (has(c, 0) || has(c, 4) ? 1 : 0)];
        const values = shapleyValues(5, value);
        expect(values.reduce((a, b) => a + b, 0)).toBeCloseTo(value(31) - value(0), 9);
        expect(values[3]).toBeCloseTo(0, 12);
        expect(values[4]).toBeCloseTo(values[0], 9);
      }),
    );
  });

  it('are refused for more players than can be counted through', () => {
    expect(() => shapleyValues(17, () => 0)).toThrow(RangeError);
    expect(shapleyValues(0, () => 5)).toEqual([]);
  });
});
