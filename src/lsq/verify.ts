/**
 * A second opinion by another program: ml-levenberg-marquardt solves the same problem, and the two answers are
 * compared. Its step, damping and acceptance share nothing with ours.
 *
 * It is given the problem in a form that suits it: every residual replaced by ±√(2·cost), so that its unweighted sum
 * of squares is our objective whatever the loss and weights (its own weights are wrong in 5.1.0); parameters in
 * units of their column of the Jacobian, as it does not scale its damping; fixed parameters left out; and rounds of
 * a few dozen steps until a round moves nothing, as its own stop rule is an absolute error.
 */
import { levenbergMarquardt } from 'ml-levenberg-marquardt';
import { type Loss, lossShapes, squared } from './losses.ts';
import { linearise, type Objective, objectiveOf, standardDeviation } from './objective.ts';
import { type Bounds, type ResidualProblem, unbounded } from './problem.ts';
import { norm } from './qr.ts';
import type { Solution } from './solve.ts';
import { type Weights, weightingOf } from './weights.ts';

export type Verdict =
  /** The other program ended at the same place. */
  | 'agrees'
  /** The other program ended at a lower objective: ours is not the optimum. */
  | 'foundBetter'
  /** The other program settled elsewhere at the same objective: the optimum is not unique. */
  | 'equalElsewhere'
  /** The other program settled at a worse place: a local optimum that could not improve on ours. */
  | 'endedWorse'
  /** The other program was still moving or broke off, at no better place. */
  | 'didNotConverge';

export const verdicts: Readonly<Record<Verdict, string>> = {
  agrees: 'A second, independent solver ends at the same place.',
  foundBetter: 'A second, independent solver found a lower objective: the first answer is not the optimum.',
  equalElsewhere:
    'A second, independent solver settled elsewhere at the same objective: the optimum is not unique.',
  endedWorse:
    'A second, independent solver settled elsewhere, at a higher objective; it could not improve on the answer.',
  didNotConverge:
    'A second, independent solver did not settle, and had found nothing better when it was stopped.',
};

export interface Verification {
  readonly verdict: Verdict;
  /** Where the second solver ended, length m. */
  readonly x: Float64Array;
  readonly objective: number;
  /**
   * Distance of the two answers: the most that any combination of parameters differs by, in its standard error at
   * our answer (to first order).
   */
  readonly standardErrorsApart: number;
}

export interface VerifyOptions {
  readonly loss?: Loss;
  readonly weights?: Weights;
  readonly bounds?: Bounds;
}

const STEPS_A_ROUND = 40;
const MAX_ROUNDS = 50;
/** Answers nearer than this many standard errors are the same: no interval would show the difference. */
const SAME = 0.05;
/** A round that moves less than this many standard errors has settled. */
const SETTLED = 1e-5;

/**
 * Solves a problem a second time, from a start of its own, and compares.
 * @param solution ours, for the same problem, loss, weights and bounds
 * @param start where the second solver begins (length m): the user's start, or a point some way off
 */
export function verify(
  problem: ResidualProblem,
  solution: Pick<Solution, 'x' | 'objective' | 'active'>,
  start: ArrayLike<number>,
  options: VerifyOptions = {},
): Verification {
  const { n, m } = problem;
  const objective: Objective = { loss: options.loss ?? squared, weighting: weightingOf(options.weights, n) };
  const residual = new Float64Array(n);

  // Lengths are measured by our Jacobian at our answer, in standard errors: what they move the residuals by, over
  // the residuals' deviation. Residuals without scatter deviate by their rounding.
  const matrix = new Float64Array(n * (m + 1));
  problem.evaluate(solution.x, residual, matrix.subarray(0, n * m));
  const scatter = linearise(objective, residual, matrix, m, new Float64Array(n));
  const unit = Float64Array.from({ length: m }, (_, k) => 1 / (norm(matrix, k * n, (k + 1) * n) || 1));
  const rounding = Number.EPSILON * solution.x.reduce((sum, value, k) => sum + Math.abs(value) / unit[k], 0);
  const held = solution.active.filter((side) => side !== 0).length;
  const deviation = standardDeviation(objective, scatter, m - held) || rounding || Number.MIN_VALUE;
  const image = new Float64Array(n);
  const apart = (a: Float64Array, b: Float64Array): number => {
    image.fill(0);
    for (let k = 0; k < m; k++) for (let i = 0; i < n; i++) image[i] += matrix[k * n + i] * (a[k] - b[k]);
    return norm(image, 0, n) / deviation;
  };

  const { lower, upper } = options.bounds ?? unbounded(m);
  const free = Array.from({ length: m }, (_, k) => k).filter((k) => lower[k] !== upper[k]);
  const square = squareForm(problem, objective);
  let x: Float64Array = Float64Array.from({ length: m }, (_, k) =>
    Math.min(Math.max(start[k], lower[k]), upper[k]),
  );
  let settled = false;
  for (let round = 0; round < MAX_ROUNDS && !settled; round++) {
    // It cuts its step at a bound and does not make up for it in the other parameters, so these are stuck; a half
    // round that leaves out what stands at a bound sets them free.
    const first = otherRound(square, x, free, unit, { lower, upper });
    if (first === undefined) break;
    const inside = free.filter((k) => first[k] !== lower[k] && first[k] !== upper[k]);
    const next =
      inside.length < free.length ? otherRound(square, first, inside, unit, { lower, upper }) : first;
    if (next === undefined) break;
    settled = apart(next, x) <= SETTLED;
    x = next;
  }

  problem.evaluate(x, residual, null);
  const value = objectiveOf(objective, residual);
  const standardErrorsApart = apart(x, solution.x);
  // A distance of d standard errors costs d²/2 in units of the variance. A program that compares sums of squares
  // sees no difference below what rounding of the parameters makes of the sum.
  const noticeable = Math.max(0.5 * (SAME * deviation) ** 2, rounding * Math.sqrt(scatter.slopeSquares));
  const same = Math.sqrt(2 * noticeable) / deviation;
  const verdict = ((): Verdict => {
    if (standardErrorsApart <= same) return 'agrees';
    if (value < solution.objective - noticeable) return 'foundBetter';
    if (!settled) return 'didNotConverge';
    return value <= solution.objective + noticeable ? 'equalElsewhere' : 'endedWorse';
  })();
  return { verdict, x, objective: value, standardErrorsApart };
}

/** The problem whose sum of squares is twice the objective. */
function squareForm(problem: ResidualProblem, { loss, weighting }: Objective): ResidualProblem {
  const { n, m } = problem;
  const { factor, count } = weighting;
  const { rho, slope } = lossShapes[loss.kind];
  return {
    n,
    m,
    evaluate(x, residual, jacobian) {
      problem.evaluate(x, residual, jacobian);
      for (let i = 0; i < n; i++) {
        const a = factor === null ? 1 : factor[i];
        const c = Math.sqrt(count === null ? 1 : count[i]);
        const t = (a * residual[i]) / loss.scale;
        const root = Math.sign(t) * Math.sqrt(2 * rho(t));
        residual[i] = c * loss.scale * root;
        if (jacobian === null) continue;
        const chain = c * a * (root === 0 ? 1 : slope(t) / root);
        for (let k = 0; k < m; k++) jacobian[k * n + i] *= chain;
      }
    },
  };
}

/** One round of the other program over the free parameters; undefined where it broke off. */
function otherRound(
  problem: ResidualProblem,
  from: Float64Array,
  free: readonly number[],
  unit: Float64Array,
  { lower, upper }: Bounds,
): Float64Array | undefined {
  const { n, m } = problem;
  const residual = new Float64Array(n);
  const jacobian = new Float64Array(n * m);
  const whole = (u: readonly number[]): Float64Array => {
    const x = from.slice();
    free.forEach((k, f) => {
      x[k] = Math.min(Math.max(u[f] * unit[k], lower[k]), upper[k]);
    });
    return x;
  };
  const index = Array.from({ length: n }, (_, i) => i);
  if (free.length === 0) return from;
  try {
    const result = levenbergMarquardt(
      { x: index, y: index.map(() => 0) },
      (u) => {
        problem.evaluate(whole(u), residual, null);
        return (i) => residual[i];
      },
      {
        initialValues: free.map((k) => from[k] / unit[k]),
        minValues: free.map((k) => lower[k] / unit[k]),
        maxValues: free.map((k) => upper[k] / unit[k]),
        maxIterations: STEPS_A_ROUND,
        // It is both the stop rule and the least improvement that counts: 0 leaves every improvement.
        errorTolerance: 0,
        jacobianFunction: (u) => {
          problem.evaluate(whole(u), residual, jacobian);
          return (i) => free.map((k) => jacobian[k * n + i] * unit[k]);
        },
      },
    );
    return whole(result.parameterValues);
  } catch {
    // Singular or not finite: it throws where it cannot go on, and that is its answer.
    return undefined;
  }
}
