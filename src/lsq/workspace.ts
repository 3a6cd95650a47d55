/** Memory of a solve, kept between solves of the same shape so that thousands of refits allocate nothing inside. */
import { StepSpace } from './step.ts';

export interface Workspace {
  readonly n: number;
  readonly m: number;
  /** Jacobian and, as its last column, the residual that goes with it: n × (m + 1). */
  readonly matrix: Float64Array;
  /** The first m columns of `matrix`. */
  readonly jacobian: Float64Array;
  readonly residual: Float64Array;
  readonly trialResidual: Float64Array;
  /** Scratch of length n. */
  readonly row: Float64Array;
  readonly x: Float64Array;
  readonly trial: Float64Array;
  /** Largest column lengths of the Jacobian so far (Moré's scaling). */
  readonly scale: Float64Array;
  readonly step: StepSpace;
}

/** Memory for problems of n residuals and m parameters. One solve at a time may use it. */
export function createWorkspace(n: number, m: number): Workspace {
  const matrix = new Float64Array(n * (m + 1));
  return {
    n,
    m,
    matrix,
    jacobian: matrix.subarray(0, n * m),
    residual: new Float64Array(n),
    trialResidual: new Float64Array(n),
    row: new Float64Array(n),
    x: new Float64Array(m),
    trial: new Float64Array(m),
    scale: new Float64Array(m),
    step: new StepSpace(m),
  };
}
