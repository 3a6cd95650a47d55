/**
 * How hard each ratio strains the tolerances at each token count: the rise of a general loss as a multiple of the accepted
 * rise, of the set where that is largest. Where it is 1 the tolerance is used up; so a page can move the tolerance without
 * the draws.
 */
import type { PlanDocument } from '../documents/plan.ts';
import { type Constraint, limitOf, searchedRatios, sortedDraws } from '../mixture/critical.ts';
import type { Predictor } from '../mixture/predictor.ts';
import { quantileOfSorted } from '../stats/quantiles.ts';

export interface Strains {
  readonly tokens: readonly number[];
  readonly ratios: readonly number[];
  /** Probabilities of the quantiles, ascending. */
  readonly levels: readonly number[];
  /** Quantiles of new runs by token count, level and ratio; empty without draws. */
  readonly newRun: readonly (readonly (readonly number[])[])[];
  /** By token count and ratio: of the fit itself. */
  readonly point: readonly (readonly number[])[];
  /** By token count, low and high end of the interval of curves, and ratio; empty without draws. */
  readonly mean: readonly (readonly (readonly number[])[])[];
}

const RATIOS = 41;

/** A probability without the rounding of how it was reached. */
export const levelOf = (probability: number): number => Number(probability.toPrecision(9));

/** Both ends of the interval of a level, in (0, 1). */
export const tailsOf = (level: number): readonly [number, number] => [
  levelOf((1 - level) / 2),
  levelOf((1 + level) / 2),
];

export function strainsOf(
  predictor: Predictor,
  constraints: readonly Constraint[],
  tokens: readonly number[],
  { level, constraints: { confidence } }: Pick<PlanDocument, 'level' | 'constraints'>,
): Strains {
  const { target, base, newRun, count } = predictor;
  const ratios = searchedRatios(predictor, RATIOS);
  const tails = tailsOf(level);
  const twentieths = Array.from({ length: 19 }, (_, i) => levelOf((i + 1) / 20));
  const levels = [...new Set([...tails, levelOf(confidence), ...twentieths])].sort((a, b) => a - b);
  const sets = constraints.map(({ evalIndex: e, tolerance }) => {
    const start = target.base[e].loss;
    const rise = limitOf(start, tolerance) - start;
    const accepted = base[e].map((from) => (tolerance.kind === 'relative' ? from * tolerance.share : rise));
    return { e, start, rise, accepted };
  });
  const strain = new Float64Array(count);
  const byTokens = tokens.map((each) => {
    const at = predictor.atTokens(each);
    const losses = sets.map(({ e }) => at.losses(e, ratios));
    /** Strains of all draws at one ratio, in order. */
    const sortedAt = (i: number, noisy: boolean): Float64Array => {
      strain.fill(Number.NEGATIVE_INFINITY);
      sets.forEach(({ e, accepted }, s) => {
        const { draws } = losses[s];
        for (let k = 0; k < count; k++) {
          const loss = draws[k * RATIOS + i] * (noisy ? newRun[e][k] : 1);
          strain[k] = Math.max(strain[k], (loss - base[e][k]) / accepted[k]);
        }
      });
      return sortedDraws(strain);
    };
    const quantiles = (probabilities: readonly number[], noisy: boolean): number[][] => {
      if (count === 0) return [];
      const byRatio = Array.from(ratios, (_, i) => sortedAt(i, noisy));
      return probabilities.map((probability) =>
        byRatio.map((sorted) => quantileOfSorted(sorted, probability)),
      );
    };
    return {
      newRun: quantiles(levels, true),
      mean: quantiles(tails, false),
      point: Array.from(ratios, (_, i) =>
        Math.max(...sets.map(({ start, rise }, s) => (losses[s].point[i] - start) / rise)),
      ),
    };
  });
  return {
    tokens,
    ratios: [...ratios],
    levels,
    newRun: byTokens.map((each) => each.newRun),
    point: byTokens.map((each) => each.point),
    mean: byTokens.map((each) => each.mean),
  };
}
