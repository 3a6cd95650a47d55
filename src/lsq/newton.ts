/**
 * Newton's method for robust fits: minimises Σ_i w_i ρ(r_i(x)) within bounds.
 *
 * With few outliers the Gauss-Newton matrix Jᵀ diag(w ρ″) J is all the curvature that matters and a handful of
 * steps suffice. A nearly-L1 objective (Huber's δ far below the spread of the residuals) has its curvature in
 * the bend of the model instead, Σ w ρ′ ∇²r, which Gauss-Newton does not see: plain solvers stall there, and
 * tolerances on the objective call it converged (Besiroglu et al. 2024 on the Chinchilla fit). So where few
 * rows are curved, or Gauss-Newton slows down near the minimum, the exact Hessian is taken by differences of the exact
 * gradient.
 *
 * Steps are damped in the metric of the column norms (Moré 1978) with Nielsen's rule (1999), normal equations by
 * Cholesky: the kernel's coordinates are decoupled, and the stop is judged by the step still to go, measured in
 * standard errors, never by the change of the objective.
 */
import { type Loss, type LossShape, lossShapes } from './losses.ts';
import type { ResidualProblem } from './problem.ts';

export interface NewtonOptions {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Factor on each row's ρ. */
  readonly weight: Float64Array;
  readonly loss: Loss;
  /** Stop once the step still to go is below so many standard errors. */
  readonly stepTolerance: number;
  readonly maxIterations: number;
}

export type NewtonStop = 'converged' | 'noProgress' | 'tooManyIterations' | 'notFinite';

export interface NewtonResult {
  readonly x: Float64Array;
  readonly objective: number;
  readonly stop: NewtonStop;
  readonly iterations: number;
  /** −1 at its lower bound, 1 at its upper, 0 free. */
  readonly active: Int8Array;
  /** Size of the last step that was looked at, in standard errors. */
  readonly lastStep: number;
}

/** Scratch memory for problems of one shape; reuse it over thousands of refits. */
export interface NewtonWorkspace {
  readonly n: number;
  readonly m: number;
  readonly residual: Float64Array;
  readonly trial: Float64Array;
  readonly jacobian: Float64Array;
  /** The columns of `jacobian`, which they share memory with. */
  readonly columns: readonly Float64Array[];
  readonly curved: Float64Array;
  readonly slope: Float64Array;
  readonly product: Float64Array;
  readonly x: Float64Array;
  readonly xTrial: Float64Array;
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
  readonly factor: Float64Array;
  readonly scale: Float64Array;
  readonly step: Float64Array;
  readonly right: Float64Array;
  readonly active: Int8Array;
  readonly fixed: Int8Array;
  /** 1 where both bounds are equal: no parameter at all. */
  readonly held: Int8Array;
}

export function newtonWorkspace(n: number, m: number): NewtonWorkspace {
  const vector = (size: number) => new Float64Array(size);
  const jacobian = vector(n * m);
  return {
    n,
    m,
    residual: vector(n),
    trial: vector(n),
    jacobian,
    columns: Array.from({ length: m }, (_, k) => jacobian.subarray(k * n, (k + 1) * n)),
    curved: vector(n),
    slope: vector(n),
    product: vector(n),
    x: vector(m),
    xTrial: vector(m),
    gradient: vector(m),
    hessian: vector(m * m),
    factor: vector(m * m),
    scale: vector(m),
    step: vector(m),
    right: vector(m),
    active: new Int8Array(m),
    fixed: new Int8Array(m),
    held: new Int8Array(m),
  };
}

/**
 * After so many steps Gauss-Newton is slow, and this near to the minimum (standard errors) the exact Hessian, which costs m
 * gradients, ends it in a few more. Further out a long walk is along a valley, where it would be no faster.
 */
const SLOW = 40;
const NEAR = 1e-2;
/** Small against every curvature that rounding leaves visible. */
const NEGLIGIBLE_DAMPING = 1e-13;
/** Below this share of rows with curvature Gauss-Newton has too little to go by. */
const CURVED_SHARE = 0.25;

export function minimizeNewton(
  model: ResidualProblem,
  start: Float64Array,
  options: NewtonOptions,
  work: NewtonWorkspace = newtonWorkspace(model.n, model.m),
): NewtonResult {
  const { n, m } = model;
  const { lower, upper, weight } = options;
  const loss = scaledLoss(options.loss);
  const { x, xTrial, step, active, residual } = work;
  for (let k = 0; k < m; k++) x[k] = Math.min(Math.max(start[k], lower[k]), upper[k]);
  work.scale.fill(0);
  work.gradient.fill(0);
  work.hessian.fill(0);
  for (let k = 0; k < m; k++) work.held[k] = lower[k] === upper[k] ? 1 : 0;
  model.evaluate(x, residual, work.jacobian);
  let objective = total(residual, weight, loss, n);
  const finish = (stop: NewtonStop, iterations: number, lastStep: number): NewtonResult => ({
    x: x.slice(),
    objective,
    stop,
    iterations,
    active: active.slice(),
    lastStep,
  });
  if (!Number.isFinite(objective)) return finish('notFinite', 0, Number.POSITIVE_INFINITY);

  /** Rounding hides any decrease that is small against the objective: there is nothing left to gain. */
  const negligible = (length: number, promised: number): boolean =>
    length < options.stepTolerance ||
    (length < 1e-2 && promised >= 0 && promised <= 4e-16 * Math.abs(objective));

  /**
   * No step was a gain: that is a minimum all the same where the whole step, undamped, promises less than the objective is sure of.
   * A sum of n terms is good to n roundings (Higham 2002, section 4.2), two are compared, and residuals bring some of their own.
   */
  const lostInRounding = (variance: number): boolean => {
    if (!solveWithinBounds(work, options, NEGLIGIBLE_DAMPING)) return false;
    const promised = promisedDecrease(work);
    const sure = 4 * n * Number.EPSILON * Math.abs(objective);
    return stepInStandardErrors(work, variance) < 1e-2 && promised >= 0 && promised <= sure;
  };

  let damping = 1e-3;
  let growth = 2;
  let lastStep = Number.POSITIVE_INFINITY;
  let exact = false;
  for (let iteration = 0; iteration < options.maxIterations; iteration++) {
    const curvedShare = gaussNewton(work, weight, loss);
    exact ||= curvedShare < CURVED_SHARE || (iteration >= SLOW && lastStep < NEAR);
    if (exact) exactHessian(model, work, options, loss);
    markActive(work, options);
    const variance = slopeVariance(work, weight, n, m);
    let undampedAsked = false;
    for (;;) {
      // Curvature that points down, or none at all, asks for more damping.
      while (!solveWithinBounds(work, options, damping)) {
        damping = Math.max(damping * 10, 1e-8);
        if (damping > 1e16) return finish('noProgress', iteration, lastStep);
      }
      lastStep = stepInStandardErrors(work, variance);
      let promised = promisedDecrease(work);
      // Damping shortens steps along flat valleys, so a short step is believed once it is short without.
      if (!undampedAsked && negligible(lastStep, promised)) {
        undampedAsked = true;
        if (damping > NEGLIGIBLE_DAMPING && solveWithinBounds(work, options, NEGLIGIBLE_DAMPING)) {
          damping = NEGLIGIBLE_DAMPING;
          lastStep = stepInStandardErrors(work, variance);
          promised = promisedDecrease(work);
        }
        if (negligible(lastStep, promised)) return finish('converged', iteration, lastStep);
      }
      for (let k = 0; k < m; k++) xTrial[k] = Math.min(Math.max(x[k] + step[k], lower[k]), upper[k]);
      model.evaluate(xTrial, work.trial, null);
      const reached = total(work.trial, weight, loss, n);
      const gain = promised > 0 ? (objective - reached) / promised : -1;
      if (gain > 1e-4 && reached < objective) {
        x.set(xTrial);
        objective = reached;
        const shrink = 1 - (2 * gain - 1) ** 3;
        damping = Math.max(damping * Math.max(1 / 10, Math.min(shrink, 1)), 1e-14);
        growth = 2;
        break;
      }
      damping *= growth;
      growth *= 2;
      if (damping > 1e16)
        return finish(lostInRounding(variance) ? 'converged' : 'noProgress', iteration, lastStep);
    }
    model.evaluate(x, residual, work.jacobian);
  }
  return finish('tooManyIterations', options.maxIterations, lastStep);
}

/** A loss with its scale multiplied in: ρ(r) = s²·ρ₁(r / s). */
interface ScaledLoss {
  readonly shape: LossShape;
  readonly scale: number;
}

function scaledLoss({ kind, scale }: Loss): ScaledLoss {
  return { shape: lossShapes[kind], scale };
}

function total(
  residual: Float64Array,
  weight: Float64Array,
  { shape, scale }: ScaledLoss,
  n: number,
): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += weight[i] * shape.rho(residual[i] / scale);
  return scale * scale * sum;
}

/** Gradient and Gauss-Newton matrix at the residuals and Jacobian in `work`; returns the share of curved rows. */
function gaussNewton(work: NewtonWorkspace, weight: Float64Array, { shape, scale }: ScaledLoss): number {
  const { n, m, residual, columns, slope, curved, product, gradient, hessian, held } = work;
  let rows = 0;
  let bent = 0;
  for (let i = 0; i < n; i++) {
    const t = residual[i] / scale;
    slope[i] = weight[i] * scale * shape.slope(t);
    curved[i] = weight[i] * shape.curvature(t);
    if (weight[i] > 0) {
      rows++;
      if (curved[i] > 0) bent++;
    }
  }
  for (let a = 0; a < m; a++) {
    if (held[a] !== 0) continue;
    const column = columns[a];
    let slopes = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      const derivative = column[i];
      slopes += slope[i] * derivative;
      squares += weight[i] * derivative * derivative;
      product[i] = curved[i] * derivative;
    }
    gradient[a] = slopes;
    // Moré's scale: the largest column norm seen so far, over all rows so that it exists without curved ones.
    work.scale[a] = Math.max(work.scale[a], squares, 1e-300);
    for (let b = 0; b <= a; b++) {
      if (held[b] !== 0) continue;
      const sum = dot(columns[b], product, n);
      hessian[a * m + b] = sum;
      hessian[b * m + a] = sum;
    }
  }
  return rows === 0 ? 0 : bent / rows;
}

/** Replaces the Gauss-Newton matrix by differences of the exact gradient. Overwrites the Jacobian. */
function exactHessian(
  model: ResidualProblem,
  work: NewtonWorkspace,
  { lower, upper, weight }: NewtonOptions,
  loss: ScaledLoss,
): void {
  const { n, m, x, xTrial, gradient, hessian, jacobian, columns, trial, product, held } = work;
  const { shape, scale } = loss;
  for (let k = 0; k < m; k++) {
    if (held[k] !== 0) continue;
    xTrial.set(x);
    // Small against the curvature scale of the parameter, large against rounding.
    let h = 1e-6 * Math.max(Math.abs(x[k]), 1e-3);
    if (x[k] + h > upper[k]) h = -h;
    if (x[k] + h < lower[k]) h = Math.max(upper[k] - x[k], 0) || h;
    xTrial[k] = x[k] + h;
    h = xTrial[k] - x[k];
    model.evaluate(xTrial, trial, jacobian);
    for (let i = 0; i < n; i++) product[i] = weight[i] * scale * shape.slope(trial[i] / scale);
    for (let l = 0; l < m; l++) hessian[l * m + k] = (dot(columns[l], product, n) - gradient[l]) / h;
  }
  for (let a = 0; a < m; a++) {
    for (let b = 0; b < a; b++) {
      const middle = 0.5 * (hessian[a * m + b] + hessian[b * m + a]);
      hessian[a * m + b] = middle;
      hessian[b * m + a] = middle;
    }
  }
}

/** a · b over n elements: four sums side by side, so that no addition waits for the one before it. */
function dot(a: Float64Array, b: Float64Array, n: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (const end = n - 3; i < end; i += 4) {
    s0 += a[i] * b[i];
    s1 += a[i + 1] * b[i + 1];
    s2 += a[i + 2] * b[i + 2];
    s3 += a[i + 3] * b[i + 3];
  }
  for (; i < n; i++) s0 += a[i] * b[i];
  return s0 + s1 + (s2 + s3);
}

/** A parameter at a bound stays there while the gradient pushes it outward. */
function markActive(work: NewtonWorkspace, { lower, upper }: NewtonOptions): void {
  const { m, x, gradient, active } = work;
  for (let k = 0; k < m; k++) {
    active[k] = x[k] <= lower[k] && gradient[k] >= 0 ? -1 : x[k] >= upper[k] && gradient[k] <= 0 ? 1 : 0;
  }
}

/**
 * The damped step with every parameter within its bounds: those that a step would carry across are put on their
 * bound, and the others solved for again, until none crosses. False where the matrix is not positive definite.
 */
function solveWithinBounds(work: NewtonWorkspace, { lower, upper }: NewtonOptions, damping: number): boolean {
  const { m, x, gradient, hessian, right, fixed, active, step } = work;
  for (let k = 0; k < m; k++) {
    fixed[k] = active[k] === 0 ? 0 : 1;
    right[k] = -gradient[k];
    step[k] = 0;
  }
  for (;;) {
    if (!solveDamped(work, damping)) return false;
    let crossing = false;
    for (let k = 0; k < m; k++) {
      if (fixed[k] !== 0) continue;
      const to = x[k] + step[k];
      if (to >= lower[k] && to <= upper[k]) continue;
      crossing = true;
      fixed[k] = 1;
      step[k] = (to < lower[k] ? lower[k] : upper[k]) - x[k];
      for (let l = 0; l < m; l++) right[l] -= hessian[l * m + k] * step[k];
    }
    if (!crossing) return true;
  }
}

/** (H + λ D) p = right over the parameters that are not fixed, by Cholesky. */
function solveDamped(work: NewtonWorkspace, damping: number): boolean {
  const { m, hessian, factor, right, step, scale, fixed } = work;
  for (let a = 0; a < m; a++) {
    if (fixed[a] !== 0) continue;
    for (let b = 0; b <= a; b++) {
      if (fixed[b] !== 0) continue;
      let sum = hessian[a * m + b];
      if (a === b) sum += damping * scale[a];
      for (let k = 0; k < b; k++) if (fixed[k] === 0) sum -= factor[a * m + k] * factor[b * m + k];
      if (a === b) {
        if (!(sum > 1e-14 * scale[a])) return false;
        factor[a * m + a] = Math.sqrt(sum);
      } else {
        factor[a * m + b] = sum / factor[b * m + b];
      }
    }
  }
  for (let a = 0; a < m; a++) {
    if (fixed[a] !== 0) continue;
    let sum = right[a];
    for (let k = 0; k < a; k++) if (fixed[k] === 0) sum -= factor[a * m + k] * step[k];
    step[a] = sum / factor[a * m + a];
  }
  for (let a = m - 1; a >= 0; a--) {
    if (fixed[a] !== 0) continue;
    let sum = step[a];
    for (let k = a + 1; k < m; k++) if (fixed[k] === 0) sum -= factor[k * m + a] * step[k];
    step[a] = sum / factor[a * m + a];
  }
  return true;
}

/** What the quadratic model promises the step to gain. */
function promisedDecrease({ m, hessian, gradient, step }: NewtonWorkspace): number {
  let slope = 0;
  let bend = 0;
  for (let a = 0; a < m; a++) {
    slope += gradient[a] * step[a];
    for (let b = 0; b < m; b++) bend += step[a] * hessian[a * m + b] * step[b];
  }
  return -slope - 0.5 * bend;
}

/**
 * The length of the step in standard errors, from Newton's decrement −gᵀp. It equals pᵀHp where nothing is damped,
 * and unlike that stays positive where the objective bends down along the step, far from any minimum. Infinity for
 * a step that bounds have turned uphill.
 */
function stepInStandardErrors({ m, gradient, step }: NewtonWorkspace, variance: number): number {
  let slope = 0;
  for (let a = 0; a < m; a++) slope += gradient[a] * step[a];
  return slope > 0 ? Number.POSITIVE_INFINITY : Math.sqrt(-slope / variance);
}

/** Variance of the slopes: with it pᵀHp is the square of a step in standard errors. */
function slopeVariance({ slope }: NewtonWorkspace, weight: Float64Array, n: number, m: number): number {
  let sum = 0;
  let rows = 0;
  for (let i = 0; i < n; i++) {
    if (weight[i] <= 0) continue;
    sum += (slope[i] * slope[i]) / weight[i];
    rows++;
  }
  return Math.max(sum / Math.max(rows - m, 1), 1e-300);
}
