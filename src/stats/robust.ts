/** Location and scale that a minority of wild values cannot move. Samples as in quantiles.ts. */
import { normalQuantile } from './normal.ts';
import { ascending, quantileOfSorted } from './quantiles.ts';

export function median(values: ArrayLike<number>): number {
  return quantileOfSorted(ascending(values), 0.5);
}

/** Makes the median absolute deviation estimate the standard deviation of normal data: 1 / Φ⁻¹(3/4) = 1.4826. */
export const NORMAL_CONSISTENCY = 1 / normalQuantile(0.75);

/** Makes it unbiased in samples of 2 to 9 (Croux and Rousseeuw 1992, COMPSTAT, section 2). */
const smallSample = [1.196, 1.495, 1.363, 1.206, 1.2, 1.14, 1.129, 1.107] as const;

/**
 * The scale of a sample about its median, from the median absolute deviation: the standard deviation for normal data,
 * unbiased also in small samples. 0 for a single value, and where more than half of the values coincide.
 */
export function madScale(values: ArrayLike<number>): number {
  const centre = median(values);
  const deviations = Float64Array.from(values, (value) => Math.abs(value - centre));
  const n = values.length;
  const correction = n === 1 ? 1 : n < 10 ? smallSample[n - 2]! : n / (n - 0.8);
  return NORMAL_CONSISTENCY * correction * median(deviations);
}
