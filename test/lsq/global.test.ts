import { expect, it } from 'vitest';
import { solveGlobally } from '../../src/lsq/global.ts';
import { solve } from '../../src/lsq/solve.ts';
import { stopMeanings } from '../../src/lsq/stop.ts';
import { decay, decayData, linear } from './models.ts';
import { fewestDigits, nistProblems, residualsOf } from './nist.ts';

const nist = (name: string) => nistProblems.find((problem) => problem.name === name)!;

it('does nothing where the solve from the start gives no reason for doubt', () => {
  const { t, y } = decayData(30, [1.5, 2, 0.8], 0.05, 3);
  const local = solve(decay(t, y), [1, 1, 1]);
  expect(solveGlobally(decay(t, y), [1, 1, 1])).toEqual({ ...local, search: { kind: 'notNeeded' } });
});

it('finds its way back when a parameter runs away to where the model ignores it', () => {
  // From b₂ = 60 the exponential is gone at every x, and a constant is all that is left to fit.
  const problem = residualsOf(nist('BoxBOD'));
  const local = solve(problem, [100, 60]);
  expect(fewestDigits(local.x, nist('BoxBOD').certified)).toBeLessThan(1);
  const found = solveGlobally(problem, [100, 60]);
  expect(found.search).toMatchObject({ kind: 'replaced', doubt: 'notIdentifiable' });
  expect(fewestDigits(found.x, nist('BoxBOD').certified)).toBeGreaterThanOrEqual(6);
});

it('goes on when the solve from the start is cut short', () => {
  const problem = residualsOf(nist('Rat42'));
  const options = { maxEvaluations: 8 };
  expect(solve(problem, nist('Rat42').start1, options).stop.kind).toBe('evaluationLimit');
  const found = solveGlobally(problem, nist('Rat42').start1, options);
  expect(found.search).toMatchObject({ kind: 'replaced', doubt: 'notConverged' });
  expect(stopMeanings[found.stop.kind].success).toBe(true);
  expect(fewestDigits(found.x, nist('Rat42').certified)).toBeGreaterThanOrEqual(6);
});

it('prefers the signs of the start among mirrored optima', () => {
  const problem = residualsOf(nist('Eckerle4'));
  const mirrored = solve(problem, nist('Eckerle4').start1);
  expect(mirrored.x[0]).toBeLessThan(0);
  const found = solveGlobally(problem, nist('Eckerle4').start1);
  expect(found.search).toEqual({ kind: 'replaced', doubt: 'signsChanged', solves: 2 });
  expect(found.objective).toBeCloseTo(mirrored.objective, 15);
  expect(found.x[0]).toBeCloseTo(-mirrored.x[0], 8);
});

it('keeps a changed sign that the data ask for', () => {
  const { t, y } = decayData(30, [1.5, -2, 0.8], 0.05, 3);
  const found = solveGlobally(decay(t, y), [1, 1, 1]);
  expect(found.search).toEqual({ kind: 'kept', doubt: 'signsChanged', solves: 2 });
  expect(found.x[1]).toBeLessThan(-1.5);
});

it('does not report a bound that only kept a sign', () => {
  // A slope of −1e-7 among errors of 1: as good at 0, but nobody asked for a bound there.
  const alternating = Float64Array.of(1, -1, 1, -1);
  const errors = [1, 1, -1, -1];
  const problem = linear(
    alternating,
    alternating.map((sign, i) => errors[i] - 1e-7 * sign),
    1,
  );
  const found = solveGlobally(problem, [0.5]);
  expect(found.search.kind).toBe('kept');
  expect(found.x[0]).toBeCloseTo(-1e-7, 12);
  expect([...found.active]).toEqual([0]);
});

it('stays in its bounds, and repeats itself with the same seed', () => {
  const inner = residualsOf(nist('BoxBOD'));
  const bounds = { lower: [0, 0.01], upper: [1e4, 80] };
  const watched = {
    ...inner,
    evaluate(x: Float64Array, residual: Float64Array, jacobian: Float64Array | null) {
      x.forEach((value, k) => {
        if (value < bounds.lower[k] || value > bounds.upper[k]) throw new Error('outside');
      });
      inner.evaluate(x, residual, jacobian);
    },
  };
  const found = solveGlobally(watched, [100, 60], { bounds, seed: 5 });
  expect(found.search.kind).toBe('replaced');
  expect(fewestDigits(found.x, nist('BoxBOD').certified)).toBeGreaterThanOrEqual(6);
  expect(solveGlobally(watched, [100, 60], { bounds, seed: 5 })).toEqual(found);
});
