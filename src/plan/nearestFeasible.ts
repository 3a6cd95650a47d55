/** The tolerances nearest to those that were asked for under which there is a plan. */
import type { Constraint } from '../mixture/critical.ts';
import { limitOf } from '../mixture/critical.ts';
import { keptRise, type SearchResult, type SizeSearch, search, sizeSearch } from './search.ts';

/** Tolerances are suggested in steps of 0.1% of the base loss. */
const STEPS_PER_UNIT = 1000;
/** All sets together need a little more room than each alone, but not more than 2%. */
const MOST_STEPS = 20;

/**
 * Every constraint widened as little as the sets need one by one at the nearest miss, then all that were widened together
 * step by step until a search finds a plan. Undefined where it finds none, which takes a fit of very few draws.
 */
export function nearestFeasible(
  { predictor, question }: SizeSearch,
  mostTokens: number,
  miss: Extract<SearchResult, { kind: 'infeasible' }>,
): readonly Constraint[] | undefined {
  const { constraints, confidence } = question;
  const at = predictor.atTokens(miss.tokens);
  const needed = constraints.map(({ evalIndex, tolerance }) => {
    const rise = keptRise(predictor, at, evalIndex, miss.domainRatio, confidence);
    const base = predictor.target.base[evalIndex].loss;
    const accepted = limitOf(base, tolerance) / base - 1;
    return { least: Math.max(rise, accepted), kept: rise <= accepted };
  });
  if (!needed.every(({ least }) => Number.isFinite(least))) return undefined;
  // Where each set alone keeps its tolerance it is all of them together that are not kept: all need more room.
  const jointly = needed.every(({ kept }) => kept);
  for (let step = 0; step <= MOST_STEPS; step++) {
    const wider = constraints.map((constraint, k): Constraint => {
      if (needed[k].kept && !jointly) return constraint;
      const steps = Math.ceil(needed[k].least * STEPS_PER_UNIT) + step;
      return { ...constraint, tolerance: { kind: 'relative', share: steps / STEPS_PER_UNIT } };
    });
    const asked = sizeSearch(predictor, { ...question, constraints: wider });
    if (search(asked, mostTokens).kind === 'found') return wider;
  }
  return undefined;
}
