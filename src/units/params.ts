import { countUnit } from './count.ts';
import { positive } from './number.ts';

/** Numbers of model parameters, above 0: `7B`, `788k`, `1.8e9`. Raw count inside. */
export const params = countUnit({
  name: 'parameter count',
  examples: ['7B', '788k', '1.8e9'],
  nouns: ['parameters', 'parameter', 'params', 'param'],
  range: positive,
});
