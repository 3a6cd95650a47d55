/** Probabilities for trainers that hand them to numpy as they are: it checks their sum and does not normalise. */
import { normalised, unreadable } from './reading.ts';

/** What `numpy.random.Generator.choice` lets the sum miss 1 by. */
const SUM_TOLERANCE = 1.5e-8;
/** A millionth of a share of tokens holds even for corpora whose documents differ a thousandfold in length. */
const DECIMALS = 12;

/** Probabilities in twelve decimals that sum to 1 as exactly as doubles can: the last takes what the others leave. */
export function decimals(probabilities: readonly number[]): readonly number[] {
  const whole = 10 ** DECIMALS;
  const parts = probabilities.slice(0, -1).map((each) => Math.round(each * whole));
  const rest = whole - parts.reduce((sum, each) => sum + each, 0);
  return [...parts, rest].map((part) => part / whole);
}

/** Without an exponent, which some parsers of lists do not know. */
export function fixed(probability: number): string {
  return probability.toFixed(DECIMALS).replace(/\.?0+$/, '');
}

/** The probabilities as numpy uses them; throws a `Refusal` for those that it would not take. */
export function checkedProbabilities(probabilities: readonly number[], file: string): readonly number[] {
  const sum = probabilities.reduce((total, each) => total + each, 0);
  if (!probabilities.every((each) => each >= 0))
    unreadable(`the probabilities ${probabilities.join(', ')} are not all numbers from 0 to 1`, file);
  if (Math.abs(sum - 1) > SUM_TOLERANCE)
    unreadable(`the probabilities ${probabilities.join(', ')} do not sum to 1`, file);
  return normalised(probabilities);
}
