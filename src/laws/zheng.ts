/**
 * Continual pre-training in another language (Zheng et al. 2024, EMNLP, arXiv 2407.02118): Chinchilla with an effect of
 * size on what a token brings (equation 4), and the split of compute that follows from it (equation 5).
 */
import { chinchilla } from './chinchilla.ts';
import { power } from './factors.ts';
import type { Law } from './law.ts';

export const zheng: Law = {
  id: 'zheng',
  title: 'Breaking Language Barriers',
  formula: 'E + A / N^alpha + B / (D^beta * N^gamma)',
  source: 'Zheng et al. 2024, EMNLP, arXiv 2407.02118, equation 4',
  mark: 'verified',
  predicts: 'loss',
  roles: ['domain'],
  parameters: [
    ...chinchilla.parameters.map((each) =>
      each.name === 'B' ? { ...each, unit: 'nats·tokens^beta·params^gamma' } : each,
    ),
    {
      name: 'gamma',
      meaning: 'how much more a token brings to a larger model',
      unit: '1',
      linear: false,
      lower: -0.5,
      upper: 3,
      grid: () => [-0.05, 0, 0.04, 0.08, 0.15, 0.3, 0.5],
    },
  ],
  terms: [
    { coefficient: 'E', sign: 1, factors: [] },
    { coefficient: 'A', sign: 1, factors: [power('params', 'alpha', -1)] },
    { coefficient: 'B', sign: 1, factors: [power('tokens', 'beta', -1), power('params', 'gamma', -1)] },
  ],
  needs: [
    { variable: 'params', distinct: 4 },
    { variable: 'tokens', distinct: 3 },
  ],
  promises: [
    {
      variable: 'params',
      direction: 'falls',
      source: 'found by the authors; not by form: gamma may be below 0, as in their fit from scratch',
    },
    { variable: 'tokens', direction: 'falls', source: 'by form' },
  ],
  notes: [
    'Knows no mixture: tokens are those of the new language. Its authors fit E, A and alpha to models trained from scratch and hold them.',
    'Measured from 50M to 5.5B params, English to Chinese, at 20 tokens a parameter.',
    'Its printed exponents have two decimals, too few for losses: at 5 to 20 tokens a parameter they put continual pre-training above training from scratch, against the measurements.',
    'The split of compute that follows from them lies at hundreds of tokens a parameter, far from those measured: it shows that continual pre-training calls for a larger model, not how large.',
  ],
};

/** Parameters of `zheng`, by their names there. */
export interface ZhengParameters {
  readonly E: number;
  readonly A: number;
  readonly B: number;
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
}

/** Table 2a: N and D in raw counts, losses in nats a token. */
export const ZHENG_CONTINUAL: ZhengParameters = {
  E: 1.55,
  A: 420,
  B: 433.3,
  alpha: 0.4,
  beta: 0.2,
  gamma: 0.08,
};
export const ZHENG_FROM_SCRATCH: ZhengParameters = {
  E: 1.55,
  A: 420,
  B: 719.5,
  alpha: 0.4,
  beta: 0.3,
  gamma: 0,
};

/**
 * Size (params) and tokens that give the least loss for a budget in FLOP (above 0), one token of one parameter costing 6
 * (equation 5): N = G·(C/6)^a and D = (C/6)^b / G, a + b = 1. Undefined for β ≤ γ, where a larger
 * model is always better.
 */
export function zhengAllocation(
  flop: number,
  { A, B, alpha, beta, gamma }: ZhengParameters,
): { readonly params: number; readonly tokens: number } | undefined {
  if (!(beta > gamma)) return undefined;
  const both = alpha + beta - gamma;
  const G = ((alpha * A) / ((beta - gamma) * B)) ** (1 / both);
  const pairs = flop / 6;
  return { params: G * pairs ** (beta / both), tokens: pairs ** ((alpha - gamma) / both) / G };
}
