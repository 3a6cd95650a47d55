/** A truth simple enough for paper: general loss 2 + R·D/1B, domain loss 3, the same for all sizes. */
import type { TrueEval, Truth } from '../../src/simulate/truth.ts';

export const SILENT: TrueEval['noise'] = { evaluation: 0, rho: 0, run: 0, base: 0 };

export function toyTruth(noise: Partial<TrueEval['noise']> = {}, spread = 0): Truth {
  const shared = { unit: 'nats', noise: { ...SILENT, ...noise }, spread } as const;
  return {
    id: 'toy',
    evals: [
      {
        ...shared,
        name: 'general',
        role: 'general',
        losses: ({ tokens, domainRatio }) => tokens.map((each, i) => 2 + (domainRatio[i] * each) / 1e9),
        baseLoss: () => 2,
      },
      {
        ...shared,
        name: 'domain',
        role: 'domain',
        losses: ({ n }) => new Float64Array(n).fill(3),
        baseLoss: () => 3,
      },
    ],
  };
}
