/** Draws start at the point estimate and stop early. Neither may show in an interval: on the pilots that ship. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type FittedLaw, fitLaw, makeRefitter } from '../../src/fit/fitLaw.ts';
import { fitSet, type SetFit } from '../../src/fit/fitSet.ts';
import { resamplingScheme } from '../../src/fit/resample.ts';
import { changeDomain, changeGeneral } from '../../src/laws/change.ts';
import { ascending, quantileOfSorted } from '../../src/stats/quantiles.ts';
import { fittedOr, grid, HUBER, predictionsOf, shippedPilots } from './data.ts';

const DRAWS = 200;
/** A thousand times finer than refits stop. */
const FINE = 1e-6;
/** Where plans ask: sizes and tokens of the pilots and beyond. */
const PLACES = grid([1.5e5, 3.3e5, 1.3e6], [0.05, 0.3, 0.6, 0.95], [2e6, 1e7, 4e7]);

describe.each(['general', 'domain'] as const)('draws of the best law of the %s set', (role) => {
  let set: SetFit;
  let near: Float64Array[];
  let fine: Float64Array[];
  let searched: Float64Array[];

  beforeAll(async () => {
    const runs = await shippedPilots();
    const index = runs.evals.findIndex((each) => each.role === role);
    set = fitSet(runs, index, { objective: HUBER, laws: [changeGeneral, changeDomain], seed: 1 });
    const [point] = set.fitted;
    const losses = replicates(set, point);
    const refitted = (tolerance?: number) => {
      const refit = makeRefitter(point, set.weight, tolerance);
      return losses.map((loss) => {
        const natural = new Float64Array(point.natural.length);
        // At the finest tolerance rounding may end a refit first, at a place as good.
        const converged = refit(loss, natural);
        if (tolerance === undefined) expect(converged).toBe(true);
        return predictionsOf({ ...point, natural }, role, PLACES);
      });
    };
    near = refitted();
    fine = refitted(FINE);
    const objective = { kind: 'huber', delta: point.objective.delta } as const;
    searched = losses.map((loss) => {
      const fit = fitLaw(point.law, { ...set.data, loss }, set.weight, objective);
      return predictionsOf(fittedOr(fit), role, PLACES);
    });
  });

  it('end where a search from nothing ends, to 0.05 standard errors', () => {
    PLACES.forEach((_, i) => {
      const standardError = deviation(searched.map((each) => each[i]));
      for (const [k, each] of near.entries()) {
        expect(Math.abs(each[i] - searched[k][i])).toBeLessThan(0.05 * standardError);
      }
    });
  });

  it('have 90% intervals as wide as with a thousandth of the tolerance, to 3%', () => {
    PLACES.forEach((_, i) => {
      const ratio = width(near.map((each) => each[i])) / width(fine.map((each) => each[i]));
      expect(Math.abs(ratio - 1)).toBeLessThan(0.03);
    });
  });
});

function replicates({ data, weight, noise }: SetFit, point: FittedLaw): Float64Array[] {
  const fitted = point.residual.map((residual, row) => residual + data.loss[row]);
  const resample = resamplingScheme('layered-parametric').bind({ data, fitted, weight, noise, seed: 1 });
  return Array.from({ length: DRAWS }, (_, k) => {
    const loss = new Float64Array(data.n);
    resample(k, loss, new Float64Array(data.n));
    return loss;
  });
}

function deviation(values: readonly number[]): number {
  const middle = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}

function width(values: readonly number[]): number {
  const sorted = ascending(values);
  return quantileOfSorted(sorted, 0.95) - quantileOfSorted(sorted, 0.05);
}
