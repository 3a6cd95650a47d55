/** A Jacobian from differences, for callers who have none. */
import type { Bounds, ResidualProblem } from './problem.ts';

/** Step relative to the parameter: balances the h² error of the formula against rounding over h. */
const RELATIVE_STEP = Number.EPSILON ** (1 / 3);

/** A problem without derivatives. */
export interface PlainProblem {
  readonly n: number;
  readonly m: number;
  evaluate(x: Float64Array, residual: Float64Array): void;
}

export interface NumericOptions {
  /** Points outside are never evaluated: next to a bound the difference is taken on one side. */
  readonly bounds?: Bounds;
  /**
   * Size of a change that matters, per parameter (length m): the step is never smaller than 6e-6 of it. To be
   * given for parameters that may come close to 0: without it the step is 6e-6 of the parameter itself, whatever
   * its size, and at 0 as if it were 1.
   */
  readonly typical?: ArrayLike<number>;
}

/**
 * Adds a Jacobian by second-order differences (about ten correct digits for a model of ordinary scale): central
 * ones, or (−3f₀ + 4f₁ − f₂)/2h where a bound is nearer than the step. Costs 2m evaluations. A box too narrow
 * for either gives zeros, as a fixed parameter needs no derivative.
 */
export function withNumericJacobian(problem: PlainProblem, options: NumericOptions = {}): ResidualProblem {
  const { n, m } = problem;
  const moved = new Float64Array(m);
  const near = new Float64Array(n);
  const far = new Float64Array(n);
  const at = (x: Float64Array, k: number, value: number, out: Float64Array): void => {
    moved.set(x);
    moved[k] = value;
    problem.evaluate(moved, out);
  };
  return {
    n,
    m,
    evaluate(x, residual, jacobian) {
      problem.evaluate(x, residual);
      if (jacobian === null) return;
      for (let k = 0; k < m; k++) {
        const lower = options.bounds?.lower[k] ?? -Infinity;
        const upper = options.bounds?.upper[k] ?? Infinity;
        const scale = Math.max(Math.abs(x[k]), options.typical?.[k] ?? 0) || 1;
        const step = RELATIVE_STEP * scale;
        const column = jacobian.subarray(k * n, (k + 1) * n);
        if (x[k] - step >= lower && x[k] + step <= upper) {
          const up = x[k] + step;
          const down = x[k] - step;
          at(x, k, up, near);
          at(x, k, down, far);
          // The distance as it is represented, not as it was asked for.
          for (let i = 0; i < n; i++) column[i] = (near[i] - far[i]) / (up - down);
          continue;
        }
        // Towards the farther bound, at most as far as it allows.
        const room = upper - x[k] >= x[k] - lower ? upper - x[k] : lower - x[k];
        const h = Math.sign(room) * Math.min(step, Math.abs(room) / 2);
        if (h === 0) {
          column.fill(0);
          continue;
        }
        const one = x[k] + h;
        at(x, k, one, near);
        at(x, k, x[k] + 2 * h, far);
        for (let i = 0; i < n; i++)
          column[i] = (-3 * residual[i] + 4 * near[i] - far[i]) / (2 * (one - x[k]));
      }
    },
  };
}
