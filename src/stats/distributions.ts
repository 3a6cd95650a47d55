/**
 * Normal, Student t and chi-squared distributions: functions and quantiles. Arguments outside their domain give
 * NaN, as everywhere in mathematics on doubles; degrees of freedom are above zero and need not be whole.
 */
import { incompleteBeta, incompleteGamma, lnGamma } from './special.ts';

export { normalQuantile } from './normal.ts';

/** Share of a standard normal distribution at or below x, exact to 1e-13 of itself in both tails. */
export function normalCdf(x: number): number {
  const { p, q } = incompleteGamma(0.5, (x * x) / 2);
  return x < 0 ? q / 2 : (1 + p) / 2;
}

/** Share of Student's t distribution at or below x. */
export function studentTCdf(x: number, freedom: number): number {
  if (!(freedom > 0)) return Number.NaN;
  const outside = incompleteBeta(freedom / 2, 0.5, freedom / (freedom + x * x)) / 2;
  return x < 0 ? outside : 1 - outside;
}

/** The x below which a share p of Student's t distribution lies; −Infinity at 0, Infinity at 1. */
export function studentTQuantile(p: number, freedom: number): number {
  if (!(freedom > 0 && p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0.5) return 0;
  // Solved in the lower tail, where the distribution function keeps its digits, and mirrored.
  const outside = Math.min(p, 1 - p);
  if (outside === 0) return p === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const lnScale = lnGamma((freedom + 1) / 2) - lnGamma(freedom / 2) - 0.5 * Math.log(freedom * Math.PI);
  const size = solveIncreasing(
    (x) => outside - studentTCdf(-x, freedom),
    (x) => Math.exp(lnScale - ((freedom + 1) / 2) * Math.log1p((x * x) / freedom)),
  );
  return p < 0.5 ? -size : size;
}

/** Share of a chi-squared distribution at or below x. */
export function chiSquaredCdf(x: number, freedom: number): number {
  if (!(freedom > 0)) return Number.NaN;
  return x <= 0 ? 0 : incompleteGamma(freedom / 2, x / 2).p;
}

/** The x below which a share p of a chi-squared distribution lies; 0 at 0, Infinity at 1. */
export function chiSquaredQuantile(p: number, freedom: number): number {
  if (!(freedom > 0 && p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0) return 0;
  if (p === 1) return Number.POSITIVE_INFINITY;
  const half = freedom / 2;
  return solveIncreasing(
    (x) => {
      const { p: below, q: above } = incompleteGamma(half, x / 2);
      return p < 0.5 ? below - p : 1 - p - above;
    },
    (x) => 0.5 * Math.exp((half - 1) * Math.log(x / 2) - x / 2 - lnGamma(half)),
  );
}

/**
 * The root x > 0 of an increasing function with a known slope: Newton's steps, kept inside a bracket that
 * shrinks with every step, halved where Newton leaves it.
 */
function solveIncreasing(value: (x: number) => number, slope: (x: number) => number): number {
  let low = 0;
  let high = 1;
  while (value(high) < 0) {
    low = high;
    high *= 2;
  }
  let x = (low + high) / 2;
  for (let step = 0; step < 200; step++) {
    const miss = value(x);
    if (miss === 0) return x;
    if (miss < 0) low = x;
    else high = x;
    const newton = x - miss / slope(x);
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - x) <= 2 * Number.EPSILON * next) return next;
    x = next;
  }
  return x;
}
