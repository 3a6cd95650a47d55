import { describe, expect, it } from 'vitest';
import type { FitDocument } from '../../src/documents/fit.ts';
import { residualGroups } from '../../src/fit/residuals.ts';
import { savedSet } from '../../src/fit/savedFit.ts';
import { baseLosses } from '../../src/mixture/baseLoss.ts';
import { type Constraint, criticalRatio } from '../../src/mixture/critical.ts';
import { influenceOfRuns, numberOf } from '../../src/mixture/influence.ts';
import { makePredictor } from '../../src/mixture/predictor.ts';
import { selectObservations } from '../../src/runs/select.ts';
import { SQUARED } from '../fit/data.ts';
import { fitOf, SEEDED, simulatedFit, simulatedRuns, withRunMoved } from './simulated.ts';

const NOISE = { evaluation: 0.002, rho: 0.3, run: 0.002, base: 0 };
const CONSTRAINTS: Constraint[] = [{ evalIndex: 0, tolerance: { kind: 'relative', share: 0.03 } }];

const targetOf = (fit: FitDocument) => ({
  params: SEEDED.params,
  base: baseLosses(fit, SEEDED.params, {}, false),
});
const influenceOn = (fit: FitDocument) => influenceOfRuns(fit, targetOf(fit), SEEDED.tokens, CONSTRAINTS);
const criticalOf = (fit: FitDocument): number => {
  const predictor = makePredictor(fit, targetOf(fit));
  return numberOf(criticalRatio(predictor, predictor.atTokens(SEEDED.tokens), CONSTRAINTS).point);
};

describe('a saved fit', () => {
  it('predicts its observations as the fit did', () => {
    const fit = simulatedFit({ noise: NOISE });
    const { data, predicted, members } = savedSet(fit, 0);
    expect(members).toHaveLength(1);
    const off = predicted.map((loss, row) => Math.abs(loss / data.loss[row] - 1));
    expect(off.reduce((a, b) => a + b, 0) / off.length).toBeLessThan(2 * Math.hypot(0.002, 0.002));
  });
});

describe('the influence of runs', () => {
  it('is what a fit to the table without the run says, noise and weights apart', () => {
    const runs = simulatedRuns({ noise: NOISE, edit: withRunMoved(13, 1.02) });
    const fit = fitOf(runs);
    const { runs: found } = influenceOn(fit);
    expect(found).toHaveLength(15);
    const { change } = found.find(({ run }) => run === 13)!;
    const without = fitOf(selectObservations(runs, (row) => runs.run[row] !== 13));
    const really = criticalOf(without) - criticalOf(fit);
    expect(Math.abs(really)).toBeGreaterThan(0.004);
    expect(Math.abs(change! - really)).toBeLessThan(0.25 * Math.abs(really));
  });

  it.each([2, 7, 12])(
    'of run %i moved by five per cent is the largest under squares, and bounded under Huber',
    (moved) => {
      const runs = simulatedRuns({ noise: NOISE, edit: withRunMoved(moved, 1.05) });
      const squared = influenceOn(fitOf(runs, 0, SQUARED));
      expect(squared.runs[0].run).toBe(moved);
      expect(squared.jackknife).toBeGreaterThan(0);

      const fit = fitOf(runs);
      const robust = influenceOn(fit).runs.find(({ run }) => run === moved)!;
      expect(Math.abs(robust.change!)).toBeLessThan(0.5 * Math.abs(squared.runs[0].change!));
      // Its residual shows what the robust fit has kept out of the answer: losses were raised, so the law lies too low.
      const groups = residualGroups(savedSet(fit, 0), fit.evals[0].noise).filter(
        ({ key }) => key.by === 'run',
      );
      const out = groups.filter(({ standsOut }) => standsOut);
      expect(out.map(({ key }) => key)).toEqual([{ by: 'run', run: moved }]);
      expect(out[0].mean).toBeLessThan(-0.03);
    },
  );

  it('is told for every run, largest first, and is small where no run is special', () => {
    const fit = simulatedFit({ noise: NOISE });
    const { runs } = influenceOn(fit);
    const changes = runs.map(({ change }) => Math.abs(change!));
    expect(changes).toEqual(changes.toSorted((a, b) => b - a));
    expect(changes[0]).toBeLessThan(0.1);
    expect(new Set(runs.map(({ run }) => run)).size).toBe(15);
  });

  it('is not known for a run without which the laws cannot be fitted', () => {
    const runs = simulatedRuns({ noise: NOISE });
    // The law of general loss needs four ratios, and one run alone has the fourth.
    const kept = (row: number): boolean => runs.domainRatio[row] < 0.5 || runs.run[row] === 13;
    const fit = fitOf(selectObservations(runs, kept));
    const { runs: found, jackknife } = influenceOn(fit);
    const only = fit.pilots.runs.findIndex(({ domainRatio }) => domainRatio > 0.5);
    expect(found[0]).toEqual({ run: only, without: null, change: null });
    expect(found.slice(1).every(({ change }) => change !== null)).toBe(true);
    expect(jackknife).toBeNull();
  });
});
