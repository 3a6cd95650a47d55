/** The tolerances nearest to those that were asked for under which there is a plan. */
import type { Constraint } from '../mixture/critical.ts';
import { limitOf } from '../mixture/critical.ts';
import type { Predictor } from '../mixture/predictor.ts';
import { keptRise, type SearchResult, search } from './search.ts';

/** Tolerances are suggested in steps of 0.1% of the base loss. */
const STEPS_PER_UNIT = 1000;
/** All sets together need a little more room than each alone, but not more than 2%. */
const MOST_STEPS = 20;

/**
 * Every constraint widened as little as the sets need one by one at the nearest miss, then all that were widened together
 * step by step until a search finds a plan. Undefined where it finds none, which takes a fit of very few draws.
 */
export function nearestFeasible(
  predictor: Predictor,
  constraints: readonly Constraint[],
  confidence: number,
  mostTokens: number,
  miss: Extract<SearchResult, { kind: 'infeasible' }>,
): readonly Constraint[] | undefined {
  const at = predictor.atTokens(miss.tokens);
  const needed = constraints.map(({ evalIndex, tolerance }) => {
    const rise = keptRise(predictor, at, evalIndex, miss.domainRatio, confidence);
    const base = predictor.target.base[evalIndex].loss;
    return { rise, kept: rise <= limitOf(base, tolerance) / base - 1 };
  });
  if (!needed.every(({ rise }) => Number.isFinite(rise))) return undefined;
  for (let step = 0; step <= MOST_STEPS; step++) {
    const wider = constraints.map((constraint, k): Constraint => {
      if (needed[k].kept) return constraint;
      const steps = Math.ceil(needed[k].rise * STEPS_PER_UNIT) + step;
      return { ...constraint, tolerance: { kind: 'relative', share: steps / STEPS_PER_UNIT } };
    });
    if (search(predictor, wider, confidence, mostTokens).kind === 'found') return wider;
  }
  return undefined;
}
