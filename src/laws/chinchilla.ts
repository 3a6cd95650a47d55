/** Chinchilla: loss from size and tokens alone (Hoffmann et al. 2022, arXiv 2203.15556, approach 3). */
import { power } from './factors.ts';
import type { Law } from './law.ts';

export const chinchilla: Law = {
  id: 'chinchilla',
  title: 'Chinchilla',
  formula: 'E + A / N^alpha + B / D^beta',
  source:
    'Hoffmann et al. 2022, arXiv 2203.15556, approach 3; refitted by Besiroglu et al. 2024, arXiv 2404.10102',
  mark: 'verified',
  predicts: 'loss',
  roles: ['general', 'domain'],
  parameters: [
    {
      name: 'E',
      meaning: 'loss that no size and no data removes',
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
    {
      name: 'alpha',
      meaning: 'how fast size pays',
      unit: '1',
      linear: false,
      lower: 0,
      upper: 3,
      grid: () => [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.75, 1, 1.5],
    },
    {
      name: 'beta',
      meaning: 'how fast data pays',
      unit: '1',
      linear: false,
      lower: 0,
      upper: 3,
      grid: () => [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.75, 1, 1.5],
    },
  ],
  terms: [
    { coefficient: 'E', sign: 1, factors: [] },
    { coefficient: 'A', sign: 1, factors: [power('params', 'alpha', -1)] },
    { coefficient: 'B', sign: 1, factors: [power('tokens', 'beta', -1)] },
  ],
  needs: [
    { variable: 'params', distinct: 2 },
    { variable: 'tokens', distinct: 3 },
  ],
  promises: [
    { variable: 'params', direction: 'falls', source: 'by form' },
    { variable: 'tokens', direction: 'falls', source: 'by form' },
  ],
  notes: [
    'Knows no mixture: on pilots of several ratios it is a yardstick, not a planner.',
    'A and alpha, and B and beta, move together: trust predictions, not parameters.',
  ],
};
