import { countUnit } from './count.ts';
import { positive, type Range } from './number.ts';

const names = {
  name: 'parameter count',
  examples: ['7B', '788k', '1.8e9'],
  nouns: ['parameters', 'parameter', 'params', 'param'],
};

/** Numbers of model parameters, above 0: `7B`, `788k`, `1.8e9`. Raw count inside. */
export const params = countUnit({ ...names, range: positive });

/** Up to a hundred times what any model has: more is a slip of the keyboard. */
export const modelSizes: Range = { holds: (value) => value >= 1 && value <= 1e15, text: 'from 1 to 1e15' };

/** Sizes of models, from 1 to 1e15 parameters, written like `params`. */
export const modelSize = countUnit({ ...names, range: modelSizes });
