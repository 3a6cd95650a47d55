/** The sizes that a plan may choose between, and the best of them under one budget. */
import type { FitDocument } from '../documents/fit.ts';
import type { Ranged } from '../hardware/provenance.ts';
import { baseLosses, baseLossProblems } from '../mixture/baseLoss.ts';
import type { Constraint } from '../mixture/critical.ts';
import type { DomainObjective } from '../mixture/objective.ts';
import { makePredictor, sameSize } from '../mixture/predictor.ts';
import { type BaseLoss, distanceFrom, fewestTokens, TOO_FAR } from '../mixture/scenario.ts';
import { corpusTooSmall } from '../problems/corpora.ts';
import { sizeNotPiloted, tooFarExtrapolation, tooFewTokens } from '../problems/plan.ts';
import { type Problem, Refusal } from '../problems/problem.ts';
import { params as paramsUnit } from '../units/params.ts';
import { type Means, tokenCost } from './budget.ts';
import { type Corpora, limitedCorpus, mostTokens } from './corpora.ts';
import { type Candidate, type SearchResult, type SizeSearch, search } from './search.ts';
import { type Definition, searchBy } from './turning.ts';

/** A model that could be trained. */
export interface SizeRequest {
  readonly name: string | null;
  readonly params: number;
  /** Base losses that were given for it, by set. */
  readonly baseLoss: Readonly<Record<string, number>>;
  readonly means: Means;
  /** Tokens that the budget buys of it; undefined without a budget. */
  readonly tokens: Ranged | undefined;
}

export interface SizesRequest {
  readonly sizes: readonly SizeRequest[];
  readonly constraints: readonly Constraint[];
  readonly confidence: number;
  readonly objective: DomainObjective;
  readonly corpora: Corpora;
  readonly assumeBaseFromSizeLaw: boolean;
  readonly extrapolate: boolean;
  /** By what a ratio is acceptable; `tolerance` unless told otherwise. */
  readonly definition?: Definition | undefined;
}

export interface Size {
  readonly request: SizeRequest;
  readonly base: readonly BaseLoss[];
  readonly search: SizeSearch;
  /** Most tokens that are looked at: what the budget buys and the corpora hold, or as far as an answer reaches. */
  readonly most: number;
  /** Cost of a token, in the currency in which sizes are compared. */
  readonly tokenCost: number;
  /** What its base losses and its hardware have to say. */
  readonly problems: readonly Problem[];
}

export interface SizeSetAside {
  readonly request: SizeRequest;
  readonly problem: Problem;
}

export interface Sizes {
  readonly open: readonly Size[];
  readonly setAside: readonly SizeSetAside[];
}

/** Told to extrapolate, an answer without a budget is looked for up to so many times the longest pilot. */
const FARTHEST = 1000;

/**
 * Every size with its base losses and its search. Sizes that the fit cannot speak for, or, among several, that the GPUs cannot
 * hold, are set aside with the reason. Throws a `Refusal` naming every base loss that is not known.
 */
export function openSizes(fit: FitDocument, request: SizesRequest): Sizes {
  const { assumeBaseFromSizeLaw, extrapolate, sizes, definition = 'tolerance' } = request;
  const { range } = fit.pilots;
  const answered = extrapolate ? 1 : fewestTokens(range);
  const open: Omit<Size, 'search'>[] = [];
  const setAside: SizeSetAside[] = [];
  const unknown: Problem[] = [];
  for (const size of sizes) {
    const { params, means, tokens, baseLoss } = size;
    const reach = tokens?.value ?? range.tokens[1] * (extrapolate ? FARTHEST : TOO_FAR.tokens);
    const held = mostTokens(request.corpora, range.domainRatio);
    const most = Math.min(reach, held);
    const why =
      (held < answered && answered <= reach ? corpusTooSmall({ held, answered }) : undefined) ??
      unanswered(fit, params, most, extrapolate) ??
      (sizes.length > 1 ? tooLarge(means) : undefined);
    if (why !== undefined) {
      setAside.push({ request: size, problem: why });
      continue;
    }
    const base = baseLosses(fit, params, baseLoss, assumeBaseFromSizeLaw);
    try {
      const several = sizes.length > 1;
      const assumed = baseLossProblems(fit, params, base, assumeBaseFromSizeLaw, () => true, several);
      const problems = [...means.problems, ...assumed];
      open.push({ request: size, base, most, tokenCost: tokenCost(means), problems });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      unknown.push(...error.problems);
    }
  }
  if (unknown.length > 0) throw new Refusal(unknown);
  const reference = open[0]?.base.map(({ loss }) => loss) ?? [];
  const { constraints, confidence, objective, corpora } = request;
  const question = { constraints, confidence, objective, corpora, reference };
  return {
    open: open.map((size) => ({
      ...size,
      search: searchBy(
        definition,
        makePredictor(fit, { params: size.request.params, base: size.base }, limitedCorpus(corpora)),
        question,
      ),
    })),
    setAside,
  };
}

/** Why the fit does not answer for a size and its tokens; undefined where it does. */
function unanswered(
  fit: FitDocument,
  params: number,
  most: number,
  extrapolate: boolean,
): Problem | undefined {
  const { range } = fit.pilots;
  const [smallest, largest] = range.params;
  if (smallest === largest && !sameSize(params, largest) && !extrapolate)
    return sizeNotPiloted({ params: paramsUnit.display(params), piloted: paramsUnit.display(largest) });
  const distance = distanceFrom(range, params, most);
  if (distance.verdict === 'tooFar' && !extrapolate)
    return tooFarExtrapolation({ params: distance.params, tokens: distance.tokens });
  const answered = fewestTokens(range);
  if (most < (extrapolate ? 1 : answered))
    return tooFewTokens({ tokens: most, least: range.tokens[0], answered });
  return undefined;
}

/** Why a model does not fit its GPUs: the one error that hardware figures can hold. */
function tooLarge({ problems }: Means): Problem | undefined {
  return problems.find(({ severity }) => severity === 'error');
}

export interface Choice {
  readonly size: Size;
  readonly best: Candidate;
}

/** What was found for each size; `best` is the one of least domain loss, undefined where none is feasible. */
export interface Chosen {
  readonly best: Choice | undefined;
  readonly found: readonly { readonly size: Size; readonly result: SearchResult }[];
}

/**
 * The best of all sizes under a budget. Among equals the cheaper token decides.
 * @param most tokens that the budget buys of each size, where another budget is meant than that of the sizes
 */
export function bestSize(open: readonly Size[], most: (size: Size) => number = ({ most }) => most): Chosen {
  const found = open.map((size) => ({ size, result: search(size.search, most(size)) }));
  const choices = found.flatMap(({ size, result }) =>
    result.kind === 'found' ? [{ size, best: result.best }] : [],
  );
  return { best: least(choices, ({ best, size }) => [best.domainLoss, size.tokenCost]), found };
}

/** The first by one number, then by a second; undefined for none. */
export function least<T>(items: readonly T[], by: (item: T) => readonly [number, number]): T | undefined {
  return items
    .toSorted((a, b) => {
      const [a1, a2] = by(a);
      const [b1, b2] = by(b);
      return a1 - b1 || a2 - b2;
    })
    .at(0);
}
