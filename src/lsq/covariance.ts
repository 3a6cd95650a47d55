/**
 * How sure the parameters of a fit are: the covariance of the estimates, or why there is none.
 *
 * Plain fits: s²(JᵀJ)⁻¹, s² known or from the scatter. Robust fits: Huber's K² · (Σψ²/(n−p)) / (mean ψ')² · (JᵀJ)⁻¹
 * with K = 1 + (p/n)·var ψ'/(mean ψ')² (Huber 1981, Robust Statistics, 7.6). The rank is decided on columns of
 * length 1, from the singular values of the triangular factor, so it does not depend on units.
 */
import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { type Loss, lossShapes, squared } from './losses.ts';
import { linearise, type Objective } from './objective.ts';
import type { ResidualProblem } from './problem.ts';
import { norm, triangularise } from './qr.ts';
import { type Weights, weightingOf } from './weights.ts';

export type Covariance =
  | {
      readonly kind: 'estimated';
      /** m × m, row by row; rows and columns of parameters at a bound are NaN. */
      readonly covariance: Float64Array;
      /** Length m; NaN for parameters at a bound, which have no error bar of this kind. */
      readonly standardErrors: Float64Array;
      /** m × m, row by row; NaN likewise. */
      readonly correlation: Float64Array;
      /** Standard deviation of one residual of weight 1: 1 where it was known beforehand. */
      readonly residualDeviation: number;
      readonly degreesOfFreedom: number;
      /** Largest over smallest singular value of the Jacobian with columns of length 1. */
      readonly conditionNumber: number;
      /** Indices of the parameters left out because they sit at an active bound. */
      readonly atBound: readonly number[];
    }
  | {
      readonly kind: 'notIdentifiable';
      /** How many independent combinations the residuals determine, of `free` parameters. */
      readonly rank: number;
      readonly free: number;
      /** Directions in parameter space (length m, largest element ±1) along which the residuals do not change. */
      readonly directions: readonly Float64Array[];
      /** Indices of the parameters that take part in one of them. */
      readonly parameters: readonly number[];
      readonly atBound: readonly number[];
    }
  | { readonly kind: 'noDegreesOfFreedom'; readonly observations: number; readonly free: number }
  | { readonly kind: 'noCurvature' }
  | { readonly kind: 'notFinite' };

/** Why there is no error bar, one sentence each. */
export const noErrorBar: Readonly<Record<Exclude<Covariance['kind'], 'estimated'>, string>> = {
  notIdentifiable:
    'Some parameters can change together without changing the residuals, so the data do not say what they are.',
  noDegreesOfFreedom:
    'There are no more observations than free parameters, so nothing is left to judge the scatter by.',
  noCurvature:
    'Too many residuals lie where the robust loss is straight or bends down, so its minimum has no width to measure.',
  notFinite: 'The residuals or their derivatives are not finite at the solution.',
};

export interface CovarianceOptions {
  /** The loss of the fit; squared if not given. */
  readonly loss?: Loss;
  /** The weights of the fit. */
  readonly weights?: Weights;
}

/**
 * Singular values below this part of the largest, with columns of length 1, count as zero: above the error of a
 * Jacobian by differences, and five powers of ten below the worst-conditioned problem of the NIST collection.
 */
const RANK_TOLERANCE = 1e-10;
/**
 * A parameter has run away to where the model ignores it when even a change by 1e8 times its own size would stay
 * within the scatter.
 */
const RUNAWAY = 1e-8;
/** Elements of a unit direction that count as taking part in it. */
const TAKES_PART = 1e-3;

/**
 * The covariance of the parameters at a solution.
 * @param x parameters, length m
 * @param active sides as in `Solution.active`, length m: parameters not 0 there are held and left out
 */
export function covarianceOf(
  problem: ResidualProblem,
  x: Float64Array,
  active: Int8Array,
  options: CovarianceOptions = {},
): Covariance {
  const { n, m } = problem;
  const loss = options.loss ?? squared;
  const weighting = weightingOf(options.weights, n);
  const residual = new Float64Array(n);
  const matrix = new Float64Array(n * (m + 1));
  problem.evaluate(x, residual, matrix.subarray(0, n * m));
  if (!residual.every(Number.isFinite) || !matrix.every(Number.isFinite)) return { kind: 'notFinite' };

  const free = Array.from({ length: m }, (_, k) => k).filter((k) => active[k] === 0);
  const atBound = Array.from({ length: m }, (_, k) => k).filter((k) => active[k] !== 0);
  const p = free.length;
  linearise({ loss: squared, weighting }, residual, matrix, m, new Float64Array(n));
  free.forEach((k, f) => {
    matrix.copyWithin(f * n, k * n, (k + 1) * n);
  });
  triangularise(matrix, n, n, p, p);
  const column = free.map((_, f) => norm(matrix, f * n, f * n + Math.min(f + 1, n)));

  const deviation = residualDeviation({ loss, weighting }, residual, p);
  const unnoticed = Number.isFinite(deviation) ? RUNAWAY * deviation : 0;
  const ignored = free.map(
    (k, f) => column[f] === 0 || (x[k] !== 0 && Math.abs(x[k]) * column[f] < unnoticed),
  );
  const seen = free.map((_, f) => f).filter((f) => !ignored[f]);
  // Ignored columns become zero, and so null directions of their own.
  const unit = new Matrix(p, p);
  for (const f of seen) for (let i = 0; i <= f && i < n; i++) unit.set(i, f, matrix[f * n + i] / column[f]);
  const svd = p === 0 ? null : new SingularValueDecomposition(unit, { computeLeftSingularVectors: false });
  const values = svd?.diagonal ?? [];
  const vectors = svd?.rightSingularVectors;
  const rank = values.filter((value) => value > RANK_TOLERANCE * values[0]).length;

  if (rank < p) {
    const scaled = values.flatMap((value, j) =>
      value > RANK_TOLERANCE * values[0] ? [] : [vectors!.getColumn(j)],
    );
    const involved = free.filter((_, f) => scaled.some((direction) => Math.abs(direction[f]) > TAKES_PART));
    return {
      kind: 'notIdentifiable',
      rank,
      free: p,
      directions: scaled.map((direction) => inParameters(direction, free, column, m)),
      parameters: involved,
      atBound,
    };
  }
  const { observations, varianceKnown } = weighting;
  const degreesOfFreedom = observations - p;
  if (degreesOfFreedom <= 0 && !(varianceKnown && loss.kind === 'squared')) {
    return { kind: 'noDegreesOfFreedom', observations, free: p };
  }
  if (!Number.isFinite(deviation)) return { kind: 'noCurvature' };

  const covariance = new Float64Array(m * m).fill(Number.NaN);
  for (let f = 0; f < p; f++) {
    for (let g = 0; g < p; g++) {
      let sum = 0;
      for (let j = 0; j < p; j++) sum += (vectors!.get(f, j) / values[j]) * (vectors!.get(g, j) / values[j]);
      covariance[free[f] * m + free[g]] = (deviation / column[f]) * (deviation / column[g]) * sum;
    }
  }
  const standardErrors = Float64Array.from({ length: m }, (_, k) => Math.sqrt(covariance[k * m + k]));
  const correlation = covariance.map((value, at) => {
    const [k, l] = [Math.floor(at / m), at % m];
    return value / Math.sqrt(covariance[k * m + k] * covariance[l * m + l]);
  });
  const conditionNumber = p === 0 ? 1 : values[0] / values[p - 1];
  return {
    kind: 'estimated',
    covariance,
    standardErrors,
    correlation,
    residualDeviation: deviation,
    degreesOfFreedom,
    conditionNumber,
    atBound,
  };
}

/** The factor on (JᵀJ)^(−1/2): s for plain fits, Huber's for robust ones; infinite where the loss has no curvature. */
function residualDeviation({ loss, weighting }: Objective, residual: Float64Array, free: number): number {
  const { factor, count, observations, varianceKnown } = weighting;
  if (varianceKnown && loss.kind === 'squared') return 1;
  const { slope, curvature } = lossShapes[loss.kind];
  let slopeSquares = 0;
  let bend = 0;
  let bendSquares = 0;
  for (let i = 0; i < residual.length; i++) {
    const a = factor === null ? 1 : factor[i];
    const c = count === null ? 1 : count[i];
    if (a === 0) continue;
    const t = (a * residual[i]) / loss.scale;
    slopeSquares += c * (loss.scale * slope(t)) ** 2;
    bend += c * curvature(t);
    bendSquares += c * curvature(t) ** 2;
  }
  const mean = bend / observations;
  if (!(mean > 0)) return Infinity;
  const variance = bendSquares / observations - mean * mean;
  const correction = 1 + ((free / observations) * variance) / (mean * mean);
  return (correction * Math.sqrt(slopeSquares / Math.max(observations - free, 0))) / mean;
}

/** A direction among scaled free parameters, as one among all m parameters, largest element ±1. */
function inParameters(
  scaled: readonly number[],
  free: readonly number[],
  column: readonly number[],
  m: number,
): Float64Array {
  const direction = new Float64Array(m);
  let largest = 0;
  scaled.forEach((value, f) => {
    if (Math.abs(value) <= TAKES_PART) return;
    // A parameter without any effect has no scale: it is a direction by itself.
    const k = free[f];
    direction[k] = value / (column[f] || 1);
    if (Math.abs(direction[k]) > Math.abs(largest)) largest = direction[k];
  });
  return direction.map((value) => value / largest);
}
