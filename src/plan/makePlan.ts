/** From a fit and a question to a plan or an honest no. */
import type { FitDocument } from '../documents/fit.ts';
import type { PlanDocument } from '../documents/plan.ts';
import type { MeaningFacts } from '../mixture/meaning.ts';
import { turningPointProblems } from '../mixture/turningPoint.ts';
import { targetAmbiguous, targetNotBelowBase, targetUnreached } from '../problems/goals.ts';
import { infeasible } from '../problems/plan.ts';
import { type Problem, Refusal } from '../problems/problem.ts';
import { nothingTurned } from '../problems/published.ts';
import { displayPercent } from '../units/number.ts';
import { tolerance as toleranceUnit } from '../units/tolerance.ts';
import { inLosses } from './baselines.ts';
import type { Corpora } from './corpora.ts';
import { planDocument } from './document.ts';
import { leastCompute } from './inverse.ts';
import { nearestFeasible } from './nearestFeasible.ts';
import { corpusUsedUp } from './repeats.ts';
import type { SearchResult } from './search.ts';
import { bestSize, type Choice, openSizes, type Size, type Sizes, type SizesRequest } from './sizes.ts';
import type { ToldTraining } from './trainingRun.ts';

/** What a plan is to do: use a budget, or reach a domain loss at least cost. */
export type Goal =
  | { readonly kind: 'budget'; readonly asked: string }
  | { readonly kind: 'domainLoss'; readonly loss: number }
  /** Share of the base loss by which the domain loss shall fall. */
  | { readonly kind: 'gain'; readonly share: number };

export interface PlanRequest extends SizesRequest {
  readonly goal: Goal;
  /** Whether the document shall tell what all other budgets buy. */
  readonly curve: boolean;
  readonly sequenceLength: number | undefined;
  readonly training?: ToldTraining | undefined;
  /** What is told beside the fit of what a rise means. */
  readonly meaning?: MeaningFacts | undefined;
  /** What else the answer must say. */
  readonly problems: readonly Problem[];
  /** The command line that makes this plan again. */
  readonly command: string;
  readonly fitFile: { readonly path: string; readonly sha256: string };
}

export type PlanOutcome =
  | { readonly kind: 'planned'; readonly plan: PlanDocument }
  /** An honest negative: exit 1. */
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

/** Throws a `Refusal` for an incomplete question; an infeasible or too distant one is a value. */
export function makePlan(fit: FitDocument, request: PlanRequest): PlanOutcome {
  if (request.definition === 'turning-point') {
    const undefinedHere = turningPointProblems(fit, request.constraints);
    if (undefinedHere.length > 0) return { kind: 'refused', problems: undefinedHere };
  }
  const sizes = openSizes(fit, request);
  if (sizes.open.length === 0)
    return { kind: 'refused', problems: sizes.setAside.map(({ problem }) => problem) };
  const { goal } = request;
  return goal.kind === 'budget' ? withinBudget(fit, request, sizes) : atLeastCost(fit, request, sizes, goal);
}

function withinBudget(fit: FitDocument, request: PlanRequest, sizes: Sizes): PlanOutcome {
  const { best, found } = bestSize(sizes.open);
  if (best === undefined) return { kind: 'refused', problems: [whyInfeasible(fit, request, found)] };
  return { kind: 'planned', plan: planDocument(fit, request, sizes, { choice: best, found, target: null }) };
}

function atLeastCost(
  fit: FitDocument,
  request: PlanRequest,
  sizes: Sizes,
  goal: Exclude<Goal, { kind: 'budget' }>,
): PlanOutcome {
  const value = targetValue(sizes.open, goal);
  const [first] = sizes.open;
  const loss = inLosses(first, value);
  const reached = leastCompute(sizes.open, value);
  const asked =
    goal.kind === 'gain'
      ? `a gain of ${displayPercent(goal.share)}`
      : `a domain loss of ${Number(goal.loss.toPrecision(4))}`;
  if (reached.best === undefined) {
    return { kind: 'refused', problems: [whyUnreached(fit, request, sizes.open, goal, loss)] };
  }
  const { best: choice, found } = reached;
  return {
    kind: 'planned',
    plan: planDocument(fit, request, sizes, { choice, found, target: { asked, domainLoss: loss } }),
  };
}

/** The target as a value of the objective. Throws a `Refusal` where it could mean several, or needs no training. */
function targetValue(open: readonly Size[], goal: Exclude<Goal, { kind: 'budget' }>): number {
  if (goal.kind === 'gain') {
    if (open.length > 1) throw new Refusal([targetAmbiguous({ flag: '--target-gain', because: 'sizes' })]);
    return 1 - goal.share;
  }
  const { objective, reference } = open[0].search.question;
  if (objective.length > 1)
    throw new Refusal([targetAmbiguous({ flag: '--target-domain-loss', because: 'sets' })]);
  const [{ evalIndex }] = objective;
  const base = Math.min(...open.map((size) => size.base[evalIndex].loss));
  if (goal.loss >= base) throw new Refusal([targetNotBelowBase({ target: goal.loss, base })]);
  return goal.loss / reference[evalIndex];
}

/** Why no size has a plan within the budget: the size that misses its tolerance by least. */
function whyInfeasible(
  fit: FitDocument,
  { confidence, sizes, definition }: PlanRequest,
  found: readonly { readonly size: Size; readonly result: SearchResult }[],
): Problem {
  if (definition === 'turning-point')
    return nothingTurned({ tokens: Math.max(...found.map(({ size }) => size.most)), confidence });
  const misses = found.flatMap(({ size, result }) =>
    result.kind === 'infeasible' ? [{ size, miss: result }] : [],
  );
  const { size, miss } = misses.reduce((a, b) => (b.miss.excess < a.miss.excess ? b : a));
  const wider = nearestFeasible(size.search, size.most, miss);
  return infeasible({
    set: fit.evals[miss.evalIndex].name,
    tolerance: toleranceUnit.display(miss.tolerance),
    confidence,
    ratio: miss.domainRatio,
    rise: miss.rise,
    tokens: miss.tokens,
    params: sizes.length > 1 ? size.request.params : undefined,
    feasible: wider
      ?.map(({ evalIndex, tolerance }) => `${fit.evals[evalIndex].name}=${toleranceUnit.format(tolerance)}`)
      .join(','),
  });
}

/** Why the target is not reached, and the nearest one that is. */
function whyUnreached(
  fit: FitDocument,
  request: PlanRequest,
  open: readonly Size[],
  goal: Exclude<Goal, { kind: 'budget' }>,
  target: number,
): Problem {
  const { best, found } = bestSize(open);
  if (best === undefined) return whyInfeasible(fit, request, found);
  return targetUnreached({ target, nearest: nearestTarget(best, goal, request.corpora) });
}

function nearestTarget({ size, best }: Choice, goal: Exclude<Goal, { kind: 'budget' }>, corpora: Corpora) {
  const loss = inLosses(size, best.domainLoss);
  return {
    loss,
    params: size.request.params,
    tokens: best.tokens,
    ratio: best.domainRatio,
    // Rounded to the side that is reached.
    flag:
      goal.kind === 'gain'
        ? `--target-gain ${Math.floor(1000 * (1 - best.domainLoss)) / 10}%`
        : `--target-domain-loss ${Math.ceil(1000 * loss) / 1000}`,
    short: best.tokens >= size.most * (1 - 1e-9),
    usedUp: corpusUsedUp(corpora, best),
  };
}
