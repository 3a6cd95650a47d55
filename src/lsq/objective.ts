/**
 * The objective Σ count · loss(factor · r), and the least-squares problem that has its gradient and (nearly) its
 * curvature: rows √w·J and residuals slope/√w, with w the curvature of the loss (Triggs et al. 2000, Bundle
 * adjustment: a modern synthesis, 4.3), for one residual each.
 */
import { type Loss, lossShapes } from './losses.ts';
import type { Weighting } from './weights.ts';

/**
 * Least curvature, as a part of slope/t, the curvature of the parabola that lies on the loss (iteratively
 * reweighted least squares). Where a loss is straight or bends down, a little of it keeps the step bounded.
 */
const LEAST_CURVATURE = 0.01;

/** Loss and weights, together: what turns residuals into one number. */
export interface Objective {
  readonly loss: Loss;
  readonly weighting: Weighting;
}

/** The objective at given residuals (length n). */
export function objectiveOf(objective: Objective, residual: Float64Array): number {
  const { loss, weighting } = objective;
  const { factor, count } = weighting;
  const { rho } = lossShapes[loss.kind];
  let sum = 0;
  for (let i = 0; i < residual.length; i++) {
    const t = ((factor === null ? 1 : factor[i]) * residual[i]) / loss.scale;
    sum += (count === null ? 1 : count[i]) * rho(t);
  }
  return loss.scale * loss.scale * sum;
}

/** objective(from) − objective(to), summed residual by residual so that a fall of 1e-20 of it is still seen. */
export function objectiveDrop(objective: Objective, from: Float64Array, to: Float64Array): number {
  const { loss, weighting } = objective;
  const { factor, count } = weighting;
  const { drop } = lossShapes[loss.kind];
  let sum = 0;
  for (let i = 0; i < from.length; i++) {
    const unit = (factor === null ? 1 : factor[i]) / loss.scale;
    sum += (count === null ? 1 : count[i]) * drop(unit * from[i], unit * to[i]);
  }
  return loss.scale * loss.scale * sum;
}

/** Sums over the residuals that say how far they scatter, for error bars. All in standardised residuals. */
export interface Scatter {
  /** Σ count · slope². Twice the objective under the squared loss. */
  readonly slopeSquares: number;
  /** Σ count · curvature, with the floor that the step uses. */
  readonly curvature: number;
}

/**
 * Turns residuals and their Jacobian into the equivalent least-squares problem, in place.
 * @param residual the raw residuals (length n), left as they are
 * @param matrix n × (m + 1): Jacobian in the first m columns (scaled in place); the last column receives the
 *   equivalent residuals
 * @param row scratch (length n)
 */
export function linearise(
  objective: Objective,
  residual: Float64Array,
  matrix: Float64Array,
  m: number,
  row: Float64Array,
): Scatter {
  const { loss, weighting } = objective;
  const { factor, count } = weighting;
  const n = residual.length;
  const last = m * n;
  if (loss.kind === 'squared' && factor === null && count === null) {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      matrix[last + i] = residual[i];
      sum += residual[i] * residual[i];
    }
    return { slopeSquares: sum, curvature: n };
  }
  const shape = lossShapes[loss.kind];
  let slopeSquares = 0;
  let curvature = 0;
  for (let i = 0; i < n; i++) {
    const a = factor === null ? 1 : factor[i];
    const c = count === null ? 1 : count[i];
    const t = (a * residual[i]) / loss.scale;
    const slope = shape.slope(t);
    const w = Math.max(shape.curvature(t), LEAST_CURVATURE * (t === 0 ? 1 : slope / t));
    row[i] = a * Math.sqrt(c * w);
    slopeSquares += c * slope * slope;
    curvature += a === 0 ? 0 : c * w;
    matrix[last + i] = loss.scale * slope * Math.sqrt(c / w);
  }
  for (let column = 0; column < last; column += n) {
    for (let i = 0; i < n; i++) matrix[column + i] *= row[i];
  }
  return { slopeSquares: slopeSquares * loss.scale * loss.scale, curvature };
}

/**
 * The standard deviation that turns lengths in the space of the equivalent residuals into standard errors: the
 * errors' own, where they are known; else estimated from the scatter, for a robust loss as √(mean slope² / mean
 * curvature) (Huber 1981, Robust Statistics, 7.6, to first order). 0 if no degrees of freedom are left.
 * @param free number of parameters that are not held at a bound
 */
export function standardDeviation(objective: Objective, scatter: Scatter, free: number): number {
  const { observations, varianceKnown } = objective.weighting;
  if (varianceKnown && objective.loss.kind === 'squared') return 1;
  const degreesOfFreedom = observations - free;
  if (degreesOfFreedom <= 0) return 0;
  return Math.sqrt(scatter.slopeSquares / degreesOfFreedom / (scatter.curvature / observations));
}
