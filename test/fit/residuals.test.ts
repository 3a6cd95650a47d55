import { describe, expect, it } from 'vitest';
import type { NoiseModel } from '../../src/fit/noise.ts';
import { BY_CHANCE, type ResidualGroup, residualGroups, spreadOfRepeats } from '../../src/fit/residuals.ts';
import { savedSet } from '../../src/fit/savedFit.ts';
import { stream } from '../../src/stats/streams.ts';
import { SEEDED, simulatedFit } from '../mixture/simulated.ts';
import { dataOf, even, grid } from './data.ts';

const SIZES = [1e8, 2e8, 4e8];
const RATIOS = [0, 0.25, 0.5, 0.75, 1];
const TOKENS = [1, 2, 3, 4, 5, 6, 7, 8].map((each) => each * 1e9);
const ROWS = grid(SIZES, RATIOS, TOKENS);
const NOISE: NoiseModel = { evaluation: 0.004, rho: 0.5, run: 0.003, base: 0.002, priorShare: 0 };

/** Groups of a law that predicts 2 everywhere, from losses of which each is off by a share. */
function groupsOf(off: (row: number, run: number) => number, noise = NOISE): ResidualGroup[] {
  const data = dataOf('general', ROWS, new Float64Array(ROWS.length).fill(2));
  const loss = data.loss.map((each, row) => each / (1 + off(row, data.run[row])));
  const predicted = new Float64Array(data.n).fill(2);
  return residualGroups({ data: { ...data, loss }, weight: even(data), members: [], predicted }, noise);
}

const labelled = (groups: readonly ResidualGroup[], by: ResidualGroup['key']['by']) =>
  groups.filter(({ key }) => key.by === by);

describe('groups of residuals', () => {
  it('are every size, ratio, stretch of tokens and run, each with its own observations', () => {
    const groups = groupsOf(() => 0.01);
    const shape = (by: ResidualGroup['key']['by']) =>
      labelled(groups, by).map(({ runs, observations }) => [runs, observations]);
    expect(shape('size')).toEqual(SIZES.map(() => [5, 40]));
    expect(shape('ratio')).toEqual(RATIOS.map(() => [3, 24]));
    expect(shape('tokens')).toEqual([1, 2, 3, 4].map(() => [15, 30]));
    expect(shape('run')).toEqual(Array.from({ length: 15 }, () => [1, 8]));
  });

  it('have the mean by which the law lies above what was measured', () => {
    const groups = groupsOf((row) => (ROWS[row].domainRatio === 1 ? -0.02 : 0.001));
    expect(labelled(groups, 'ratio').map(({ mean }) => Number(mean.toFixed(6)))).toEqual([
      0.001, 0.001, 0.001, 0.001, -0.02,
    ]);
    // What a whole run is off by says nothing about tokens.
    for (const { mean } of labelled(groups, 'tokens')) expect(mean).toBeCloseTo(0, 12);
  });

  it('by tokens show a bend that all runs share', () => {
    const groups = labelled(
      groupsOf((row) => (ROWS[row].tokens > 6.5e9 ? 0.008 : 0)),
      'tokens',
    );
    expect(groups.map(({ standsOut }) => standsOut)).toEqual([true, true, true, true]);
    expect(groups[3].mean).toBeCloseTo(0.006, 12);
    expect(groups[0].mean).toBeCloseTo(-0.002, 12);
  });

  it('have standard errors that noise in layers shows, and stand out as often as chance has it', () => {
    const trials = 3000;
    const squares: number[] = [];
    let out = 0;
    let last: ResidualGroup[] = [];
    for (let trial = 0; trial < trials; trial++) {
      const numbers = stream(3, 'residuals', trial);
      const ofBase = SIZES.map(() => NOISE.base * numbers.normal());
      let [run, ofRun, wobble] = [-1, 0, 0];
      last = groupsOf((row, of) => {
        if (of !== run) {
          [run, ofRun, wobble] = [of, NOISE.run * numbers.normal(), numbers.normal()];
        } else wobble = NOISE.rho * wobble + Math.sqrt(1 - NOISE.rho ** 2) * numbers.normal();
        return ofBase[SIZES.indexOf(ROWS[row].params)] + ofRun + NOISE.evaluation * wobble;
      });
      last.forEach(({ mean }, g) => {
        squares[g] = (squares[g] ?? 0) + mean * mean;
      });
      out += last.filter(({ standsOut }) => standsOut).length / last.length;
    }
    last.forEach(({ key, standardError }, g) => {
      if (key.by === 'tokens') return;
      expect(Math.sqrt(squares[g] / trials) / standardError).toBeGreaterThan(0.95);
      expect(Math.sqrt(squares[g] / trials) / standardError).toBeLessThan(1.05);
    });
    expect(out / trials).toBeGreaterThan(0.7 * BY_CHANCE);
    expect(out / trials).toBeLessThan(1.3 * BY_CHANCE);
  });

  it('name the one run that was moved, and its ratio and size less', () => {
    const groups = groupsOf((_, run) => (run === 7 ? 0.05 : 0));
    const farthest = groups.toSorted(
      (a, b) => Math.abs(b.mean / b.standardError) - Math.abs(a.mean / a.standardError),
    );
    expect(farthest[0].key).toEqual({ by: 'run', run: 7 });
    expect(farthest[0].mean).toBeCloseTo(0.05, 12);
    expect(farthest[0].standsOut).toBe(true);
  });
});

describe('runs that differ in the seed alone', () => {
  it('differ by run noise, with evaluation noise taken off', () => {
    const fit = simulatedFit({ noise: { evaluation: 0.004, rho: 0.3, run: 0.003, base: 0 }, seeds: 6 });
    const noise = { ...fit.evals[0].noise, evaluation: 0.004, rho: 0.3 };
    const found = spreadOfRepeats(fit, residualGroups(savedSet(fit, 0), noise), noise)!;
    expect(found.comparisons).toBe(SEEDED.cells * 5);
    expect(found.sd).toBeGreaterThan(0.0024);
    expect(found.sd).toBeLessThan(0.0036);
  });

  it('differ by nothing without run noise, and are not there without repeats', () => {
    const still = simulatedFit({ noise: { evaluation: 0.004, rho: 0.3, run: 0, base: 0 }, seeds: 6 });
    const { noise } = still.evals[0];
    expect(spreadOfRepeats(still, residualGroups(savedSet(still, 0), noise), noise)!.sd).toBeLessThan(0.0008);
    const single = simulatedFit({ noise: { evaluation: 0.004, rho: 0.3, run: 0, base: 0 }, seeds: 1 });
    expect(spreadOfRepeats(single, residualGroups(savedSet(single, 0), noise), noise)).toBeNull();
  });
});
