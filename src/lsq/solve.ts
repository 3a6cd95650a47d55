/**
 * Nonlinear least squares by a trust region (Levenberg-Marquardt as in Moré 1978, "The Levenberg-Marquardt
 * algorithm: implementation and theory"), with bounds, robust losses and weights by meaning.
 *
 * It ends when the step still to go is short in units of standard errors, not when the objective falls slowly:
 * near the optimum the objective is flat, and a fit that stops on its cost stops anywhere in a valley. The length
 * ‖J p‖/s of the undamped step p is the most that any combination of parameters has still to move, counted in its
 * own standard errors (the relative offset of Bates and Watts 1981, Technometrics 23, 179-183). Where Gauss-Newton
 * converges slowly, with ratio q, what is left is the sum of a geometric series, so the length is divided by 1 − q.
 */
import { Refusal } from '../problems/problem.ts';
import { checkBounds, checkStart } from './checks.ts';
import { type Loss, squared } from './losses.ts';
import { linearise, type Objective, objectiveDrop, objectiveOf, standardDeviation } from './objective.ts';
import type { Bounds, ResidualProblem } from './problem.ts';
import { norm, triangularise } from './qr.ts';
import type { Stop } from './stop.ts';
import { checkWeights, type Weights, weightingOf } from './weights.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

export interface SolveOptions {
  readonly loss?: Loss;
  /** Not given: all residuals have the same unknown error. */
  readonly weights?: Weights;
  /** Not given: none. A start outside is moved to the nearest point inside. */
  readonly bounds?: Bounds;
  /** Stop when the step still to go is shorter than so many standard errors. Default 1e-8. */
  readonly tolerance?: number;
  /** Default 200 for each parameter and 200 more. */
  readonly maxEvaluations?: number;
  /** Memory from `createWorkspace` for this shape, to be reused. The result does not share it. */
  readonly workspace?: Workspace;
}

export interface Solution {
  /** Length m. */
  readonly x: Float64Array;
  /** Σ loss of the (weighted) residuals; half the sum of squares under the squared loss. */
  readonly objective: number;
  /** Raw residuals at `x`, length n. */
  readonly residual: Float64Array;
  readonly stop: Stop;
  /** −1 at its lower bound and pressing on it, 1 at the upper one, 0 free; a fixed parameter has −1. Length m. */
  readonly active: Int8Array;
  /** How often residuals were asked for, with or without Jacobian. */
  readonly evaluations: number;
  /** How many linearisations were made. */
  readonly iterations: number;
}

const DEFAULT_TOLERANCE = 1e-8;
/** Part of the predicted fall that a step must achieve to be taken (Moré 1978). */
const LEAST_GAIN = 1e-4;
/** Where no step helps, so many standard errors from the optimum are put down to the model's own rounding. */
const NEGLIGIBLE = 1e-3;
/** First trust region, as a part of the length of the start (in scaled parameters). */
const INITIAL_RADIUS = 0.1;
/** Slowest contraction believed, so that one noisy ratio cannot hold the end off. */
const SLOWEST_CONTRACTION = 0.99;

/**
 * Minimises the objective of a problem from a start (length m, finite).
 *
 * Throws a `Refusal` for arrays of the wrong length, values out of range and crossed bounds. Everything that can
 * happen on the way is a value in `stop`.
 */
export function solve(
  problem: ResidualProblem,
  start: ArrayLike<number>,
  options: SolveOptions = {},
): Solution {
  const { n, m } = problem;
  const problems = [
    ...checkStart(start, m),
    ...checkBounds(options.bounds, m),
    ...checkWeights(options.weights, n),
  ];
  if (problems.length > 0) throw new Refusal(problems);
  const workspace = options.workspace ?? createWorkspace(n, m);
  if (workspace.n !== n || workspace.m !== m) {
    throw new RangeError(`workspace for ${workspace.n} × ${workspace.m}, problem of ${n} × ${m}`);
  }
  const objective: Objective = { loss: options.loss ?? squared, weighting: weightingOf(options.weights, n) };
  const maxEvaluations = options.maxEvaluations ?? 200 * (m + 1);
  return minimise(problem, objective, start, options, maxEvaluations, workspace);
}

function minimise(
  problem: ResidualProblem,
  objective: Objective,
  start: ArrayLike<number>,
  options: SolveOptions,
  maxEvaluations: number,
  workspace: Workspace,
): Solution {
  const { n, m, matrix, jacobian, x, trial, scale, step } = workspace;
  const { bounds, tolerance = DEFAULT_TOLERANCE } = options;
  let { residual, trialResidual } = workspace;

  for (let k = 0; k < m; k++) x[k] = clamp(start[k], bounds, k);
  problem.evaluate(x, residual, jacobian);
  let evaluations = 1;
  let iterations = 0;
  let radius = 0;
  let value = objectiveOf(objective, residual);
  let length = Number.NaN;
  let contraction = 0;
  let undamped = false;
  let trusted = false;
  const finish = (stop: Stop): Solution => ({
    x: x.slice(),
    objective: value,
    residual: residual.slice(),
    stop,
    active: step.side.map((side, k) => (step.p[k] === 0 ? side : 0)),
    evaluations,
    iterations,
  });

  step.side.fill(0);
  scale.fill(0);
  if (!Number.isFinite(value) || !allFinite(jacobian)) return finish({ kind: 'startNotFinite' });

  for (;;) {
    // Linearise: R, q and the scale of each parameter.
    iterations++;
    const scatter = linearise(objective, residual, matrix, m, workspace.row);
    triangularise(matrix, n, n, m, m + 1);
    loadStep(workspace, bounds);
    step.solveUndamped();
    const spread = standardDeviation(objective, scatter, m - heldCount(step.side));

    // How far is it still?
    const previous = length;
    length = step.imageLength();
    // Only an undamped step measures it.
    if (undamped) contraction = Math.min(length / previous, SLOWEST_CONTRACTION);
    const remaining = length === 0 ? 0 : length / spread / (1 - contraction);
    if (remaining <= tolerance) return finish({ kind: 'converged', remaining });
    const rounding = roundingLength(workspace, Math.sqrt(scatter.slopeSquares));
    if (length <= rounding || (trusted && length >= previous))
      return finish({ kind: 'precision', remaining });
    if (iterations === 1) radius = initialRadius(workspace, length);

    // What rounding of the residuals makes of the objective: a smaller fall cannot be seen, and a step that
    // promises one is taken on trust, as long as the steps keep getting shorter.
    const noise = rounding * Math.sqrt(scatter.slopeSquares);

    // Shorten the step until it helps.
    let eager = true;
    for (;;) {
      if (evaluations >= maxEvaluations) {
        step.solveUndamped();
        return finish({ kind: 'evaluationLimit', remaining });
      }
      undamped = !step.solveWithin(radius);
      const stepLength = step.length();
      const predicted = step.predictedDrop();
      let moved = false;
      for (let k = 0; k < m; k++) {
        trial[k] = moveTo(x[k], k, workspace, bounds);
        moved ||= trial[k] !== x[k];
      }
      if (!moved) {
        step.solveUndamped();
        return finish({ kind: remaining <= NEGLIGIBLE ? 'precision' : 'stalled', remaining });
      }
      // A first trial is usually taken, so its Jacobian is asked for at once; after a refusal it is not.
      problem.evaluate(trial, trialResidual, eager ? jacobian : null);
      evaluations++;
      const drop = objectiveDrop(objective, residual, trialResidual);
      let gain = drop / predicted;
      trusted = undamped && predicted <= noise && Math.abs(drop) <= noise;
      if (trusted) gain = 1;
      if (gain >= LEAST_GAIN && !eager) {
        problem.evaluate(trial, trialResidual, jacobian);
        evaluations++;
      }
      if (!(gain >= LEAST_GAIN) || !allFinite(jacobian)) gain = -1;
      radius = nextRadius(radius, stepLength, gain, undamped);
      if (gain >= LEAST_GAIN) break;
      eager = false;
    }
    x.set(trial);
    [residual, trialResidual] = [trialResidual, residual];
    value = objectiveOf(objective, residual);
  }
}

/** Copies the triangular factor, scaled to columns of length about 1, into the step problem. */
function loadStep({ n, m, matrix, x, scale, step }: Workspace, bounds: Bounds | undefined): void {
  for (let k = 0; k < m; k++) {
    scale[k] = Math.max(scale[k], norm(matrix, k * n, k * n + Math.min(k + 1, n))) || 1;
    for (let i = 0; i < m; i++) step.r[k * m + i] = i <= k && i < n ? matrix[k * n + i] / scale[k] : 0;
    step.q[k] = k < n ? matrix[m * n + k] : 0;
    step.lower[k] = bounds === undefined ? -Infinity : (bounds.lower[k] - x[k]) * scale[k];
    step.upper[k] = bounds === undefined ? Infinity : (bounds.upper[k] - x[k]) * scale[k];
  }
  step.reset();
}

/** Where a step takes parameter k: exactly onto a bound that it is held at. */
function moveTo(from: number, k: number, { scale, step }: Workspace, bounds: Bounds | undefined): number {
  if (bounds !== undefined && step.side[k] !== 0) return step.side[k] < 0 ? bounds.lower[k] : bounds.upper[k];
  return clamp(from + step.p[k] / scale[k], bounds, k);
}

/** How far the residuals move when every parameter, and every residual, moves by its own rounding. */
function roundingLength({ m, x, scale, step }: Workspace, residualLength: number): number {
  let sum = residualLength;
  for (let k = 0; k < m; k++) {
    sum += norm(step.r, k * m, k * m + k + 1) * scale[k] * Math.abs(x[k]);
  }
  return Number.EPSILON * sum;
}

/** A tenth of the parameters, in their scale; from the origin, as far as the residuals reach. */
function initialRadius({ m, x, scale }: Workspace, fallback: number): number {
  let square = 0;
  for (let k = 0; k < m; k++) square += (scale[k] * x[k]) ** 2;
  return INITIAL_RADIUS * Math.sqrt(square) || fallback;
}

function nextRadius(radius: number, stepLength: number, gain: number, undamped: boolean): number {
  if (gain < 0.25) return 0.25 * Math.min(radius, stepLength);
  if (gain > 0.75 || undamped) return 2 * stepLength;
  return radius;
}

function clamp(value: number, bounds: Bounds | undefined, k: number): number {
  return bounds === undefined ? value : Math.min(Math.max(value, bounds.lower[k]), bounds.upper[k]);
}

function heldCount(side: Int8Array): number {
  let held = 0;
  for (let k = 0; k < side.length; k++) if (side[k] !== 0) held++;
  return held;
}

/** Finite, and so are the squares. */
function allFinite(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (!(Math.abs(values[i]) < 1e150)) return false;
  return true;
}
