/**
 * The 27 problems of the NIST Statistical Reference Datasets for nonlinear regression (public domain;
 * https://www.itl.nist.gov/div898/strd/nls/nls_main.shtml), figures in nist-strd.json. The formulas are parsed
 * and differentiated by mathjs, so that the Jacobians are exact and not ours.
 */
import { readFileSync } from 'node:fs';
import { all, create } from 'mathjs';
import type { ResidualProblem } from '../../src/lsq/problem.ts';

export interface NistProblem {
  readonly name: string;
  readonly difficulty: 'lower' | 'average' | 'higher';
  readonly formula: string;
  readonly response: 'y' | 'log(y)';
  readonly predictors: readonly string[];
  readonly parameters: readonly string[];
  readonly start1: readonly number[];
  readonly start2: readonly number[];
  readonly certified: readonly number[];
  readonly certifiedStdDev: readonly number[];
  readonly residualSumOfSquares: number;
  readonly residualStdDev: number;
  readonly degreesOfFreedom: number;
  readonly y: readonly number[];
  /** One number a row, or one row of numbers where there are several predictors. */
  readonly x: readonly (number | readonly number[])[];
}

const math = create(all);

export const nistProblems: readonly NistProblem[] = JSON.parse(
  readFileSync(new URL('./nist-strd.json', import.meta.url), 'utf8'),
).problems;

/** Model minus response, with the symbolic Jacobian. */
export function residualsOf(nist: NistProblem): ResidualProblem {
  const { parameters, predictors } = nist;
  const tree = math.parse(nist.formula);
  const value = tree.compile();
  const derivatives = parameters.map((name) => math.derivative(tree, name).compile());
  const columns = predictors.map((_, j) => nist.x.map((row) => (typeof row === 'number' ? row : row[j])));
  const y = nist.response === 'log(y)' ? nist.y.map(Math.log) : nist.y;
  const n = y.length;
  const scope: Record<string, number> = {};
  return {
    n,
    m: parameters.length,
    evaluate(x, residual, jacobian) {
      parameters.forEach((name, k) => {
        scope[name] = x[k];
      });
      for (let i = 0; i < n; i++) {
        predictors.forEach((name, j) => {
          scope[name] = columns[j][i];
        });
        residual[i] = real(value.evaluate(scope)) - y[i];
        if (jacobian === null) continue;
        derivatives.forEach((derivative, k) => {
          jacobian[k * n + i] = real(derivative.evaluate(scope));
        });
      }
    },
  };
}

/** Outside a formula's domain mathjs goes on in complex numbers; for a fit the model is not defined there. */
function real(value: unknown): number {
  return typeof value === 'number' ? value : Number.NaN;
}

/** Correct digits of one figure (log relative error), at most 11, the number that NIST certifies. */
export function correctDigits(found: number, certified: number): number {
  return Math.min(11, -Math.log10(Math.abs(found - certified) / Math.abs(certified)));
}

/** Correct digits of the worst figure. */
export function fewestDigits(found: ArrayLike<number>, certified: readonly number[]): number {
  return Math.min(...certified.map((value, k) => correctDigits(found[k], value)));
}
