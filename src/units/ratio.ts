import { openShare, positiveShare, share } from './number.ts';
import { shareUnit } from './share.ts';
import type { Unit } from './unit.ts';

/** Shares from 0 to 1, both included: `0.3`, `30%`. The domain ratio R is one. */
export const ratio = shareUnit('ratio', ['0.3', '30%'], share);

/** Shares above 0, up to 1: model FLOP utilisation, goodput. */
export const utilisation = shareUnit('utilisation', ['0.4', '40%'], positiveShare);

/** Probabilities strictly between 0 and 1: the level of an interval, the confidence of a promise. */
export const level = shareUnit('level', ['90%', '0.9'], openShare);

/**
 * The domain ratio typed as its complement: what is read as replay `r` is held as R = 1 - r, with the binary
 * dust of the subtraction rounded off at 15 decimals, so that a replay of 10% is exactly R = 0.9 and
 * reading, writing and reading again settles.
 */
export const replay: Unit<number> = {
  name: 'replay share',
  examples: ['0.2', '20%'],
  parse: (text) => complement(shareUnit('replay share', ['0.2', '20%'], share).parse(text)),
  format: (value) => ratio.format(complement(value)),
  display: (value) => ratio.display(complement(value)),
};

/** 1 - x for a share x, rounded to 15 decimals. */
export function complement(value: number): number {
  return Number((1 - value).toFixed(15));
}
