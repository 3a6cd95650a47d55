/**
 * Loss against tokens at one size and one ratio, as the CMR paper has it: a power for the domain loss, which falls, and
 * two powers for the general loss, one that lifts it and one that brings it back.
 */
import type { Law, ParameterSpec } from '../law.ts';
import { boxCoxFrom } from './factors.ts';

const EXPONENTS = [-2, -1.2, -0.7, -0.4, -0.2, -0.05, 0.1, 0.25, 0.5, 0.8, 1.2, 2];

const reference: ParameterSpec = {
  name: 'm',
  meaning: 'token count that b and the slopes are given for',
  unit: 'tokens',
  linear: false,
  lower: 0,
  upper: Infinity,
  pinned: ({ tokens }) => tokens,
};

const level: ParameterSpec = {
  name: 'b',
  meaning: 'loss after m tokens',
  unit: 'nats',
  linear: true,
  lower: 0,
  upper: Infinity,
};

function slope(name: string, meaning: string): ParameterSpec {
  return { name, meaning, unit: 'nats', linear: true, lower: 0, upper: Infinity };
}

function exponent(name: string, meaning: string): ParameterSpec {
  return { name, meaning, unit: '1', linear: false, lower: -3, upper: 3, grid: () => EXPONENTS };
}

const NOTE = 'Holds at the size and the ratio it was fitted at, and nowhere else.';

export const cmrDomainPath: Law = {
  id: 'cmr-domain-path',
  title: 'CMR, domain loss against tokens',
  formula: 'b - a * ((D / m)^s - 1) / s',
  source:
    'Gu et al. 2024, EMNLP, arXiv 2407.17467, equation 6: alpha1·T^s1 + beta1, here with alpha1·s1 = −a',
  mark: 'verified',
  predicts: 'loss',
  roles: ['domain'],
  parameters: [
    level,
    slope('a', 'fall per e-fold of tokens, at m tokens'),
    exponent('s', 'bend: 0 falls with the logarithm of the tokens'),
    reference,
  ],
  terms: [
    { coefficient: 'b', sign: 1, factors: [] },
    { coefficient: 'a', sign: -1, factors: [boxCoxFrom('tokens', 's', 'm')] },
  ],
  needs: [{ variable: 'tokens', distinct: 4 }],
  promises: [{ variable: 'tokens', direction: 'falls', source: 'by form' }],
  notes: [NOTE],
};

export const cmrGeneralPath: Law = {
  id: 'cmr-general-path',
  title: 'CMR, general loss against tokens',
  formula: 'b + A * ((D / m)^p - 1) / p - B * ((D / m)^q - 1) / q',
  source:
    'Gu et al. 2024, EMNLP, arXiv 2407.17467, equation 6: alpha2·T^s2 + alpha3·T^s3 + beta2, here with alpha2·s2 = A and alpha3·s3 = −B',
  mark: 'verified',
  predicts: 'loss',
  roles: ['general'],
  parameters: [
    level,
    slope('A', 'rise per e-fold of tokens, at m tokens'),
    slope('B', 'fall per e-fold of tokens, at m tokens'),
    exponent('p', 'bend of the rise'),
    exponent('q', 'bend of the fall; above p the rise ends in a peak, below it a fall in a trough'),
    reference,
  ],
  terms: [
    { coefficient: 'b', sign: 1, factors: [] },
    { coefficient: 'A', sign: 1, factors: [boxCoxFrom('tokens', 'p', 'm')] },
    { coefficient: 'B', sign: -1, factors: [boxCoxFrom('tokens', 'q', 'm')] },
  ],
  needs: [{ variable: 'tokens', distinct: 6 }],
  promises: [],
  notes: [
    NOTE,
    'Five parameters for one path: where it hardly moves, noise decides which way it bends, and its peak means little.',
    'Peaks after m·(A/B)^(1/(q − p)) tokens.',
  ],
};
