import { describe, expect, it } from 'vitest';
import { leftByFit } from '../../src/fit/absorbed.ts';

/** Two bases with two runs each, three rows a run. */
const run = Int32Array.from([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]);
const base = Int32Array.from([0, 0, 1, 1]);

const numbers = (values: Float64Array) => Array.from(values, (each) => Number(each.toFixed(12)));

describe('what a fit leaves of a shift', () => {
  it('is all of it where nothing was fitted', () => {
    const left = leftByFit(run, base, []);
    // A run shifted by 1 lies half from the mean of its base, and its neighbour half on the other side.
    expect(numbers(left.runsByRun)).toEqual([0.5, 0.5, 0.5, 0.5]);
    expect(numbers(left.basesByRun)).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(numbers(left.runsByBase)).toEqual([0, 0]);
    expect(numbers(left.basesByBase)).toEqual([1, 1]);
  });

  it('is nothing of a run that has a parameter to itself', () => {
    const own = Float64Array.from(run, (each) => (each === 0 ? 3 : 0));
    const left = leftByFit(run, base, [own]);
    expect(numbers(left.runsByRun)).toEqual([0, 0.5, 0.5, 0.5]);
    expect(numbers(left.basesByBase)).toEqual([0.25, 1]);
  });

  it('does not mind what is fitted within runs, nor columns that say the same', () => {
    const within = Float64Array.from(run, (_, row) => (row % 3) - 1);
    expect(leftByFit(run, base, [within])).toEqual(leftByFit(run, base, []));
    const level = new Float64Array(12).fill(1);
    const once = leftByFit(run, base, [level]);
    const twice = leftByFit(run, base, [level, level.map((each) => 7 * each), within]);
    for (const key of ['runsByRun', 'basesByRun', 'runsByBase', 'basesByBase'] as const)
      expect(numbers(twice[key])).toEqual(numbers(once[key]));
    // A common level takes one of two degrees of freedom of the bases, and none of the runs'.
    expect(once.basesByBase.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(once.runsByRun.reduce((a, b) => a + b)).toBeCloseTo(2, 12);
  });

  it('is what fitting shifted data leaves, for any columns', () => {
    const columns = [1, 2, 3].map((k) => Float64Array.from(run, (_, row) => Math.sin(k * row) + k));
    const left = leftByFit(run, base, columns);
    for (let j = 0; j < 4; j++) {
      const shifted = Float64Array.from(run, (each) => (each === j ? 1 : 0));
      const residual = leastSquaresResidual(shifted, columns);
      const means = [0, 1, 2, 3].map(
        (r) => residual.filter((_, row) => run[row] === r).reduce((a, b) => a + b) / 3,
      );
      const ofBase = [(means[0] + means[1]) / 2, (means[2] + means[3]) / 2];
      const squares = means.reduce((sum, each, r) => sum + (each - ofBase[base[r]]) ** 2, 0);
      expect(left.runsByRun[j]).toBeCloseTo(squares, 12);
      expect(left.basesByRun[j]).toBeCloseTo(ofBase[0] ** 2 + ofBase[1] ** 2, 12);
    }
  });
});

/** By the normal equations, in another way than the code under test. */
function leastSquaresResidual(y: Float64Array, columns: readonly Float64Array[]): Float64Array {
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, each, i) => sum + each * b[i], 0);
  const system = columns.map((a) => [...columns.map((b) => dot(a, b)), dot(a, y)]);
  const m = columns.length;
  for (let k = 0; k < m; k++)
    for (let r = 0; r < m; r++) {
      if (r === k) continue;
      const factor = system[r][k] / system[k][k];
      for (let c = k; c <= m; c++) system[r][c] -= factor * system[k][c];
    }
  return y.map(
    (each, i) =>
      each - columns.reduce((sum, column, k) => sum + (system[k][m] / system[k][k]) * column[i], 0),
  );
}
