/** D-CPT law, form L3: loss from size, tokens and the share of the corpus whose loss is modelled. */
import { power, shiftedPower } from './factors.ts';
import type { Law } from './law.ts';

export const dcptL3: Law = {
  id: 'd-cpt-l3',
  title: 'D-CPT L3',
  formula: 'E + A / N^alpha + B * r^eta / D^beta + C / (r + epsilon)^gamma',
  source:
    'Que et al. 2024, NeurIPS, arXiv 2406.01375, form L3 (known here from published reviews and transcriptions)',
  mark: 'secondHand',
  predicts: 'loss',
  roles: ['general', 'domain'],
  parameters: [
    {
      name: 'E',
      meaning: 'loss that nothing removes',
      unit: 'nats',
      linear: true,
      lower: 0,
      upper: Infinity,
    },
    {
      name: 'A',
      meaning: 'cost of a finite size',
      unit: 'nats·params^alpha',
      linear: true,
      lower: 0,
      upper: Infinity,
    },
    {
      name: 'B',
      meaning: 'cost of finite data',
      unit: 'nats·tokens^beta',
      linear: true,
      lower: 0,
      upper: Infinity,
    },
    { name: 'C', meaning: 'cost of a small share', unit: 'nats', linear: true, lower: 0, upper: Infinity },
    {
      name: 'alpha',
      meaning: 'how fast size pays',
      unit: '1',
      linear: false,
      lower: 0,
      upper: 3,
      grid: () => [0.1, 0.2, 0.35, 0.5, 0.75, 1.1],
    },
    {
      name: 'beta',
      meaning: 'how fast data pays',
      unit: '1',
      linear: false,
      lower: 0,
      upper: 3,
      grid: () => [0.1, 0.2, 0.35, 0.55, 0.9],
    },
    {
      name: 'eta',
      meaning: 'how the share scales what data is left to learn',
      unit: '1',
      linear: false,
      // At 0 the law would jump: r^0 is 1 at a share of 0 too, where every positive power is 0.
      lower: 0.01,
      upper: 10,
      grid: () => [0.1, 0.25, 0.5, 1, 2],
    },
    {
      name: 'epsilon',
      meaning: 'keeps the law finite at share 0',
      unit: '1',
      linear: false,
      lower: 1e-4,
      upper: 5,
      log: true,
      grid: () => [0.005, 0.03, 0.12, 0.5],
    },
    {
      name: 'gamma',
      meaning: 'how fast share pays',
      unit: '1',
      linear: false,
      lower: 0,
      upper: 10,
      grid: () => [0.1, 0.25, 0.5, 1, 2],
    },
  ],
  terms: [
    { coefficient: 'E', sign: 1, factors: [] },
    { coefficient: 'A', sign: 1, factors: [power('params', 'alpha', -1)] },
    { coefficient: 'B', sign: 1, factors: [power('share', 'eta', 1), power('tokens', 'beta', -1)] },
    { coefficient: 'C', sign: 1, factors: [shiftedPower('share', 'epsilon', 'gamma')] },
  ],
  needs: [
    { variable: 'params', distinct: 2 },
    { variable: 'tokens', distinct: 3 },
    { variable: 'domain_ratio', distinct: 4 },
  ],
  promises: [
    { variable: 'params', direction: 'falls', source: 'explicit trend of the authors; by form' },
    { variable: 'tokens', direction: 'falls', source: 'explicit trend of the authors; by form' },
    {
      variable: 'share',
      direction: 'falls',
      source:
        'explicit trend of the authors; not by form: needs B·eta·r^(eta−1)·(r+epsilon)^(gamma+1) < C·gamma·D^beta',
    },
  ],
  notes: [
    'Falls in tokens at every ratio and grows without bound as tokens go to 0: it does not start at the base model.',
    'Its authors name small shares as its weak spot: the sign of the token dependence changes there.',
    'E with C, A with alpha, B with beta move together: trust predictions, not parameters.',
  ],
};
