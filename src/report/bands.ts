/** Where one new run would land, from curves and from how far a run scatters about its curve. */
import type { Range } from '../charts/data.ts';
import type { FitDocument } from '../documents/fit.ts';
import { intervalOf, sortedDraws } from '../mixture/critical.ts';
import { makePredictor, type Predictor, sameSize } from '../mixture/predictor.ts';
import { type Mixture, shareBelow } from '../watch/mixture.ts';

/** What is known of a new run beside its curve, by set. */
export interface Scatter {
  /** What the loss is multiplied by that goes with the draw: the effect of a piloted base, as far as it was not followed. */
  readonly ofDraw: readonly Float64Array[];
  /** Standard deviation of what no draw knows of, as a share of the loss. */
  readonly sd: readonly number[];
}

export function scatterOf({ fit, target }: Predictor): Scatter {
  const piloted = fit.pilots.bases.some(({ params }) => sameSize(params, target.params));
  const still: FitDocument = {
    ...fit,
    evals: fit.evals.map((each) => ({
      ...each,
      noise: { ...each.noise, run: 0, evaluation: 0, base: piloted ? each.noise.base : 0 },
    })),
  };
  return {
    ofDraw: makePredictor(still, target).newRun,
    sd: fit.evals.map(({ noise: { base, run, evaluation } }) =>
      Math.hypot(piloted ? 0 : base, run, evaluation),
    ),
  };
}

/**
 * Central intervals of curves, and of the runs that scatter about them: all that a run may scatter, not one number for each
 * curve. A thousand such numbers go with the curves or against them by chance, and where curves are far apart the runs would then
 * seem closer together than their own curves.
 * @param curves losses of the draws, in any unit
 */
export function bandsOf(
  curves: Float64Array,
  { ofDraw, sd }: Scatter,
  evalIndex: number,
  level: number,
): { readonly mean: Range | null; readonly newRun: Range | null } {
  const mean = intervalOf(sortedDraws(curves), level);
  if (mean === null) return { mean, newRun: null };
  const mixture: Mixture = {
    weight: new Float64Array(curves.length).fill(1 / curves.length),
    mean: curves.map((curve, k) => curve * ofDraw[evalIndex][k]),
    sd: curves.map((curve) => Math.abs(curve) * sd[evalIndex]),
  };
  const tail = (1 - level) / 2;
  const reach = 2 * sd[evalIndex] * Math.max(...mean.map(Math.abs));
  const low = quantileNear(mixture, tail, mean[0], reach);
  const high = quantileNear(mixture, 1 - tail, mean[1], reach);
  // Curves of two laws may lie in two heaps: scatter fills the gap between them, and can bring a quantile inwards.
  return { mean, newRun: [Math.min(low, mean[0]), Math.max(high, mean[1])] };
}

/** The p-quantile of a mixture, to a thousandth of `reach` (> 0; else the guess), by the Illinois method (Dowell and Jarratt 1971). */
function quantileNear(mixture: Mixture, p: number, guess: number, reach: number): number {
  if (reach === 0) return guess;
  const excess = (at: number): number => shareBelow(mixture, at) - p;
  let [low, high] = [guess - reach, guess + reach];
  let [below, above] = [excess(low), excess(high)];
  for (; below > 0; below = excess(low)) low -= high - low;
  for (; above < 0; above = excess(high)) high += high - low;
  let last = 0;
  while (high - low > 1e-3 * reach) {
    const at = above === below ? 0.5 * (low + high) : low - (below * (high - low)) / (above - below);
    const value = excess(at);
    if (Math.abs(value) < 1e-6) return at;
    if (value < 0) {
      [low, below] = [at, value];
      if (last < 0) above /= 2;
    } else {
      [high, above] = [at, value];
      if (last > 0) below /= 2;
    }
    last = value;
  }
  return 0.5 * (low + high);
}
