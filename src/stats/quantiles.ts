/**
 * Quantiles of samples. Samples hold no NaN and at least one number, and shares are 0..1; anything else is a
 * RangeError, because a quantile of a broken sample is a bug upstream. Infinite values are in order.
 */

/** An ascending copy of a sample, for taking several quantiles of it. */
export function ascending(values: ArrayLike<number>): Float64Array {
  const sorted = new Float64Array(values).sort();
  if (sorted.length === 0) throw new RangeError('a quantile needs at least one value');
  // Typed arrays sort NaN last.
  if (Number.isNaN(sorted[sorted.length - 1])) throw new RangeError('a quantile of a sample that holds NaN');
  return sorted;
}

/** The p-quantile of an ascending sample, linear between order statistics (type 7 of Hyndman and Fan 1996). */
export function quantileOfSorted(sorted: Float64Array, p: number): number {
  requireShare(p);
  const place = p * (sorted.length - 1);
  const k = Math.floor(place);
  const weight = place - k;
  // Not `a + w (b − a)`: where both are infinite that would be NaN.
  return weight === 0 || sorted[k] === sorted[k + 1]
    ? sorted[k]
    : (1 - weight) * sorted[k] + weight * sorted[k + 1];
}

/** The p-quantile of a sample in any order (type 7). */
export function quantile(values: ArrayLike<number>, p: number): number {
  return quantileOfSorted(ascending(values), p);
}

/**
 * A bound for one new draw that holds with the promised chance although only finitely many draws were seen: the order
 * statistic such that a further draw from the same distribution falls outside with a chance of at most `outside`
 * (Wilks 1941; the conformal quantile). `lower` gives the ⌊outside·(n+1)⌋-th smallest, `upper` its mirror image.
 * With too few draws to promise that much it is ∓Infinity.
 */
export function outerBound(sorted: Float64Array, outside: number, side: 'lower' | 'upper'): number {
  requireShare(outside);
  const n = sorted.length;
  // 0.1 · 10 must be 1: a rounding error of the product may not cost a whole order statistic.
  const rank = Math.min(n, Math.floor(outside * (n + 1) * (1 + 4 * Number.EPSILON)));
  if (side === 'lower') return rank === 0 ? Number.NEGATIVE_INFINITY : sorted[rank - 1];
  return rank === 0 ? Number.POSITIVE_INFINITY : sorted[n - rank];
}

/**
 * The smallest value at or below which a share p of the total weight lies. Weights are of the same length, finite, not
 * negative and not all zero. With equal weights it is the inverse of the empirical distribution (type 1).
 */
export function weightedQuantile(values: ArrayLike<number>, weights: ArrayLike<number>, p: number): number {
  requireShare(p);
  if (values.length !== weights.length || values.length === 0) {
    throw new RangeError(`${values.length} values with ${weights.length} weights`);
  }
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    if (!(weights[i] >= 0) || Number.isNaN(values[i])) {
      throw new RangeError(`value ${values[i]} with weight ${weights[i]}`);
    }
    total += weights[i];
  }
  if (!(total > 0 && total < Number.POSITIVE_INFINITY)) throw new RangeError(`weights that sum to ${total}`);
  const order = Array.from({ length: values.length }, (_, i) => i)
    .filter((i) => weights[i] > 0)
    .sort((i, j) => values[i] - values[j]);
  let below = 0;
  for (const i of order) {
    below += weights[i];
    if (below >= p * total * (1 - 4 * Number.EPSILON)) return values[i];
  }
  return values[order[order.length - 1]];
}

function requireShare(p: number): void {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a share of ${p}; it must be 0 to 1`);
}
