/**
 * The certified problems of NIST, from both starts and with the solver's defaults: at least 6 correct digits in
 * every parameter, 4 in every standard deviation (Lanczos1, whose data are exact to rounding: 3).
 */
import { describe, expect, it } from 'vitest';
import { covarianceOf } from '../../src/lsq/covariance.ts';
import { type GlobalSolution, solveGlobally } from '../../src/lsq/global.ts';
import { stopMeanings } from '../../src/lsq/stop.ts';
import { correctDigits, fewestDigits, type NistProblem, nistProblems, residualsOf } from './nist.ts';

const starts = ['start1', 'start2'] as const;
const solutions = new Map<string, GlobalSolution>();

/** Each problem is solved once from each start, whichever tests run. */
function solutionOf(nist: NistProblem, from: 'start1' | 'start2'): GlobalSolution {
  const key = `${nist.name} ${from}`;
  const solution = solutions.get(key) ?? solveGlobally(residualsOf(nist), nist[from]);
  solutions.set(key, solution);
  return solution;
}

describe.each(nistProblems.map((nist) => ({ name: nist.name, nist })))('$name', ({ nist }) => {
  const problem = residualsOf(nist);

  it('is the certified model: residual sum of squares at the certified parameters', () => {
    const residual = new Float64Array(problem.n);
    problem.evaluate(Float64Array.from(nist.certified), residual, null);
    if (nist.name === 'Lanczos1') {
      // Its certified sum of 1.4e-25 lies below what eleven digits of the parameters can reproduce.
      for (const r of residual) expect(Math.abs(r)).toBeLessThan(1e-9);
      return;
    }
    const sum = residual.reduce((total, r) => total + r * r, 0);
    expect(correctDigits(sum, nist.residualSumOfSquares)).toBeGreaterThan(nist.name === 'Lanczos2' ? 6 : 8);
  });

  it.each(starts)('from %s', (from) => {
    const found = solutionOf(nist, from);
    expect(stopMeanings[found.stop.kind].success).toBe(true);
    expect(fewestDigits(found.x, nist.certified)).toBeGreaterThanOrEqual(6);

    const covariance = covarianceOf(problem, found.x, found.active);
    if (covariance.kind !== 'estimated') throw new Error(`no error bar: ${covariance.kind}`);
    const least = nist.name === 'Lanczos1' ? 3 : 4;
    expect(fewestDigits(covariance.standardErrors, nist.certifiedStdDev)).toBeGreaterThanOrEqual(least);
    expect(correctDigits(covariance.residualDeviation, nist.residualStdDev)).toBeGreaterThanOrEqual(least);
    // NIST's own page gives 9 for Rat43; its residual standard deviation says 11.
    expect(covariance.degreesOfFreedom).toBe(nist.name === 'Rat43' ? 11 : nist.degreesOfFreedom);
  });
});

it('needs more than the local solve only where a parameter changed its sign on the way', () => {
  const searched = nistProblems.flatMap((nist) =>
    starts.flatMap((from) => {
      const { search } = solutionOf(nist, from);
      return search.kind === 'notNeeded' ? [] : [`${nist.name} ${from}: ${JSON.stringify(search)}`];
    }),
  );
  expect(searched).toEqual([
    'ENSO start1: {"kind":"kept","doubt":"signsChanged","solves":2}',
    'ENSO start2: {"kind":"kept","doubt":"signsChanged","solves":2}',
    'Eckerle4 start1: {"kind":"replaced","doubt":"signsChanged","solves":2}',
  ]);
});
