/**
 * Losses: what one residual r costs, written for t = r / scale.
 *
 * Convention: a loss of scale s costs s² · rho(r / s), and every rho(t) is t²/2 to leading order. So the
 * objective of plain least squares is half the sum of squares, and Huber's is the one of the scaling-law papers:
 * r²/2 for |r| ≤ s, s·(|r| − s/2) beyond. (scipy's `least_squares` has the same objective; its own rho is written
 * for z = t² and is twice ours.)
 */
import { lsqValueOutOfRange } from '../problems/lsq.ts';
import { Refusal } from '../problems/problem.ts';

export type LossKind = 'squared' | 'huber' | 'softL1' | 'cauchy';

export interface Loss {
  readonly kind: LossKind;
  /** Residual size where the loss leaves the square, in the residual's own unit. Without effect for `squared`. */
  readonly scale: number;
}

/** Pure functions of t = r / scale. */
export interface LossShape {
  rho(t: number): number;
  /** rho'(t): the influence of a residual. */
  slope(t: number): number;
  /** rho''(t): negative where the loss is not convex. */
  curvature(t: number): number;
  /** rho(a) − rho(b) without cancellation when a is close to b. */
  drop(a: number, b: number): number;
}

export const lossShapes: Readonly<Record<LossKind, LossShape>> = {
  squared: {
    rho: (t) => 0.5 * t * t,
    slope: (t) => t,
    curvature: () => 1,
    drop: (a, b) => 0.5 * (a - b) * (a + b),
  },
  /** Huber 1964: quadratic within ±1, linear beyond. */
  huber: {
    rho: (t) => (Math.abs(t) <= 1 ? 0.5 * t * t : Math.abs(t) - 0.5),
    slope: (t) => Math.max(-1, Math.min(1, t)),
    curvature: (t) => (Math.abs(t) <= 1 ? 1 : 0),
    drop: (a, b) => {
      const p = Math.abs(a);
      const q = Math.abs(b);
      if (p <= 1 && q <= 1) return 0.5 * (p - q) * (p + q);
      if (p > 1 && q > 1) return p - q;
      // One on each side of the corner: from it outwards by length, inwards by the square.
      return p > 1 ? p - 1 + 0.5 * (1 - q) * (1 + q) : 1 - q - 0.5 * (1 - p) * (1 + p);
    },
  },
  /** A smooth Huber: √(1 + t²) − 1. */
  softL1: {
    // t²/(1 + √(1 + t²)) is the same number without the cancellation at small t.
    rho: (t) => (t * t) / (1 + Math.sqrt(1 + t * t)),
    slope: (t) => t / Math.sqrt(1 + t * t),
    curvature: (t) => (1 + t * t) ** -1.5,
    drop: (a, b) => ((a - b) * (a + b)) / (Math.sqrt(1 + a * a) + Math.sqrt(1 + b * b)),
  },
  /** Log-likelihood of Cauchy errors, log(1 + t²)/2: gross outliers lose their pull altogether. */
  cauchy: {
    rho: (t) => 0.5 * Math.log1p(t * t),
    slope: (t) => t / (1 + t * t),
    curvature: (t) => ((1 - t) * (1 + t)) / (1 + t * t) ** 2,
    // Over the smaller of the two, so that the logarithm is never of nearly nothing.
    drop: (a, b) =>
      Math.abs(a) >= Math.abs(b)
        ? 0.5 * Math.log1p(((a - b) * (a + b)) / (1 + b * b))
        : -0.5 * Math.log1p(((b - a) * (b + a)) / (1 + a * a)),
  },
};

export const squared: Loss = { kind: 'squared', scale: 1 };

/**
 * A robust loss.
 * @param scale residual size where it leaves the square; refused unless positive and finite
 */
export function robust(kind: Exclude<LossKind, 'squared'>, scale: number): Loss {
  if (!(scale > 0 && scale < Infinity)) {
    throw new Refusal([
      lsqValueOutOfRange({
        what: `scale of the ${kind} loss`,
        value: scale,
        expected: 'positive and finite',
      }),
    ]);
  }
  return { kind, scale };
}

/** What a residual r costs under a loss: scale² · rho(r / scale). */
export function costOf(loss: Loss, r: number): number {
  return loss.scale * loss.scale * lossShapes[loss.kind].rho(r / loss.scale);
}
