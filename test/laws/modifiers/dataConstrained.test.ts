/** The data-constrained law against the figures that its authors release, and against a search of its own. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Allocation,
  type DataConstrainedLaw,
  dataConstrainedLoss,
  dataConstrainedOptimum,
  MUENNIGHOFF,
} from '../../../src/laws/modifiers/dataConstrained.ts';
import { REPEATED_TOKENS } from '../../../src/laws/modifiers/repetition.ts';
import { quantile } from '../../../src/stats/quantiles.ts';
import { stream } from '../../../src/stats/streams.ts';

describe('the data-constrained law', () => {
  it('gives the losses printed in datablations', () => {
    // Example of the repository's README: two ways to spend the same compute on 25B unique tokens.
    expect(Math.abs(dataConstrainedLoss(MUENNIGHOFF, 6.34e9, 242e9, 25e9) - 2.2256440889984477)).toBeLessThan(
      1e-12,
    );
    expect(Math.abs(dataConstrainedLoss(MUENNIGHOFF, 8.67e9, 178e9, 25e9) - 2.2269634075087867)).toBeLessThan(
      1e-12,
    );
  });

  it('splits 1e22 FLOP on 25B unique tokens as their grid search does, and no worse', () => {
    // The README searches 500 steps to either side of the split that would be best without repeats.
    const start = dataConstrainedOptimum(MUENNIGHOFF, 1e22, 1e15);
    const loss = ({ params, tokens }: Allocation) => dataConstrainedLoss(MUENNIGHOFF, params, tokens, 25e9);
    const grid = Array.from({ length: 500 }, (_, k) => 1.0001 + (k * (3 - 1.0001)) / 499).flatMap((step) => [
      { params: start.params / step, tokens: start.tokens * step },
      { params: start.params * step, tokens: start.tokens / step },
    ]);
    const theirs = grid.reduce((a, b) => (loss(b) < loss(a) ? b : a));
    expect(Number((theirs.tokens / 1e9).toFixed(3))).toBe(237.337);
    expect(Number((theirs.tokens / 25e9).toFixed(4))).toBe(9.4935);
    expect(Number((theirs.params / 1e9).toFixed(4))).toBe(7.0224);
    // Ours is not held to a grid: it lies within half a step of theirs (0.2% of the tokens at 1.3 times the start).
    const ours = dataConstrainedOptimum(MUENNIGHOFF, 1e22, 25e9);
    expect(Math.abs(ours.tokens / theirs.tokens - 1)).toBeLessThan(0.5 * ((3 - 1.0001) / 499 / 1.3));
    expect(loss(ours)).toBeLessThan(loss(theirs));
  });

  it('splits as Chinchilla where the data is never short', () => {
    const { A, B, alpha, beta } = MUENNIGHOFF;
    const G = ((alpha * A) / (beta * B)) ** (1 / (alpha + beta));
    const { params, tokens } = dataConstrainedOptimum(MUENNIGHOFF, 1e21, 1e15);
    expect(params / (G * (1e21 / 6) ** (beta / (alpha + beta)))).toBeCloseTo(1, 9);
    expect(6 * params * tokens).toBeCloseTo(1e21, -10);
  });

  it('finds no better split anywhere', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 18, max: 25, noNaN: true }),
        fc.double({ min: 7, max: 13, noNaN: true }),
        fc.double({ min: 0.1, max: 0.8, noNaN: true }),
        fc.double({ min: 0.1, max: 0.8, noNaN: true }),
        (lgFlop, lgUnique, alpha, beta) => {
          const law = { ...MUENNIGHOFF, alpha, beta };
          const [flop, unique] = [10 ** lgFlop, 10 ** lgUnique];
          const loss = (params: number) => dataConstrainedLoss(law, params, flop / (6 * params), unique);
          const best = loss(dataConstrainedOptimum(law, flop, unique).params);
          const others = Array.from({ length: 399 }, (_, k) => loss((flop / 6) ** ((k + 1) / 400)));
          expect(best).toBeLessThanOrEqual(Math.min(...others) * (1 + 1e-12));
        },
      ),
      { numRuns: 200 },
    );
  });
});

const runs = join(
  process.env.MIXPLAN_REFERENCE ?? '../shared',
  'data/datablations/datablations_outliers_removed.csv',
);

function weightedSum(values: Float64Array, weights: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += weights[i] * values[i];
  return sum;
}

/** The constants of the law are a fit to these runs, with everything else in it held. */
describe.skipIf(!existsSync(runs))(`the published runs (skipped where ${runs} is absent)`, () => {
  const repeatedTokens = Array.from({ length: 70 }, (_, k) => REPEATED_TOKENS.value * 1.1 ** (k - 30));
  const excessParameters = Array.from({ length: 35 }, (_, k) => 0.5 * 1.2 ** k);
  const rows = existsSync(runs)
    ? (parse(readFileSync(runs, 'utf8'), { columns: true }) as Record<string, string>[])
    : [];

  /** Huber loss at 1e-3 of the log loss, as in the paper: one for each run, at every pair of constants. */
  const misfits = (law: DataConstrainedLaw): Float64Array =>
    Float64Array.from(rows, ({ N, D, D_unique, loss }) => {
      const predicted = dataConstrainedLoss(law, Number(N), Number(D), Number(D_unique));
      const miss = Math.abs(Math.log(predicted / Number(loss)));
      return miss < 1e-3 ? miss ** 2 / 2 : 1e-3 * (miss - 0.5e-3);
    });
  const table = repeatedTokens.map((tokens) =>
    excessParameters.map((params) =>
      misfits({ ...MUENNIGHOFF, repeatedTokens: tokens, excessParameters: params }),
    ),
  );
  /** Misfit of all runs, run i counting weights[i] times, against the constant of repeated tokens, at the best other constant. */
  const profile = (weights: readonly number[]): number[] =>
    table.map((row) => Math.min(...row.map((misfit) => weightedSum(misfit, weights))));
  const lowest = (misfit: readonly number[]): number => repeatedTokens[misfit.indexOf(Math.min(...misfit))];
  const once = rows.map(() => 1);

  it('have the published constant of repeated tokens where that of excess parameters is held', () => {
    expect(rows.length).toBe(182);
    const found = lowest(
      repeatedTokens.map((tokens) =>
        misfits({ ...MUENNIGHOFF, repeatedTokens: tokens }).reduce((sum, value) => sum + value, 0),
      ),
    );
    // Within a step of the grid.
    expect(Math.abs(Math.log(found / REPEATED_TOKENS.value))).toBeLessThan(Math.log(1.11));
  });

  it('hardly tell it from greater ones where both are free', () => {
    const misfit = profile(once);
    const between = misfit.filter((_, k) => repeatedTokens[k] > 12 && repeatedTokens[k] < 200);
    expect(Math.max(...between) / Math.min(...misfit)).toBeLessThan(1.005);
  });

  it('bound it from below as the prior does, and not from above', () => {
    const { below } = stream(1, 'resamples of the published runs');
    const constants = Array.from({ length: 300 }, () => {
      const weights = rows.map(() => 0);
      for (let i = 0; i < rows.length; i++) weights[below(rows.length)]++;
      return lowest(profile(weights));
    });
    const { value, logSpread } = REPEATED_TOKENS;
    const lowerEnd = value * Math.exp(-1.645 * logSpread);
    expect(quantile(constants, 0.05)).toBeGreaterThan(0.8 * lowerEnd);
    expect(quantile(constants, 0.05)).toBeLessThan(1.25 * lowerEnd);
    expect(quantile(constants, 0.5)).toBeGreaterThan(value);
    expect(quantile(constants, 0.95)).toBe(repeatedTokens.at(-1));
  });
});
