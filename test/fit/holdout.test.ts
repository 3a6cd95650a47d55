import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EvalData } from '../../src/fit/evalData.ts';
import { fitLaw } from '../../src/fit/fitLaw.ts';
import {
  errorLeavingOut,
  type HoldoutDirection,
  type HoldoutError,
  holdoutErrors,
  meanError,
} from '../../src/fit/holdout.ts';
import { lawWeights } from '../../src/fit/lawWeights.ts';
import { changeDomain, changeDomainFlat } from '../../src/laws/change.ts';
import { chinchilla } from '../../src/laws/chinchilla.ts';
import { dataScale } from '../../src/laws/kernel.ts';
import type { Law } from '../../src/laws/law.ts';
import { stream } from '../../src/stats/streams.ts';
import { inputsOf } from '../laws/inputs.ts';
import { dataOf, even, fittedOr, grid, HUBER, logSpaced, lossesOf } from './data.ts';

const RATIOS = [0.1, 0.25, 0.5, 0.75, 1];
const ROWS = grid(
  [0.5e9, 1.8e9, 4e9],
  RATIOS,
  logSpaced(1e9, 20e9, 8),
  (params) => 3 * (params / 1e9) ** -0.06,
);
const numbers = stream(2, 'holdout');
const LOSSES = lossesOf(
  changeDomain,
  { S: 0.4, nu: 0.04, k: 2e7, b: 0.7 },
  'domain',
  ROWS,
  dataScale(inputsOf(ROWS)),
).map((loss) => loss * (1 + 0.003 * numbers.normal()));
const data = dataOf('domain', ROWS, LOSSES);

const whole = (law: Law, of: EvalData) => fittedOr(fitLaw(law, of, even(of), HUBER));
const errorsOf = (law: Law, of: EvalData) => holdoutErrors(whole(law, of), of, even(of));
const fitted = whole(changeDomain, data);
const leavingOut = (losses: Float64Array, out: (row: number) => boolean) =>
  errorLeavingOut(fitted, { ...data, loss: losses }, even(data), out)!;

describe('what is held out', () => {
  it('is the largest size, the last half of the tokens and each ratio inside, once each', () => {
    const errors = errorsOf(changeDomain, data);
    expect(errors.map(({ direction, left }) => ({ direction, ...left }))).toEqual([
      { direction: 'size', params: 4e9 },
      { direction: 'tokens', tokensAbove: Math.max(...data.inputs.tokens) / 2 },
      { direction: 'ratio', ratio: 0.25 },
      { direction: 'ratio', ratio: 0.5 },
      { direction: 'ratio', ratio: 0.75 },
    ]);
    // The law is the true one: what is left is the noise, of mean size 0.3% · √(2/π), and a little extrapolation.
    for (const { error } of errors) {
      expect(error).toBeGreaterThan(0.001);
      expect(error).toBeLessThan(0.006);
    }
  });

  it('is null where the rest does not identify the law', () => {
    const two = dataOf('domain', ROWS.slice(0, 80), LOSSES.slice(0, 80));
    const [size] = errorsOf(chinchilla, two);
    expect(size).toEqual({ direction: 'size', left: { params: 1.8e9 }, error: null });
  });

  it('says nothing of sizes where there is one', () => {
    const one = dataOf('domain', ROWS.slice(0, 40), LOSSES.slice(0, 40));
    const directions = errorsOf(changeDomainFlat, one).map(({ direction }) => direction);
    expect(new Set(directions)).toEqual(new Set(['tokens', 'ratio']));
  });
});

describe('the error', () => {
  const out = (row: number) => ROWS[row].domainRatio === 0.5;
  const held = ROWS.flatMap((_, row) => (out(row) ? [row] : []));

  it('is of the rows left out only, and they do not touch the fit', () => {
    // Predictions do not move with what was left out: p is the same, whatever the held-out losses are. Losses far above
    // any prediction have errors of 1 − p/y, from which the predictions can be had back.
    const meanPrediction = (y: number) =>
      (1 -
        leavingOut(
          LOSSES.map((loss, row) => (out(row) ? y : loss)),
          out,
        )) *
      y;
    const mean = meanPrediction(1e4);
    expect(meanPrediction(1e5)).toBeCloseTo(mean, 8);
    const observed = held.reduce((sum, row) => sum + LOSSES[row], 0) / held.length;
    expect(Math.abs(mean / observed - 1)).toBeLessThan(leavingOut(LOSSES, out) + 1e-9);
  });

  it('moves with the rows that are kept', () => {
    const kept = LOSSES.map((loss, row) => (out(row) ? loss : 1.01 * loss));
    expect(leavingOut(kept, out)).not.toBeCloseTo(leavingOut(LOSSES, out), 5);
  });
});

describe('the mean error', () => {
  it('averages what is known, by direction or over all', () => {
    const errors: HoldoutError[] = [
      { direction: 'ratio', left: {}, error: 0.01 },
      { direction: 'ratio', left: {}, error: 0.03 },
      { direction: 'ratio', left: {}, error: null },
      { direction: 'size', left: {}, error: 0.05 },
    ];
    expect(meanError(errors, 'ratio')).toBeCloseTo(0.02, 15);
    expect(meanError(errors)).toBeCloseTo(0.03, 15);
    expect(meanError(errors, 'tokens')).toBeNaN();
  });
});

describe('weights of laws', () => {
  const law = (errors: Partial<Record<HoldoutDirection, number | null>>): HoldoutError[] =>
    Object.entries(errors).map(([direction, error]) => ({
      direction: direction as HoldoutDirection,
      left: {},
      error,
    }));
  const error = fc.double({ min: 1e-5, max: 0.2, noNaN: true });
  const rivals = fc.array(fc.record({ size: error, tokens: error, ratio: error }), {
    minLength: 1,
    maxLength: 5,
  });

  it('sum to 1, follow the errors and drop what hardly counts', () => {
    fc.assert(
      fc.property(rivals, (all) => {
        const weights = lawWeights(all.map(law));
        const total = all.map(({ size, tokens, ratio }) => size + tokens + ratio);
        expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
        weights.forEach((weight, i) => {
          expect(weight === 0 || weight >= 0.05).toBe(true);
          weights.forEach((other, j) => {
            if (total[i] < total[j]) expect(weight).toBeGreaterThanOrEqual(other);
          });
        });
        expect(weights[total.indexOf(Math.min(...total))]).toBeGreaterThan(0);
      }),
    );
  });

  it('do not mind the unit of the errors or the order of the laws', () => {
    fc.assert(
      fc.property(rivals, (all) => {
        const weights = lawWeights(all.map(law));
        const doubled = all.map(({ size, tokens, ratio }) => ({
          size: 2 * size,
          tokens: 2 * tokens,
          ratio: 2 * ratio,
        }));
        expect(lawWeights(doubled.map(law))).toEqual(weights);
        lawWeights(all.toReversed().map(law)).forEach((weight, i) => {
          expect(weight).toBeCloseTo(weights[all.length - 1 - i], 12);
        });
      }),
    );
  });

  it('go with the fourth power of the errors', () => {
    const [a, b] = lawWeights([law({ ratio: 0.01 }), law({ ratio: 0.012 })]);
    expect(a / b).toBeCloseTo(1.2 ** 4, 10);
    expect(lawWeights([law({ ratio: 0.01 }), law({ ratio: 0.1 })])).toEqual([1, 0]);
  });

  it('are none for a yardstick, and the others do not notice it', () => {
    fc.assert(
      fc.property(rivals, fc.record({ size: error, tokens: error, ratio: error }), (all, yardstick) => {
        const contends = [...all.map(() => true), false];
        const weights = lawWeights([...all, yardstick].map(law), contends);
        expect(weights).toEqual([...lawWeights(all.map(law)), 0]);
        // Nor does a direction count less because the yardstick could not be tried in it.
        expect(lawWeights([...all.map(law), law({ size: null })], contends)).toEqual(weights);
      }),
    );
  });

  it('are even where nothing could be held out, and among laws without an error', () => {
    expect(lawWeights([[], []])).toEqual([0.5, 0.5]);
    expect(lawWeights([law({ ratio: 0 }), law({ ratio: 0 })])).toEqual([0.5, 0.5]);
  });
});
