/** Loss against the domain ratio at one size and token count, as the CMR paper has it. */
import { boxCox } from '../factors.ts';
import type { Law } from '../law.ts';

export const cmrSlice: Law = {
  id: 'cmr-slice',
  title: 'CMR at one size and token count',
  formula: 'b - a * (R^s - 1) / s',
  source:
    'Gu et al. 2024, EMNLP, arXiv 2407.17467, section 3.3: L = alpha·R^s + beta, here with alpha = −a/s and beta = b + a/s',
  mark: 'verified',
  predicts: 'loss',
  roles: ['domain'],
  parameters: [
    {
      name: 'b',
      meaning: 'loss on the domain alone (ratio 1)',
      unit: 'nats',
      linear: true,
      lower: 0,
      upper: Infinity,
    },
    {
      name: 'a',
      meaning: 'gain per e-fold of the ratio, at ratio 1',
      unit: 'nats',
      linear: true,
      lower: 0,
      upper: Infinity,
    },
    {
      name: 's',
      meaning: 'bend: 0 is a straight line in the logarithm of the ratio, 1 in the ratio itself',
      unit: '1',
      linear: false,
      lower: -3,
      upper: 3,
      grid: () => [-2, -1, -0.6, -0.3, -0.1, 0.1, 0.3, 0.6, 1, 2],
    },
  ],
  terms: [
    { coefficient: 'b', sign: 1, factors: [] },
    { coefficient: 'a', sign: -1, factors: [boxCox('ratio', 's')] },
  ],
  needs: [{ variable: 'domain_ratio', distinct: 4 }],
  promises: [{ variable: 'ratio', direction: 'falls', source: 'by form' }],
  notes: [
    'Holds at the size and token count it was fitted at, and nowhere else.',
    'alpha·R^s + beta cannot pass s = 0, which this form can; both signs of s are searched.',
  ],
};
