/**
 * Tokens and ratio together for one size: the least predicted domain loss subject to every tolerance with the confidence
 * asked, and to what the corpora hold. More tokens are not always better: forgetting grows with them, and the ratio
 * they leave shrinks. Nor is more domain share where it only repeats a small corpus.
 */
import {
  type Constraint,
  type CriticalRatio,
  criticalRatio,
  type Fineness,
  limitOf,
  plannedRatio,
} from '../mixture/critical.ts';
import { type DomainObjective, weightedMean } from '../mixture/objective.ts';
import type { Predictor, TokensPredictor } from '../mixture/predictor.ts';
import { fewestTokens } from '../mixture/scenario.ts';
import { ascending, outerBound } from '../stats/quantiles.ts';
import type { Tolerance } from '../units/tolerance.ts';
import { type Corpora, ratioBounds } from './corpora.ts';
import { minimumByZoom, minimumOnLog } from './minimum.ts';

export interface Question {
  readonly constraints: readonly Constraint[];
  readonly confidence: number;
  readonly objective: DomainObjective;
  readonly corpora: Corpora;
  /** Losses, one per set of the fit, by which those of domain sets are divided: so those of several sets and sizes compare. */
  readonly reference: readonly number[];
}

export interface Candidate {
  readonly tokens: number;
  readonly domainRatio: number;
  /** Weighted mean of the predicted losses over the domain sets, each as a share of its reference. */
  readonly domainLoss: number;
  readonly critical: CriticalRatio;
}

export type SearchResult =
  | { readonly kind: 'found'; readonly best: Candidate }
  | {
      readonly kind: 'infeasible';
      readonly evalIndex: number;
      readonly tolerance: Tolerance;
      /** The lowest ratio there may be and the tokens at which the tolerances are missed by least. */
      readonly domainRatio: number;
      readonly tokens: number;
      /** Rise over the base there that is kept with the confidence, share of the base loss, and by how much it is too high. */
      readonly rise: number;
      readonly excess: number;
    };

/** One size under one question. What was found at a token count is remembered. */
export interface SizeSearch {
  readonly predictor: Predictor;
  readonly question: Question;
  /** The best at a token count to the last digit that matters; undefined where nothing is feasible. */
  exactly(tokens: number): Candidate | undefined;
  /** The same, quicker, with ratios to about four digits: for finding the token count. */
  about(tokens: number): Candidate | undefined;
}

/** Distance of the token counts that are tried before refining, in e-folds. */
const STEP = 0.5;
/** The best token count is found to this share of itself. */
const TOKEN_PRECISION = 0.001;
/** Dips of the loss along tokens are looked into where they are not more than this much above the lowest. */
const DIP = 1.02;
/** Ratios between which crossings are interpolated while searching. */
const COARSE = 33;

/** @param criticalAt by what a ratio is acceptable: by tolerance unless told otherwise */
export function sizeSearch(
  predictor: Predictor,
  question: Question,
  criticalAt: CriticalAt = (at, fineness) => criticalRatio(predictor, at, question.constraints, fineness),
): SizeSearch {
  const remembered = (fineness: Fineness) => {
    const found = new Map<number, Candidate | undefined>();
    return (tokens: number): Candidate | undefined => {
      if (!found.has(tokens)) {
        const at = predictor.atTokens(tokens);
        found.set(tokens, candidate(predictor, question, at, criticalAt(at, fineness)));
      }
      return found.get(tokens);
    };
  };
  const { confidence } = question;
  return { predictor, question, exactly: remembered({ confidence }), about: remembered({ grid: COARSE }) };
}

export type CriticalAt = (at: TokensPredictor, fineness: Fineness) => CriticalRatio;

/** The best plan of one size that trains on at most `most` tokens, which the corpora must hold at some ratio. */
export function search(size: SizeSearch, most: number): SearchResult {
  const levels = promisingLevels(size, most);
  const last = levels.length - 1;
  const explore = (at: SizeSearch['about']): number | undefined => {
    const lossAt = (tokens: number): number => at(tokens)?.domainLoss ?? Number.POSITIVE_INFINITY;
    const lowest = Math.min(...levels.map(lossAt));
    if (!Number.isFinite(lowest)) return undefined;
    // There may be several dips: at few tokens with much of the domain, and at many with little.
    const dips = levels.flatMap((tokens, k) => {
      const [before, after] = neighbours(levels, k);
      const isDip = lossAt(tokens) <= Math.min(lossAt(before), lossAt(after), DIP * lowest);
      if (!isDip) return [];
      // Where all of the budget is best, as is usual, the loss falls up to it, and there is nothing to refine.
      const falls = k === last && lossAt(tokens) <= lossAt(tokens * (1 - TOKEN_PRECISION));
      return [falls ? tokens : minimumOnLog(lossAt, before, after, tokens, TOKEN_PRECISION)];
    });
    // Of equals the one with more tokens, where no budget is left over.
    return dips.reduceRight((a, b) => (lossAt(b) < lossAt(a) ? b : a));
  };
  const tokens = explore(size.about);
  // On the edge of what is feasible the quick look may see what the exact one does not.
  const best = tokens === undefined ? undefined : (size.exactly(tokens) ?? anew(size, explore));
  return best === undefined ? nearestMiss(size, leastMiss(size, levels)) : { kind: 'found', best };
}

/** The levels on either side of one; itself at an end. */
export function neighbours(levels: readonly number[], k: number): readonly [before: number, after: number] {
  return [levels[Math.max(k - 1, 0)], levels[Math.min(k + 1, levels.length - 1)]];
}

/**
 * Token counts to look around, ascending, the last one `most`: levels, and between levels where nothing is feasible the places
 * where something is. Re-warming shuts out few tokens and forgetting many, so that what is left may be narrow.
 */
export function promisingLevels(size: SizeSearch, most: number): readonly number[] {
  const levels = tokenLevels(size, most);
  const excess = levels.map((tokens) =>
    size.about(tokens) === undefined ? excessAt(size, tokens) : Number.NEGATIVE_INFINITY,
  );
  const windows = levels.flatMap((tokens, k) => {
    const [before, after] = neighbours(excess, k);
    if (excess[k] > Math.min(before, after) || size.about(tokens) !== undefined) return [];
    const found = leastExcess(size, levels, k);
    return size.about(found) === undefined ? [] : [found];
  });
  return [...new Set([...levels, ...windows])].toSorted((a, b) => a - b);
}

function anew(
  size: SizeSearch,
  explore: (at: SizeSearch['about']) => number | undefined,
): Candidate | undefined {
  const tokens = explore(size.exactly);
  return tokens === undefined ? undefined : size.exactly(tokens);
}

/**
 * Token counts to try, ascending, the last one `most`. They lie on a grid that does not depend on `most`, so that what was
 * found for one budget serves the next. Fewer than the pilots' first evaluations are not tried unless `most` is fewer: the
 * laws were not fitted there.
 */
export function tokenLevels({ predictor }: SizeSearch, most: number): readonly number[] {
  const { range } = predictor.fit.pilots;
  const fewest = Math.min(fewestTokens(range), most);
  const least = most >= range.tokens[0] ? range.tokens[0] : Math.max(most / 4, fewest);
  const first = Math.ceil(Math.log(least / range.tokens[0]) / STEP - 1e-9);
  const levels: number[] = [least];
  for (let i = first; ; i++) {
    const tokens = range.tokens[0] * Math.exp(i * STEP);
    if (tokens >= most * (1 - 1e-9)) break;
    if (tokens > least * (1 + 1e-9)) levels.push(tokens);
  }
  if (most > least) levels.push(most);
  return levels;
}

function candidate(
  { fit }: Predictor,
  question: Question,
  at: TokensPredictor,
  critical: CriticalRatio,
): Candidate | undefined {
  const { tokens } = at;
  const { domainRatio: piloted } = fit.pilots.range;
  const planned = plannedRatio(critical, question.confidence, piloted);
  const [low, most] = ratioBounds(question.corpora, tokens, piloted);
  const high = Math.min(planned, most);
  if (planned === 0 || low > high) return undefined;
  const { x: domainRatio, value } = minimumByZoom((ratios) => domainLosses(at, ratios, question), low, high);
  return { tokens, domainRatio, critical, domainLoss: value };
}

/** The objective at some ratios: weighted mean over domain sets of the predicted loss as a share of its reference. */
export function domainLosses(
  at: TokensPredictor,
  ratios: Float64Array,
  { objective, reference }: Pick<Question, 'objective' | 'reference'>,
): Float64Array {
  const points = new Map(objective.map(({ evalIndex }) => [evalIndex, at.point(evalIndex, ratios)]));
  return ratios.map((_, i) => weightedMean(objective, (e) => points.get(e)![i] / reference[e]));
}

/** The token count of least excess over the tolerances, tried at `levels` and between them. */
function leastMiss(size: SizeSearch, levels: readonly number[]): number {
  const excess = levels.map((tokens) => excessAt(size, tokens));
  return leastExcess(size, levels, excess.indexOf(Math.min(...excess)));
}

/** The same around one level. */
function leastExcess(size: SizeSearch, levels: readonly number[], k: number): number {
  const [before, after] = neighbours(levels, k);
  return minimumOnLog((tokens) => excessAt(size, tokens), before, after, levels[k], TOKEN_PRECISION);
}

/**
 * By how much, as a share of the limit, a new run passes its tolerances at the lowest ratio there may be, with all of them
 * together kept with the confidence asked where it is 0 or less.
 */
export function excessAt({ predictor, question }: SizeSearch, tokens: number): number {
  const { count, base, newRun, target } = predictor;
  const ratios = Float64Array.of(lowestRatio(predictor, question, tokens));
  const at = predictor.atTokens(tokens);
  const excess = new Float64Array(Math.max(count, 1)).fill(Number.NEGATIVE_INFINITY);
  for (const { evalIndex, tolerance } of question.constraints) {
    if (count === 0) {
      const [loss] = at.point(evalIndex, ratios);
      excess[0] = Math.max(excess[0], loss / limitOf(target.base[evalIndex].loss, tolerance) - 1);
      continue;
    }
    const { draws } = at.losses(evalIndex, ratios);
    for (let k = 0; k < count; k++) {
      const limit = limitOf(base[evalIndex][k], tolerance);
      excess[k] = Math.max(excess[k], (draws[k] * newRun[evalIndex][k]) / limit - 1);
    }
  }
  return count === 0 ? excess[0] : outerBound(ascending(excess), 1 - question.confidence, 'upper');
}

function lowestRatio({ fit }: Predictor, { corpora }: Question, tokens: number): number {
  return ratioBounds(corpora, tokens, fit.pilots.range.domainRatio)[0];
}

/** What is missed at a token count: the set whose kept rise passes its tolerance by most. */
export function nearestMiss(
  { predictor, question }: SizeSearch,
  tokens: number,
): Extract<SearchResult, { kind: 'infeasible' }> {
  const domainRatio = lowestRatio(predictor, question, tokens);
  const at = predictor.atTokens(tokens);
  const each = question.constraints.map(({ evalIndex, tolerance }) => {
    const rise = keptRise(predictor, at, evalIndex, domainRatio, question.confidence);
    const base = predictor.target.base[evalIndex].loss;
    return { evalIndex, tolerance, rise, excess: rise - (limitOf(base, tolerance) / base - 1) };
  });
  const worst = each.reduce((a, b) => (b.excess > a.excess ? b : a));
  return { kind: 'infeasible', domainRatio, tokens, ...worst };
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
