/**
 * Weights whose meaning is their type. The same numbers mean different things: a known standard deviation says
 * how large the errors are, a relative weight only how they compare, a frequency how many observations a row
 * stands for. The meaning decides how a weight enters the objective, how many degrees of freedom there are, and
 * whether the covariance is scaled by the scatter that was found.
 */
import { lsqLengthMismatch, lsqValueOutOfRange } from '../problems/lsq.ts';
import type { Problem } from '../problems/problem.ts';

export type Weights =
  /**
   * `sigma[i]` is the standard deviation of the error of residual i, known beforehand: the loss sees r/sigma, in
   * units of standard deviations, and the covariance is not rescaled.
   */
  | { readonly kind: 'knownVariance'; readonly sigma: ArrayLike<number> }
  /**
   * The error variance of residual i is s²/weight[i] with one unknown s: the loss sees √weight · r, and s² is
   * estimated from the scatter. Multiplying all weights by a constant changes no plain answer and no error bar;
   * a robust loss has its scale on √weight · r. A row of weight 0 does not count.
   */
  | { readonly kind: 'relative'; readonly weight: ArrayLike<number> }
  /**
   * Row i stands for `count[i]` observations of equal error: its cost is counted so many times, as is its degree
   * of freedom. Fractions are allowed, for an effective number of correlated observations.
   */
  | { readonly kind: 'frequency'; readonly count: ArrayLike<number> };

/** How weights act on a problem of n residuals: cost = Σ count[i] · loss(factor[i] · r[i]). */
export interface Weighting {
  /** null = all ones. */
  readonly factor: Float64Array | null;
  /** null = all ones. */
  readonly count: Float64Array | null;
  /** How many observations there are, for degrees of freedom. */
  readonly observations: number;
  /** The size of the errors is known, not estimated from the scatter. */
  readonly varianceKnown: boolean;
}

/** Says what is wrong with weights for a problem of n residuals; an empty list if nothing is. */
export function checkWeights(weights: Weights | undefined, n: number): Problem[] {
  if (weights === undefined) return [];
  const [what, values] = valuesOf(weights);
  if (values.length !== n) {
    return [lsqLengthMismatch({ what: `${what}s`, length: values.length, expected: n, unit: 'residuals' })];
  }
  const problems: Problem[] = [];
  const zeroAllowed = weights.kind !== 'knownVariance';
  for (let i = 0; i < n; i++) {
    const value = values[i];
    if (value > 0 ? value < Infinity : value === 0 && zeroAllowed) continue;
    const expected = zeroAllowed ? 'finite and not negative' : 'positive and finite';
    problems.push(lsqValueOutOfRange({ what: `${what} of residual ${i} (counted from 0)`, value, expected }));
  }
  return problems;
}

/** Prepares checked weights for a problem of n residuals. */
export function weightingOf(weights: Weights | undefined, n: number): Weighting {
  switch (weights?.kind) {
    case undefined:
      return { factor: null, count: null, observations: n, varianceKnown: false };
    case 'knownVariance':
      return {
        factor: Float64Array.from(weights.sigma, (sigma) => 1 / sigma),
        count: null,
        observations: n,
        varianceKnown: true,
      };
    case 'relative': {
      const factor = Float64Array.from(weights.weight, Math.sqrt);
      return { factor, count: null, observations: factor.filter((f) => f > 0).length, varianceKnown: false };
    }
    case 'frequency': {
      const count = Float64Array.from(weights.count);
      return {
        factor: null,
        count,
        observations: count.reduce((sum, c) => sum + c, 0),
        varianceKnown: false,
      };
    }
  }
}

function valuesOf(weights: Weights): [string, ArrayLike<number>] {
  switch (weights.kind) {
    case 'knownVariance':
      return ['standard deviation', weights.sigma];
    case 'relative':
      return ['weight', weights.weight];
    case 'frequency':
      return ['count', weights.count];
  }
}
