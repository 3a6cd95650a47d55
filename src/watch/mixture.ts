/** Mixtures of normal distributions, one or more for each draw: what is known of a loss that is still to come. */
import { normalQuantile } from '../stats/normal.ts';

/** Normals side by side; weights are not negative and sum to 1. A deviation of 0 is a value that is known. */
export interface Mixture {
  readonly weight: Float64Array;
  readonly mean: Float64Array;
  readonly sd: Float64Array;
}

/**
 * Share of a standard normal at or below x, to 1e-7: Abramowitz and Stegun 1964, 7.1.26. Mixtures of thousands are asked
 * many times a second, and the exact function takes thirty times as long.
 */
export function roughNormalCdf(x: number): number {
  const size = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * size);
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const outside = 0.5 * series * Math.exp(-size * size);
  return x < 0 ? outside : 1 - outside;
}

/** Share of a normal at or below a limit. */
export function normalBelow(mean: number, sd: number, limit: number): number {
  // Not a division by 0: a known value lies at or below its limit, or not.
  if (sd > 0) return roughNormalCdf((limit - mean) / sd);
  return mean <= limit ? 1 : 0;
}

/** Share of the mixture at or below a limit of each of its normals, or one limit for all. */
export function shareBelow({ weight, mean, sd }: Mixture, limit: number | Float64Array): number {
  let share = 0;
  for (let i = 0; i < weight.length; i++)
    share += weight[i] * normalBelow(mean[i], sd[i], typeof limit === 'number' ? limit : limit[i]);
  return Math.min(share, 1);
}

/** Mean and standard deviation. */
export function momentsOf({ weight, mean, sd }: Mixture): { mean: number; sd: number } {
  let middle = 0;
  for (let i = 0; i < weight.length; i++) middle += weight[i] * mean[i];
  let variance = 0;
  for (let i = 0; i < weight.length; i++) variance += weight[i] * (sd[i] ** 2 + (mean[i] - middle) ** 2);
  return { mean: middle, sd: Math.sqrt(variance) };
}

/** The central interval of a level, to a millionth of its width. */
export function centralInterval(mixture: Mixture, level: number): [number, number] {
  const tail = (1 - level) / 2;
  return [quantileOf(mixture, tail), quantileOf(mixture, 1 - tail)];
}

function quantileOf(mixture: Mixture, p: number): number {
  const { mean, sd } = momentsOf(mixture);
  if (sd === 0) return mean;
  let reach = Math.abs(normalQuantile(p)) + 1;
  // Chebyshev: no more than p of any distribution lies further out than 1 / sqrt(p) deviations.
  reach = Math.max(reach, 1 / Math.sqrt(Math.min(p, 1 - p)));
  let low = mean - reach * sd;
  let high = mean + reach * sd;
  for (let round = 0; round < 24; round++) {
    const middle = 0.5 * (low + high);
    if (shareBelow(mixture, middle) < p) low = middle;
    else high = middle;
  }
  return 0.5 * (low + high);
}
