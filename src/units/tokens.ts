import { countUnit } from './count.ts';
import { notNegative } from './number.ts';

/** Numbers of training tokens, 0 or more: `20B`, `3.1e9`, `5M tokens`. Raw count inside; 0 is the base model. */
export const tokens = countUnit({
  name: 'token count',
  examples: ['20B', '3.1e9', '250M'],
  nouns: ['tokens', 'token', 'toks', 'tok'],
  range: notNegative,
});
