/** Non-negative least squares the slow and certain way: every set of free columns in turn. */
import { Matrix, SingularValueDecomposition } from 'ml-matrix';

/**
 * The least ‖y − Φ c‖² with c ≥ 0. The answer is the unconstrained one of some set of columns that turns out
 * non-negative, and can be chosen among sets of independent columns.
 * @param columns Φ, column by column
 */
export function leastResidual(columns: readonly Float64Array[], y: Float64Array): number {
  const square = (v: Iterable<number>) => [...v].reduce((sum, each) => sum + each * each, 0);
  let best = square(y);
  for (let set = 1; set < 2 ** columns.length; set++) {
    const free = columns.filter((_, j) => (set >> j) % 2 === 1);
    const phi = new Matrix(free.map((column) => Array.from(column))).transpose();
    const svd = new SingularValueDecomposition(phi, { autoTranspose: true });
    if (svd.rank < free.length) continue;
    const coefficients = svd.solve(Matrix.columnVector(Array.from(y))).to1DArray();
    if (coefficients.some((c) => c < 0)) continue;
    const fitted = phi.mmul(Matrix.columnVector(coefficients)).to1DArray();
    best = Math.min(best, square(fitted.map((value, i) => value - y[i])));
  }
  return best;
}
