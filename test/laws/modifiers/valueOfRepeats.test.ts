/** The numbers that plans give of repeats. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REPEATED_TOKENS } from '../../../src/laws/modifiers/repetition.ts';
import { REPETITION_LAWS } from '../../../src/laws/modifiers/repetitionLaws.ts';
import { valueOfRepeats } from '../../../src/laws/modifiers/valueOfRepeats.ts';

const [law] = REPETITION_LAWS;

describe('the value of repeats', () => {
  it('is what the law says of the run, and of 16 epochs one by one', () => {
    const { epochs, effectiveTokens, byEpoch } = valueOfRepeats(law, REPEATED_TOKENS, 5e9, 17.5e9, 0.9);
    expect(epochs).toBe(3.5);
    // 5e9 · (1 + 15.387756 · (1 − exp(−2.5 / 15.387756)))
    expect(effectiveTokens / 16.54e9).toBeCloseTo(1, 3);
    expect(byEpoch.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 16 }, (_, k) => k + 1));
    expect(byEpoch[0]).toEqual({ epoch: 1, value: 1, interval: [1, 1], total: 1 });
    expect(byEpoch[3].total).toBeCloseTo(3.726, 3);
  });

  it('falls from epoch to epoch, adds up to the total, and lies in its range at any constant', () => {
    const spread = fc.double({ min: 0, max: 1.5, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 200, noNaN: true }), spread, (value, logSpread) => {
        const prior = { value, logSpread, source: '' };
        const { byEpoch, interval } = valueOfRepeats(law, prior, 1e9, 3e9, 0.9);
        expect(interval[0] <= value && value <= interval[1]).toBe(true);
        let sum = 0;
        let before = Number.POSITIVE_INFINITY;
        for (const each of byEpoch) {
          expect(each.value).toBeLessThanOrEqual(before + 1e-12);
          expect(each.value).toBeGreaterThanOrEqual(each.interval[0] - 1e-12);
          expect(each.value).toBeLessThanOrEqual(each.interval[1] + 1e-12);
          before = each.value;
          sum += each.value;
          expect(each.total).toBeCloseTo(sum, 9);
        }
      }),
    );
  });

  it('has the range of the prior at the level asked', () => {
    const ends = (level: number) => valueOfRepeats(law, REPEATED_TOKENS, 1, 1, level).interval.map(Math.log);
    const { value, logSpread } = REPEATED_TOKENS;
    expect(ends(0.9)[0]).toBeCloseTo(Math.log(value) - 1.644854 * logSpread, 6);
    expect(ends(0.5)[1]).toBeCloseTo(Math.log(value) + 0.67449 * logSpread, 5);
  });

  it('has no range where the constant was given', () => {
    const given = { value: 10, logSpread: 0, source: 'given' };
    for (const { value, interval } of valueOfRepeats(law, given, 1, 1, 0.9).byEpoch) {
      expect(interval).toEqual([value, value]);
    }
  });
});
