/**
 * Loss against the mixture alone, at one size and one token count: D-CPT L3 with N and D held fixed, and without
 * the share's effect on what data is left to learn (eta = 0).
 */
import { shiftedPower } from '../factors.ts';
import type { Law } from '../law.ts';

export const ratioSlice: Law = {
  id: 'ratio-slice',
  title: 'D-CPT L3 at one size and token count',
  formula: 'E + C / (r + epsilon)^gamma',
  source: 'Que et al. 2024, NeurIPS, arXiv 2406.01375, form L3 with N and D held fixed and eta = 0',
  mark: 'secondHand',
  predicts: 'loss',
  roles: ['general', 'domain'],
  parameters: [
    {
      name: 'E',
      meaning: 'loss that no share removes',
      unit: 'nats',
      linear: true,
      lower: 0,
      upper: Infinity,
    },
    { name: 'C', meaning: 'cost of a small share', unit: 'nats', linear: true, lower: 0, upper: Infinity },
    {
      name: 'epsilon',
      meaning: 'keeps the law finite at share 0',
      unit: '1',
      linear: false,
      lower: 1e-4,
      upper: 5,
      log: true,
      grid: () => [0.001, 0.003, 0.01, 0.03, 0.06, 0.12, 0.25, 0.5, 1, 2],
    },
    {
      name: 'gamma',
      meaning: 'how fast share pays',
      unit: '1',
      linear: false,
      lower: 0,
      upper: 10,
      grid: () => [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5],
    },
  ],
  terms: [
    { coefficient: 'E', sign: 1, factors: [] },
    { coefficient: 'C', sign: 1, factors: [shiftedPower('share', 'epsilon', 'gamma')] },
  ],
  needs: [{ variable: 'domain_ratio', distinct: 5 }],
  promises: [{ variable: 'share', direction: 'falls', source: 'explicit trend of the authors; by form' }],
  notes: [
    'Holds at the size and token count it was fitted at, and nowhere else.',
    'Four parameters: with five ratios it nearly interpolates, so look at the points as well.',
  ],
};
