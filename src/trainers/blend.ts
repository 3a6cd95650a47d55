/**
 * How Megatron and its relatives deal a blend of corpora: sample after sample goes to the corpus that lags furthest behind
 * its weight (`build_blending_indices` in megatron/core/datasets/helpers.cpp; gpt-neox and nanotron have the same).
 */

/** Past this many samples one of them is less than 2.5e-7 of a run: weights stand for counts. */
const MOST_DEALT = 4_000_000;

/** Samples of each corpus among the first `samples`; `weights` have the sum 1. */
export function dealt(weights: readonly number[], samples: number): readonly number[] {
  const counts = weights.map(() => 0);
  for (let sample = 0; sample < samples; sample += 1) {
    const before = Math.max(sample, 1);
    let furthest = 0;
    let lag = weights[0] * before - counts[0];
    for (let k = 1; k < weights.length; k += 1) {
      const each = weights[k] * before - counts[k];
      if (each > lag) {
        furthest = k;
        lag = each;
      }
    }
    counts[furthest] += 1;
  }
  return counts;
}

/** Shares of the samples of a whole run, and the smallest difference of shares that it can tell. */
export function blendedShares(
  weights: readonly number[],
  samples: number,
): { readonly shares: readonly number[]; readonly quantum: number } {
  // Two corpora are dealt to within one sample; each further one may lag by about one more.
  const quantum = Math.max(weights.length - 1, 1) / samples;
  if (samples > MOST_DEALT) return { shares: weights, quantum };
  return { shares: dealt(weights, samples).map((count) => count / samples), quantum };
}
