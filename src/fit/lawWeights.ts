/** How much each law counts: by what it predicted without having seen it. */
import { type HoldoutError, meanError } from './holdout.ts';

/** A rival whose weight would be smaller than this is left out of the draws. */
const LEAST_WEIGHT = 0.05;
/** How sharply held-out errors decide: weights go with error to the power of minus this. */
const SHARPNESS = 4;

/**
 * Weights from held-out errors, (best / error)^4 over the directions that every contender could be tried in, small ones
 * dropped. Contenders that were never tried share evenly.
 * @param contends whether each law may have weight; at least one does
 */
export function lawWeights(
  holdouts: readonly (readonly HoldoutError[])[],
  contends: readonly boolean[] = holdouts.map(() => true),
): number[] {
  const contenders = holdouts.filter((_, at) => contends[at]);
  const directions = (['size', 'tokens', 'ratio'] as const).filter((direction) =>
    contenders.every((errors) => !Number.isNaN(meanError(errors, direction))),
  );
  const score = (errors: readonly HoldoutError[]): number =>
    directions.reduce((sum, direction) => sum + meanError(errors, direction), 0);
  const best = Math.max(Math.min(...contenders.map(score)), 1e-12);
  const raw = holdouts.map((errors, at) =>
    contends[at] ? (best / Math.max(score(errors), best)) ** SHARPNESS : 0,
  );
  const total = raw.reduce((a, b) => a + b, 0);
  const kept = raw.map((value) => (value / total < LEAST_WEIGHT ? 0 : value));
  const left = kept.reduce((a, b) => a + b, 0);
  return kept.map((value) => value / left);
}
