/** Fits to simulated pilots of known truth: D-CPT L3 on its own authors' grid, and the laws of change. */
import { describe, expect, it } from 'vitest';
import { fitLaw } from '../../src/fit/fitLaw.ts';
import { changeDomain, changeGeneral } from '../../src/laws/change.ts';
import { chinchilla } from '../../src/laws/chinchilla.ts';
import { dcptL3 } from '../../src/laws/dcptL3.ts';
import { dataScale } from '../../src/laws/kernel.ts';
import { stream } from '../../src/stats/streams.ts';
import { inputsOf } from '../laws/inputs.ts';
import { dataOf, even, fittedOr, grid, HUBER, logSpaced, lossesOf, predictionsOf, SQUARED } from './data.ts';

const RATIOS = [0, 0.1, 0.2, 0.33, 0.5, 0.67, 0.8, 0.9, 1];
const PILOTS = grid([0.5e9, 1.8e9, 4e9], RATIOS, logSpaced(0.1e9, 26e9, 20));
/** 3.5 times the largest pilot, 8 times its tokens. */
const TARGETS = grid([14e9], RATIOS, [208e9]);

const TRUTHS = [
  { E: 1.2, A: 60, B: 35, C: 0.25, alpha: 0.28, beta: 0.24, eta: 0.3, epsilon: 0.06, gamma: 0.55 },
  { E: 1.6, A: 900, B: 400, C: 0.1, alpha: 0.4, beta: 0.34, eta: 0.6, epsilon: 0.15, gamma: 1.1 },
] as const;

/** 0.3% of normal noise, and 3 in a hundred rows off by 5 to 15% either way. */
function noisy(losses: Float64Array, seed: number): Float64Array {
  const numbers = stream(seed, 'noise');
  return losses.map((loss) => {
    const noise = 0.003 * numbers.normal();
    const isOutlier = numbers.uniform() < 0.03;
    const off = (0.05 + 0.1 * numbers.uniform()) * (numbers.uniform() < 0.5 ? -1 : 1);
    return loss * (1 + noise + (isOutlier ? off : 0));
  });
}

function worstError(predicted: Float64Array, truth: Float64Array): number {
  return Math.max(...predicted.map((value, i) => Math.abs(value / truth[i] - 1)));
}

describe.each(TRUTHS.map((truth, i) => [i + 1, truth] as const))('D-CPT L3, truth %s', (_i, truth) => {
  const losses = lossesOf(dcptL3, truth, 'domain', PILOTS);
  const targets = lossesOf(dcptL3, truth, 'domain', TARGETS);

  it('predicts a larger model and longer run to 0.6% at all ratios, from noise with outliers', () => {
    let good = 0;
    for (let seed = 0; seed < 100; seed++) {
      const data = dataOf('domain', PILOTS, noisy(losses, seed));
      const fit = fittedOr(fitLaw(dcptL3, data, even(data), HUBER));
      if (worstError(predictionsOf(fit, 'domain', TARGETS), targets) <= 0.006) good++;
    }
    expect(good).toBeGreaterThanOrEqual(95);
  });

  it('is nearer the truth with a robust loss than with squares', () => {
    const errors = [HUBER, SQUARED].map((objective) => {
      let sum = 0;
      for (let seed = 0; seed < 5; seed++) {
        const data = dataOf('domain', PILOTS, noisy(losses, seed));
        const fit = fittedOr(fitLaw(dcptL3, data, even(data), objective));
        sum += worstError(predictionsOf(fit, 'domain', TARGETS), targets);
      }
      return sum;
    });
    expect(errors[0]).toBeLessThan(0.6 * errors[1]);
  });
});

/** Parameters that the truth of a law of change has; pinned ones as the pilots' design sets them. */
const scale = dataScale(inputsOf(PILOTS));
const EXACT = [
  { law: dcptL3, role: 'domain', truth: TRUTHS[0] },
  { law: dcptL3, role: 'general', truth: TRUTHS[1] },
  { law: chinchilla, role: 'general', truth: { E: 1.7, A: 400, B: 500, alpha: 0.34, beta: 0.29 } },
  {
    law: changeGeneral,
    role: 'general',
    truth: { W: 0.03, F: 0.15, G: 0.02, k: 3e8, c: 1.3, a: 0.2 },
  },
  { law: changeDomain, role: 'domain', truth: { S: 0.4, nu: 0.04, k: 2e7, b: 0.7 } },
] as const;

describe('without noise', () => {
  it.each(EXACT.map((each) => [each.law.id, each.role, each] as const))(
    '%s on a %s set predicts to 1e-6 what it never saw',
    (_id, role, { law, truth }) => {
      const data = dataOf(role, PILOTS, lossesOf(law, truth, role, PILOTS, scale));
      for (const objective of [HUBER, SQUARED]) {
        const fit = fittedOr(fitLaw(law, data, even(data), objective));
        const truths = lossesOf(law, truth, role, TARGETS, scale);
        expect(worstError(predictionsOf(fit, role, TARGETS), truths)).toBeLessThan(1e-6);
      }
    },
  );
});
