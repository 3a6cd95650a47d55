/** The critical ratio itself against tokens at one size, as the CMR paper has it. */
import type { Law } from '../law.ts';
import { boxCoxFrom } from './factors.ts';

export const criticalRatioSlice: Law = {
  id: 'cmr-critical-ratio',
  title: 'CMR, critical ratio against tokens',
  formula: 'b + a * ((D / m)^s - 1) / s',
  source:
    'Gu et al. 2024, EMNLP, arXiv 2407.17467, equation 8: alpha4·T^s4 + beta3, here with alpha4·s4 = a; either sign of s4',
  mark: 'verified',
  predicts: 'ratio',
  roles: ['general'],
  parameters: [
    {
      name: 'b',
      meaning: 'critical ratio after m tokens',
      unit: '1',
      linear: true,
      lower: 0,
      upper: Infinity,
    },
    {
      name: 'a',
      meaning: 'rise of the ratio per e-fold of tokens, at m tokens',
      unit: '1',
      linear: true,
      lower: 0,
      upper: Infinity,
    },
    {
      name: 's',
      meaning: 'bend: 0 rises with the logarithm of the tokens',
      unit: '1',
      linear: false,
      lower: -5,
      upper: 5,
      grid: () => [-4, -2, -1, -0.6, -0.3, -0.1, 0.1, 0.3, 0.6, 1, 2, 4],
    },
    {
      name: 'm',
      meaning: 'token count that a and b are given for',
      unit: 'tokens',
      linear: false,
      lower: 0,
      upper: Infinity,
      pinned: ({ tokens }) => tokens,
    },
  ],
  terms: [
    { coefficient: 'b', sign: 1, factors: [] },
    { coefficient: 'a', sign: 1, factors: [boxCoxFrom('tokens', 's', 'm')] },
  ],
  needs: [{ variable: 'tokens', distinct: 4 }],
  promises: [{ variable: 'tokens', direction: 'rises', source: 'finding of the authors; by form' }],
  notes: [
    'Holds at the size it was fitted at, between the token counts it was fitted to: it knows no bounds at 0 and 1.',
  ],
};
