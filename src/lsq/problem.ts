/** What the solver solves: n residuals of m parameters. */

export interface ResidualProblem {
  /** Number of residuals. */
  readonly n: number;
  /** Number of parameters. */
  readonly m: number;
  /**
   * Writes the residuals at `x` (length m) into `residual` (length n) and, unless null, their derivatives into
   * `jacobian` (length n·m, column by column): d residual_i / d x_k at [k·n + i].
   *
   * Must not keep or change `x`. Values that are not finite are allowed: they mean that the model is not defined
   * there, and the solver turns back.
   */
  evaluate(x: Float64Array, residual: Float64Array, jacobian: Float64Array | null): void;
}

/** Box of allowed parameters; -Infinity and Infinity mean no bound, equal bounds hold a parameter fixed. */
export interface Bounds {
  readonly lower: ArrayLike<number>;
  readonly upper: ArrayLike<number>;
}

/** No bounds for m parameters. */
export function unbounded(m: number): Bounds {
  return { lower: new Float64Array(m).fill(-Infinity), upper: new Float64Array(m).fill(Infinity) };
}
