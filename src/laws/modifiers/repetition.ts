/**
 * What repeated data is worth. A corpus of U unique tokens of which S are seen (S / U epochs) trains like
 *
 *   S                                          up to the first epoch
 *   U + U·R*·(1 − exp(−(S/U − 1) / R*))        beyond it
 *
 * tokens that were all new: a token of the next repeat is worth exp(−(S/U − 1) / R*) new ones, and no number of repeats
 * is worth more than U·(1 + R*) tokens. (Muennighoff et al. 2023, NeurIPS, arXiv 2305.16264, equation 5.)
 */

/** What is believed of a constant before anybody has measured it on the corpus at hand. */
export interface ConstantPrior {
  /** Median. */
  readonly value: number;
  /** Standard deviation of its natural logarithm: 0.6 is a factor of 1.8 either way. */
  readonly logSpread: number;
  /** Where both come from, in words. */
  readonly source: string;
}

/** The constant that lies `standardNormal` (a draw from the standard normal distribution) spreads above the median. */
export function drawConstant({ value, logSpread }: ConstantPrior, standardNormal: number): number {
  return value * Math.exp(logSpread * standardNormal);
}

/**
 * Decay constant of repeated tokens, R_D*. The 182 runs it was fitted to (huggingface/datablations) bound it from below
 * alone: where R_N* is fitted beside it, 5% of 1,000 refits to resamples of the runs lie below 6 and half above 40, for
 * the misfit is nearly flat from 12 to 200. The spread takes the lower end over, 15.4 × exp(−1.645 × 0.6) = 5.7; the upper
 * one, 41, contains what is said of mixtures, in which a corpus could be used 15 to 20 times (Sedova et al. 2026).
 */
export const REPEATED_TOKENS: ConstantPrior = {
  value: 15.387756,
  logSpread: 0.6,
  source:
    'R_D* of Muennighoff et al. 2023, arXiv 2305.16264, training from scratch on one source; spread from refits to ' +
    'resamples of its 182 published runs, of which 5% lie below 6',
};

/** Up to so many epochs repeats were almost as good as new tokens (Muennighoff et al. 2023, abstract). */
export const CAUTION_EPOCHS = 4;

/**
 * The most epochs that a source found useful where a small corpus is mixed with plenty of other text: 15 to 20 passes, and
 * overfitting in the end (Sedova et al. 2026, arXiv 2605.12715, abstract). By their form laws of repetition know no harm.
 */
export const MEASURED_EPOCHS = 20;

/** An epoch that adds less than this share of what the first one did is taken to add nothing: 20 of them are one. */
export const WORTHLESS = 0.05;

/**
 * New tokens that `seen` tokens (≥ 0) of a corpus of `unique` tokens (> 0) are worth: `seen` itself up to one epoch, less
 * from there on. `constant` (≥ 0) counts repeats: 0 makes repeats worthless, Infinity as good as new. Rises with all
 * three, concave in `seen`, never above `seen` nor above unique × (1 + constant). Anything outside these domains gives NaN.
 */
export function effectiveTokens(seen: number, unique: number, constant: number): number {
  if (!(seen >= 0 && unique > 0 && constant >= 0)) return Number.NaN;
  if (seen <= unique || constant === Number.POSITIVE_INFINITY) return seen;
  // 1 − exp(−x), exact for small x.
  return unique * (1 - constant * Math.expm1(-(seen / unique - 1) / constant));
}

/** What the next token is worth, in new tokens, after `seen` tokens: the slope of `effectiveTokens` in `seen`. Domain as there. */
export function valueOfNextToken(seen: number, unique: number, constant: number): number {
  if (!(seen >= 0 && unique > 0 && constant >= 0)) return Number.NaN;
  return seen <= unique ? 1 : Math.exp(-(seen / unique - 1) / constant);
}
