/** The split of compute between size and tokens, against the figures of the paper and against a search. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ZHENG_CONTINUAL,
  ZHENG_FROM_SCRATCH,
  type ZhengParameters,
  zhengAllocation,
} from '../../src/laws/zheng.ts';

describe('the split of compute', () => {
  it('has the coefficients of equations 8 and 9', () => {
    // At 1 FLOP the powers are 1.
    const scratch = zhengAllocation(1, ZHENG_FROM_SCRATCH)!;
    const continual = zhengAllocation(1, ZHENG_CONTINUAL)!;
    expect(Number(scratch.params.toPrecision(5))).toBe(0.32435);
    expect(Number(scratch.tokens.toPrecision(5))).toBe(0.51384);
    expect(Number(continual.params.toPrecision(6))).toBe(4.78861);
    expect(Number(continual.tokens.toPrecision(5))).toBe(0.034805);
  });

  it('has the exponents of table 2b', () => {
    for (const [parameters, a, b] of [
      [ZHENG_FROM_SCRATCH, 0.429, 0.571],
      [ZHENG_CONTINUAL, 0.385, 0.615],
    ] as const) {
      const [at, tenfold] = [1e20, 1e21].map((flop) => zhengAllocation(flop, parameters)!);
      expect(Math.log10(tenfold.params / at.params)).toBeCloseTo(a, 3);
      expect(Math.log10(tenfold.tokens / at.tokens)).toBeCloseTo(b, 3);
    }
  });

  const loss = ({ E, A, B, alpha, beta, gamma }: ZhengParameters, params: number, tokens: number) =>
    E + A * params ** -alpha + B / (tokens ** beta * params ** gamma);

  it('costs the budget, and no other split of it is better', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 15, max: 26, noNaN: true }),
        fc.double({ min: 1, max: 5000, noNaN: true }),
        fc.double({ min: 1, max: 5000, noNaN: true }),
        fc.double({ min: -0.05, max: 0.2, noNaN: true }),
        fc.double({ min: 0.02, max: 0.5, noNaN: true }),
        fc.double({ min: 0.02, max: 0.5, noNaN: true }),
        (lgFlop, A, B, gamma, alpha, aboveGamma) => {
          const parameters = { E: 1.5, A, B, gamma, alpha, beta: gamma + aboveGamma };
          const flop = 10 ** lgFlop;
          const { params, tokens } = zhengAllocation(flop, parameters)!;
          expect((6 * params * tokens) / flop).toBeCloseTo(1, 9);
          const best = loss(parameters, params, tokens);
          for (const factor of [0.01, 0.5, 0.99, 1.01, 2, 100]) {
            expect(best).toBeLessThanOrEqual(
              loss(parameters, params * factor, tokens / factor) * (1 + 1e-12),
            );
          }
        },
      ),
    );
  });

  it('is not there where a larger model is always better', () => {
    const parameters = { ...ZHENG_CONTINUAL, gamma: 0.2 };
    expect(zhengAllocation(1e21, parameters)).toBeUndefined();
    const losses = [1e8, 1e9, 1e10, 1e11].map((params) => loss(parameters, params, 1e21 / 6 / params));
    expect(losses).toEqual([...losses].sort((a, b) => b - a));
  });
});
