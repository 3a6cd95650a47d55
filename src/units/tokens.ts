import { countUnit } from './count.ts';
import { notNegative, type Range } from './number.ts';

const names = {
  name: 'token count',
  examples: ['20B', '3.1e9', '250M'],
  nouns: ['tokens', 'token', 'toks', 'tok'],
};

/** Numbers of training tokens, 0 or more: `20B`, `3.1e9`, `5M tokens`. Raw count inside; 0 is the base model. */
export const tokens = countUnit({ ...names, range: notNegative });

/** Up to a thousand times what any model has seen: more is a slip of the keyboard. */
const asked: Range = { holds: (value) => value >= 1 && value <= 1e18, text: 'from 1 to 1e18' };

/** Lengths of training that are asked about, from 1 token to 1e18, written like `tokens`. */
export const trainingTokens = countUnit({ ...names, range: asked });
