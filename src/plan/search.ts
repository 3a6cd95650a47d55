/**
 * Tokens and ratio together: the least predicted domain loss subject to every tolerance with the confidence asked.
 * More tokens are not always better: forgetting grows with them, and the ratio they leave shrinks.
 */
import {
  type Constraint,
  type CriticalRatio,
  criticalRatio,
  limitOf,
  plannedRatio,
} from '../mixture/critical.ts';
import type { Predictor, TokensPredictor } from '../mixture/predictor.ts';
import { ascending, outerBound } from '../stats/quantiles.ts';
import type { Tolerance } from '../units/tolerance.ts';

export interface Candidate {
  readonly tokens: number;
  readonly domainRatio: number;
  /** Mean predicted loss over the domain sets, each as a share of its base. */
  readonly domainLoss: number;
  readonly critical: CriticalRatio;
}

export type SearchResult =
  | { readonly kind: 'found'; readonly best: Candidate }
  | {
      readonly kind: 'infeasible';
      readonly evalIndex: number;
      readonly tolerance: Tolerance;
      /** The lowest pilot ratio and the tokens at which the tolerance is missed by least. */
      readonly domainRatio: number;
      readonly tokens: number;
      /** Rise over the base there that is kept with the confidence, share of the base loss. */
      readonly rise: number;
    };

/** Token counts tried between the shortest pilot checkpoint and what the budget buys, before refining. */
const LEVELS = 12;
/** The best token count is found to this share of itself. */
const TOKEN_PRECISION = 0.005;

export function search(
  predictor: Predictor,
  constraints: readonly Constraint[],
  confidence: number,
  mostTokens: number,
): SearchResult {
  const { range } = predictor.fit.pilots;
  const tried = new Map<number, Candidate | undefined>();
  const at = (tokens: number): Candidate | undefined => {
    if (!tried.has(tokens)) tried.set(tokens, candidate(predictor, constraints, confidence, tokens));
    return tried.get(tokens);
  };
  const least = Math.min(range.tokens[0], mostTokens / 4);
  const levels = Array.from({ length: LEVELS }, (_, i) => least * (mostTokens / least) ** (i / (LEVELS - 1)));
  levels[LEVELS - 1] = mostTokens;
  const lossAt = (tokens: number): number => at(tokens)?.domainLoss ?? Number.POSITIVE_INFINITY;
  let best = LEVELS - 1;
  for (let i = LEVELS - 2; i >= 0; i--) if (lossAt(levels[i]) < lossAt(levels[best])) best = i;
  if (!Number.isFinite(lossAt(levels[best]))) return nearestMiss(predictor, constraints, confidence, levels);
  // Where all of the budget is best, as is usual, there is nothing to refine.
  let tokens = levels[best];
  if (best < LEVELS - 1) {
    tokens = refine(lossAt, levels[Math.max(best - 1, 0)], levels[best + 1], tokens);
  }
  return { kind: 'found', best: at(tokens)! };
}

/** Golden section on the logarithm of tokens around a bracketed minimum; never worse than `start`. */
function refine(lossAt: (tokens: number) => number, from: number, to: number, start: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let low = Math.log(from);
  let high = Math.log(to);
  let best = start;
  while (high - low > TOKEN_PRECISION) {
    const left = high - ratio * (high - low);
    const right = low + ratio * (high - low);
    const leftLoss = lossAt(Math.exp(left));
    const rightLoss = lossAt(Math.exp(right));
    for (const [tokens, loss] of [
      [Math.exp(left), leftLoss],
      [Math.exp(right), rightLoss],
    ] as const) {
      if (loss < lossAt(best)) best = tokens;
    }
    if (leftLoss <= rightLoss) high = right;
    else low = left;
  }
  return best;
}

function candidate(
  predictor: Predictor,
  constraints: readonly Constraint[],
  confidence: number,
  tokens: number,
): Candidate | undefined {
  const { fit } = predictor;
  const at = predictor.atTokens(tokens);
  const critical = criticalRatio(predictor, at, constraints);
  const domainRatio = plannedRatio(critical, confidence, fit.pilots.range.domainRatio);
  if (domainRatio === 0) return undefined;
  return { tokens, domainRatio, critical, domainLoss: domainLossAt(predictor, at, domainRatio) };
}

/** Mean over domain sets of the predicted loss as a share of the base loss. */
export function domainLossAt(predictor: Predictor, at: TokensPredictor, domainRatio: number): number {
  const ratios = Float64Array.of(domainRatio);
  const sets = [...predictor.fit.evals.keys()].filter((e) => predictor.fit.evals[e].role === 'domain');
  return (
    sets.reduce((sum, e) => sum + at.losses(e, ratios).point[0] / predictor.target.base[e].loss, 0) /
    sets.length
  );
}

/** Where no token count is feasible: the one whose kept rise at the lowest ratio exceeds its tolerance least. */
function nearestMiss(
  predictor: Predictor,
  constraints: readonly Constraint[],
  confidence: number,
  levels: readonly number[],
): SearchResult {
  const domainRatio = predictor.fit.pilots.range.domainRatio[0];
  const misses = levels.map((tokens) => {
    const at = predictor.atTokens(tokens);
    // The tolerance that is missed most decides at each token count.
    const each = constraints.map(({ evalIndex, tolerance }) => {
      const rise = keptRise(predictor, at, evalIndex, domainRatio, confidence);
      const base = predictor.target.base[evalIndex].loss;
      return { evalIndex, tolerance, rise, excess: rise - (limitOf(base, tolerance) / base - 1) };
    });
    return { tokens, ...each.reduce((a, b) => (b.excess > a.excess ? b : a)) };
  });
  const { evalIndex, tolerance, tokens, rise } = misses.reduce((a, b) => (b.excess < a.excess ? b : a));
  return { kind: 'infeasible', evalIndex, tolerance, domainRatio, tokens, rise };
}

/** Rise over the base, as a share of it, that a new run stays within with the given confidence. */
export function keptRise(
  predictor: Predictor,
  at: TokensPredictor,
  evalIndex: number,
  domainRatio: number,
  confidence: number,
): number {
  const { point, draws } = at.losses(evalIndex, Float64Array.of(domainRatio));
  const base = predictor.base[evalIndex];
  if (predictor.count === 0) return point[0] / predictor.target.base[evalIndex].loss - 1;
  const rises = draws.map((loss, k) => (loss * predictor.newRun[evalIndex][k]) / base[k] - 1);
  return outerBound(ascending(rises), 1 - confidence, 'upper');
}
