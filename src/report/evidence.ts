/** What the charts and sentences of a report need beyond the documents: curves that the fit of a plan draws. */
import type { CriticalEvidence, Range, RatioEvidence, RunsEvidence } from '../charts/data.ts';
import { sizesOf, wasHeldOut } from '../charts/runs.ts';
import type { ExplanationDocument } from '../documents/explanation.ts';
import type { FitDocument } from '../documents/fit.ts';
import type { PlanDocument } from '../documents/plan.ts';
import { adviceOn } from '../explain/advice.ts';
import { listed, shareText, toleranceText } from '../explain/numbers.ts';
import { savedSet } from '../fit/savedFit.ts';
import { repetitionLawById } from '../laws/modifiers/repetitionLaws.ts';
import { baseLosses } from '../mixture/baseLoss.ts';
import {
  type Constraint,
  type CriticalRatio,
  criticalRatio,
  intervalOf,
  limitOf,
  plannedRatio,
  searchedRatios,
  sortedDraws,
} from '../mixture/critical.ts';
import { explanationOf } from '../mixture/explanation.ts';
import { type LimitedCorpus, makePredictor, type Predictor } from '../mixture/predictor.ts';
import { distanceFrom, type Target } from '../mixture/scenario.ts';
import { normalQuantile } from '../stats/normal.ts';
import { type Strains, strainsOf } from './strains.ts';

export interface PlanEvidence {
  readonly ratios: RatioEvidence;
  readonly againstTokens: CriticalEvidence;
  /** Undefined where the pilots have one size. */
  readonly againstSize: CriticalEvidence | undefined;
  readonly strains: Strains;
}

/** Ratios that curves are drawn through, token counts and sizes that critical ratios are told for. */
const RATIOS = 41;
const TOKENS = 15;
const SIZES = 5;
/** Ratios among which critical ratios are searched: good to 1e-4 for a chart. */
const SEARCHED = 61;

/**
 * What the fit of a plan draws for its report, each computed when it is first asked for. The fit must be the one that the plan
 * names.
 */
export function evidenceOf(plan: PlanDocument, fit: FitDocument): PlanEvidence {
  const corpus = corpusOf(plan);
  const constraints = constraintsOf(plan, fit);
  const tokenCounts = tokensAround(plan, fit);
  const predictor = once(() => makePredictor(fit, targetOf(plan, fit), corpus));
  const ratios = once(() => ratioEvidence(plan, predictor()));
  const againstTokens = once(() => tokensEvidence(plan, predictor(), constraints, tokenCounts));
  const againstSize = once(() => sizeEvidence(plan, fit, constraints, corpus));
  const strains = once(() => strainsOf(predictor(), constraints, tokenCounts, plan));
  return {
    get ratios() {
      return ratios();
    },
    get againstTokens() {
      return againstTokens();
    },
    get againstSize() {
      return againstSize();
    },
    get strains() {
      return strains();
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function targetOf(plan: PlanDocument, fit: FitDocument): Target {
  return { params: plan.model.params, base: fit.evals.map(({ name }) => plan.base[name]) };
}

export const plannedOf = (plan: PlanDocument): number => plan.runs[0].phases[0].domainRatio;

function constraintsOf(plan: PlanDocument, fit: FitDocument): Constraint[] {
  return Object.entries(plan.constraints.tolerance).map(([set, tolerance]) => ({
    evalIndex: fit.evals.findIndex(({ name }) => name === set),
    tolerance,
  }));
}

/** The limited domain corpus that the plan was made with. */
function corpusOf({ repetition, level }: PlanDocument): LimitedCorpus | undefined {
  if (repetition === null) return undefined;
  const { constant, interval, source, unique } = repetition;
  const logSpread = Math.log(interval[1] / constant) / normalQuantile((1 + level) / 2);
  return {
    unique,
    law: repetitionLawById(repetition.law)!,
    constant: { value: constant, logSpread, source },
  };
}

/** Changes of every loss against the ratio, at the size and tokens of the plan. */
function ratioEvidence(plan: PlanDocument, predictor: Predictor): RatioEvidence {
  const { fit, target, base, newRun, count } = predictor;
  const { tokens } = plan.runs[0];
  const at = predictor.atTokens(tokens);
  const ratios = searchedRatios(predictor, RATIOS);
  const curves = fit.evals.map(({ name, role }, e) => {
    const start = target.base[e].loss;
    const tolerance = plan.constraints.tolerance[name];
    const { point, draws } = at.losses(e, ratios);
    const rangeOf = (i: number, noise: (k: number) => number): Range | null =>
      intervalOf(
        sortedDraws(
          Float64Array.from({ length: count }, (_, k) => (draws[k * RATIOS + i] * noise(k)) / base[e][k] - 1),
        ),
        plan.level,
      );
    return {
      set: name,
      role,
      limit: tolerance === undefined ? null : limitOf(start, tolerance) / start - 1,
      points: Array.from(ratios, (ratio, i) => {
        const mean = rangeOf(i, () => 1);
        const noisy = rangeOf(i, (k) => newRun[e][k]);
        return { ratio, value: point[i] / start - 1, mean, newRun: mean && noisy && outer(mean, noisy) };
      }),
    };
  });
  return {
    level: plan.level,
    confidence: plan.constraints.confidence,
    params: target.params,
    tokens,
    planned: plannedOf(plan),
    extrapolated: distanceFrom(fit.pilots.range, target.params, tokens).provenance === 'extrapolated',
    curves,
  };
}

function commonOf(plan: PlanDocument, fit: FitDocument, along: 'tokens' | 'size') {
  const { range } = fit.pilots;
  return {
    along,
    level: plan.level,
    confidence: plan.constraints.confidence,
    searched: range.domainRatio,
    params: plan.model.params,
    tokens: plan.runs[0].tokens,
    pilots: along === 'tokens' ? range.tokens : range.params,
    accepted: listed(
      Object.entries(plan.constraints.tolerance).map(([set, tolerance]) => toleranceText(set, tolerance)),
    ),
  };
}

function criticalAt(
  predictor: Predictor,
  tokens: number,
  constraints: readonly Constraint[],
  plan: PlanDocument,
  at: number,
): CriticalEvidence['points'][number] {
  const { range } = predictor.fit.pilots;
  const critical = criticalRatio(predictor, predictor.atTokens(tokens), constraints, { grid: SEARCHED });
  const distance = distanceFrom(range, predictor.target.params, tokens);
  return {
    at,
    value: shownRatio(critical.point, range.domainRatio[1]),
    newRun: shownRange(critical.interval, range.domainRatio[1]),
    mean: shownRange(critical.meanInterval, range.domainRatio[1]),
    safe: plannedRatio(critical, plan.constraints.confidence, range.domainRatio),
    extrapolated: distance.provenance === 'extrapolated',
  };
}

/** "All" is drawn at the highest pilot ratio, beyond which nobody looked. */
function shownRatio(point: CriticalRatio['point'], greatest: number): number {
  return point.kind === 'at' ? point.ratio : point.kind === 'none' ? 0 : greatest;
}

function shownRange(range: readonly [number, number] | null, greatest: number): Range | null {
  return range === null ? null : [Math.min(range[0], greatest), Math.min(range[1], greatest)];
}

/** Evenly on a logarithmic scale from the pilots' first evaluations to the longest of pilots and plan, both of which are met. */
function tokensAround(plan: PlanDocument, fit: FitDocument): number[] {
  const { tokens } = plan.runs[0];
  const [least, longest] = fit.pilots.range.tokens;
  const from = Math.min(least, tokens);
  return meeting(from, Math.max(longest, tokens), [longest, tokens], TOKENS);
}

/** Numbers from `from` to `to` at equal ratios, but where one would come close to an end or another that must be among them. */
function meeting(from: number, to: number, met: readonly number[], count: number): number[] {
  const fixed = [from, to, ...met.filter((each) => each > from && each < to)];
  const even = Array.from({ length: count }, (_, i) => from * (to / from) ** (i / (count - 1)));
  const apart = 0.3 * Math.log(to / from) * (1 / (count - 1));
  const kept = even.filter((each) => fixed.every((other) => Math.abs(Math.log(each / other)) > apart));
  return [...new Set([...kept, ...fixed])].sort((a, b) => a - b);
}

function tokensEvidence(
  plan: PlanDocument,
  predictor: Predictor,
  constraints: readonly Constraint[],
  tokenCounts: readonly number[],
): CriticalEvidence {
  return {
    ...commonOf(plan, predictor.fit, 'tokens'),
    points: tokenCounts.map((tokens) => criticalAt(predictor, tokens, constraints, plan, tokens)),
    planned: { at: plan.runs[0].tokens, ratio: plannedOf(plan) },
  };
}

function sizeEvidence(
  plan: PlanDocument,
  fit: FitDocument,
  constraints: readonly Constraint[],
  corpus: LimitedCorpus | undefined,
): CriticalEvidence | undefined {
  const { params } = plan.model;
  const { tokens } = plan.runs[0];
  const piloted = sizesOf(fit.pilots.bases);
  if (piloted.length < 2) return undefined;
  // A piloted size that reads as that of the plan is told once.
  const met = [...piloted.filter((size) => Math.abs(size / params - 1) > 0.01), params];
  const points = meeting(Math.min(...met), Math.max(...met), met, SIZES).flatMap((size) => {
    const planned = Math.abs(size / params - 1) < 1e-9;
    const base = planned ? fit.evals.map(({ name }) => plan.base[name]) : baseLosses(fit, size, {}, true);
    if (constraints.some(({ evalIndex }) => !Number.isFinite(base[evalIndex].loss))) return [];
    const predictor = makePredictor(fit, { params: size, base }, corpus);
    return [criticalAt(predictor, tokens, constraints, plan, size)];
  });
  if (points.length < 2) return undefined;
  return {
    ...commonOf(plan, fit, 'size'),
    points,
    planned: { at: params, ratio: plannedOf(plan) },
  };
}

/**
 * Runs scatter about their curves, so their band holds that of the curves. Where a run scatters little, a thousand draws of its
 * noise can by chance draw a quantile inwards.
 */
const outer = (mean: Range, newRun: Range): Range => [
  Math.min(mean[0], newRun[0]),
  Math.max(mean[1], newRun[1]),
];

/** What was measured on one set, with what the laws say there. */
export function runsEvidence(fit: FitDocument, evalIndex: number): RunsEvidence {
  const { runs, setAside } = fit.pilots;
  const paramsOf = new Map(runs.map(({ id, params }) => [id, params]));
  const set = fit.evals[evalIndex];
  const { data, predicted } = savedSet(fit, evalIndex);
  const chosen = set.members.filter(({ weight }) => weight > 0);
  return {
    set: set.name,
    role: set.role,
    unit: set.unit,
    law: listed(
      chosen.map(({ law, weight }) => (chosen.length === 1 ? law : `${law} (${shareText(weight)})`)),
    ),
    observations: Array.from(data.loss, (loss, row) => {
      const { id, params, domainRatio } = runs[data.run[row]];
      const tokens = data.inputs.tokens[row];
      return {
        run: id,
        params,
        ratio: domainRatio,
        tokens,
        loss,
        predicted: predicted[row],
        heldOut: wasHeldOut(set, { tokens }),
      };
    }),
    setAside: setAside.flatMap(({ run, tokens }) => {
      const params = paramsOf.get(run);
      return params === undefined || tokens === 0 ? [] : [{ params, tokens }];
    }),
  };
}

/** Why the plan's ratio is what it is, and what would move it: what `fit --explain` tells, about the critical ratio alone. */
export function planExplanation(plan: PlanDocument, fit: FitDocument): ExplanationDocument {
  const target = targetOf(plan, fit);
  const { tokens } = plan.runs[0];
  const explanation = explanationOf(fit, {
    target,
    tokens,
    constraints: constraintsOf(plan, fit),
    brief: true,
  });
  return { ...explanation, advice: adviceOn(explanation) };
}
