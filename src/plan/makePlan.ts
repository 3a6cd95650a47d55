/** From a fit and a question to the plan document: search, comparison, and everything the answer must say. */
import type { FitDocument } from '../documents/fit.ts';
import type { PlanDocument, TrainingRun } from '../documents/plan.ts';
import { baseLosses, baseLossProblems } from '../mixture/baseLoss.ts';
import { type Constraint, type CriticalRatio, shareWithin } from '../mixture/critical.ts';
import { lawFreeAnswer } from '../mixture/lawFree.ts';
import { predictLosses } from '../mixture/predict.ts';
import { makePredictor, type Predictor } from '../mixture/predictor.ts';
import { distanceFrom, fewestTokens } from '../mixture/scenario.ts';
import {
  farExtrapolation,
  fewTokens,
  impossibleLoss,
  infeasible,
  noDraws,
  oneGeneralSet,
  tooFarExtrapolation,
  tooFewTokens,
} from '../problems/plan.ts';
import type { Problem } from '../problems/problem.ts';
import { tolerance as toleranceUnit } from '../units/tolerance.ts';
import { costOf, type Purchase } from './budget.ts';
import { nearestFeasible } from './nearestFeasible.ts';
import { domainLossAt, search } from './search.ts';

export interface PlanRequest {
  readonly params: number;
  readonly modelName: string | null;
  readonly constraints: readonly Constraint[];
  readonly confidence: number;
  readonly baseLoss: Readonly<Record<string, number>>;
  readonly assumeBaseFromSizeLaw: boolean;
  readonly purchase: Purchase;
  readonly price: number | undefined;
  readonly sequenceLength: number | undefined;
  readonly extrapolate: boolean;
  /** The command line that makes this plan again. */
  readonly command: string;
  readonly fitFile: { readonly path: string; readonly sha256: string };
}

export type PlanOutcome =
  | { readonly kind: 'planned'; readonly plan: PlanDocument }
  /** An honest negative: exit 1. */
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

/** Replay that people use without pilots. */
const FIXED_REPLAY = [0.1, 0.25, 0.5];
const PATH_POINTS = 12;
/** The smallest ratio that is worth naming keeps this much of the planned gain. */
const GAIN_KEPT = 0.95;
const EVALUATIONS = 50;

/** Throws a `Refusal` for an incomplete question; an infeasible or too distant one is a value. */
export function makePlan(fit: FitDocument, request: PlanRequest): PlanOutcome {
  const { params, constraints, confidence, purchase } = request;
  const base = baseLosses(fit, params, request.baseLoss, request.assumeBaseFromSizeLaw);
  const problems: Problem[] = [
    ...fit.problems.map(plain),
    ...purchase.problems,
    ...baseLossProblems(fit, params, base, request.assumeBaseFromSizeLaw),
  ];
  const most = purchase.tokens.value;
  const distance = distanceFrom(fit.pilots.range, params, most);
  if (distance.verdict === 'tooFar' && !request.extrapolate) {
    return {
      kind: 'refused',
      problems: [tooFarExtrapolation({ params: distance.params, tokens: distance.tokens })],
    };
  }
  const answered = fewestTokens(fit.pilots.range);
  if (most < (request.extrapolate ? 1 : answered)) {
    const problem = tooFewTokens({ tokens: most, least: fit.pilots.range.tokens[0], answered });
    return { kind: 'refused', problems: [problem] };
  }
  const predictor = makePredictor(fit, { params, base });
  const found = search(predictor, constraints, confidence, most);
  if (found.kind === 'infeasible') {
    const wider = nearestFeasible(predictor, constraints, confidence, most, found);
    const problem = infeasible({
      set: fit.evals[found.evalIndex].name,
      tolerance: toleranceUnit.display(found.tolerance),
      confidence,
      ratio: found.domainRatio,
      rise: found.rise,
      tokens: found.tokens,
      feasible: wider
        ?.map(({ evalIndex, tolerance }) => `${fit.evals[evalIndex].name}=${toleranceUnit.format(tolerance)}`)
        .join(','),
    });
    return { kind: 'refused', problems: [problem] };
  }
  const { tokens, domainRatio, critical } = found.best;
  problems.push(...warnings(fit, params, tokens));
  const cost = costOf(purchase, tokens, request.price);
  const evalNames = fit.evals.map(({ name }) => name);
  const atPlan = predictor.atTokens(tokens);
  const plan: PlanDocument = {
    schema: 'mixplan.plan/1',
    command: request.command,
    fit: { ...request.fitFile },
    level: fit.level,
    model: { name: request.modelName, params },
    base: Object.fromEntries(
      base.map(({ loss, source, sd }, e) => [
        evalNames[e],
        { loss, sd, source: source as 'given' | 'measured' | 'assumed' },
      ]),
    ),
    budget: {
      asked: purchase.asked,
      gpuHours: cost.gpuHours,
      tokens: purchase.tokens,
      throughput:
        purchase.throughput === null
          ? null
          : {
              tokensPerGpuSecond: purchase.throughput.tokensPerGpuSecond,
              goodput: purchase.throughput.goodput,
              mfu: purchase.throughput.mfu ?? null,
              flopPerToken: purchase.throughput.mfu === undefined ? null : purchase.flops.value,
              accelerator: purchase.accelerator?.id ?? null,
              provenance: purchase.throughput.provenance,
            },
      gpus: purchase.gpus ?? null,
      wallClockHours: cost.wallClockHours,
      dollars: cost.dollars,
    },
    constraints: {
      tolerance: Object.fromEntries(
        constraints.map(({ evalIndex, tolerance }) => [evalNames[evalIndex], tolerance]),
      ),
      confidence,
    },
    runs: [trainingRun(fit, request, tokens, domainRatio)],
    critical: {
      definition: 'tolerance',
      point: critical.point,
      interval: pair(critical.interval),
      meanInterval: pair(critical.meanInterval),
      none: shareOf(critical.newRun, 0),
      all: shareOf(critical.newRun, 1),
      binding: critical.binding === undefined ? null : evalNames[critical.binding],
    },
    predicted: Object.fromEntries(
      fit.evals.map(({ name, noise }, e) => [
        name,
        { ...pathOf(predictor, e, tokens, domainRatio), noise: { ...noise } },
      ]),
    ),
    within: chanceWithin(critical, domainRatio),
    tradeOff: tradeOff(predictor, tokens, domainRatio, constraints),
    lawFree: lawFreeOf(fit, constraints),
    alternatives: FIXED_REPLAY.map((replay) => {
      const ratio = 1 - replay;
      const { provenance, ratioInside } = distanceFrom(fit.pilots.range, params, tokens, ratio);
      return {
        name: `${100 * replay}% replay`,
        domainRatio: ratio,
        predicted: predictionsAt(predictor, tokens, ratio),
        within: chanceWithin(critical, ratio),
        provenance,
        ratioInside,
      };
    }),
    laws: Object.fromEntries(
      fit.evals.map(({ name, members }) => [
        name,
        members.filter(({ weight }) => weight > 0).map(({ law, weight }) => ({ law, weight })),
      ]),
    ),
    extrapolation: extrapolationOf(fit, params, atPlan.tokens),
    problems: problems.map(plain),
  };
  for (const [set, { end }] of Object.entries(plan.predicted)) {
    const lowest = Math.min(end.loss, end.interval?.[0] ?? end.loss);
    if (!(lowest > 0)) plan.problems.push(plain(impossibleLoss({ set, loss: lowest, params, tokens })));
  }
  return { kind: 'planned', plan };
}

function warnings(fit: FitDocument, params: number, tokens: number): Problem[] {
  const { range } = fit.pilots;
  const distance = distanceFrom(range, params, tokens);
  const general = fit.evals.filter(({ role }) => role === 'general');
  return [
    ...(distance.verdict === 'near'
      ? []
      : [farExtrapolation({ params: distance.params, tokens: distance.tokens })]),
    ...(tokens < range.tokens[0] ? [fewTokens({ tokens, least: range.tokens[0] })] : []),
    ...(fit.draws.count === 0 ? [noDraws({})] : []),
    ...(general.length === 1 ? [oneGeneralSet({ set: general[0].name })] : []),
  ];
}

function trainingRun(
  fit: FitDocument,
  request: PlanRequest,
  tokens: number,
  domainRatio: number,
): TrainingRun {
  const whole = Math.round(tokens);
  const { runs } = fit.pilots;
  const only = <T>(values: readonly T[]): T | null => (new Set(values).size === 1 ? values[0] : null);
  const corpus = (name: 'general' | 'domain', share: number): TrainingRun['corpora'][number] => ({
    name,
    role: name,
    share,
    tokens: Math.round(share * whole),
    available: null,
    epochs: null,
  });
  return {
    model: { name: request.modelName, params: request.params },
    corpora: [corpus('general', 1 - domainRatio), corpus('domain', domainRatio)],
    tokens: whole,
    batchTokens: null,
    steps: null,
    sequenceLength: request.sequenceLength ?? null,
    schedule: {
      kind: only(runs.map(({ schedule }) => schedule)) ?? 'unknown',
      peakLr: only(runs.map(({ lr }) => lr)),
      warmupTokens: only(runs.map(({ warmupTokens }) => warmupTokens)),
    },
    phases: [{ fromTokens: 0, toTokens: whole, domainRatio }],
    evalEveryTokens: Math.max(Math.round(whole / EVALUATIONS), 1),
    evals: fit.evals.map(({ name }) => name),
  };
}

function pathOf(predictor: Predictor, evalIndex: number, tokens: number, domainRatio: number) {
  const first = Math.min(predictor.fit.pilots.range.tokens[0], tokens);
  const ratios = Float64Array.of(domainRatio);
  const path = Array.from({ length: PATH_POINTS }, (_, i) => {
    const at = first * (tokens / first) ** (i / (PATH_POINTS - 1));
    return {
      tokens: i === PATH_POINTS - 1 ? tokens : at,
      ...lossesOf(predictor, evalIndex, i === PATH_POINTS - 1 ? tokens : at, ratios)[0],
    };
  });
  const { loss, interval, meanInterval } = path[PATH_POINTS - 1];
  return { end: { loss, interval, meanInterval }, path };
}

function predictionsAt(predictor: Predictor, tokens: number, domainRatio: number) {
  return Object.fromEntries(
    predictor.fit.evals.map(({ name }, e) => [
      name,
      lossesOf(predictor, e, tokens, Float64Array.of(domainRatio))[0],
    ]),
  );
}

function lossesOf(predictor: Predictor, evalIndex: number, tokens: number, ratios: Float64Array) {
  return predictLosses(predictor, evalIndex, tokens, ratios).map(({ loss, interval, meanInterval }) => ({
    loss,
    interval: pair(interval),
    meanInterval: pair(meanInterval),
  }));
}

/** What one more point of domain share does, and how much less of it keeps nearly all of the gain. */
function tradeOff(
  predictor: Predictor,
  tokens: number,
  domainRatio: number,
  constraints: readonly Constraint[],
): PlanDocument['tradeOff'] {
  const { fit } = predictor;
  const [least, greatest] = fit.pilots.range.domainRatio;
  const at = predictor.atTokens(tokens);
  const above = Math.min(domainRatio + 0.005, greatest);
  const below = Math.max(domainRatio - 0.005, least);
  const slope = (evals: readonly number[]): number => {
    const change = evals.reduce((sum, e) => {
      const [low, high] = at.losses(e, Float64Array.of(below, above)).point;
      return sum + (high - low);
    }, 0);
    return (0.01 * change) / (evals.length * (above - below));
  };
  const domain = [...fit.evals.keys()].filter((e) => fit.evals[e].role === 'domain');
  const general = constraints.map(({ evalIndex }) => evalIndex);
  // domainLossAt counts in shares of the base loss, so 1 is the base itself.
  const gain = (ratio: number): number => 1 - domainLossAt(predictor, at, ratio);
  const wanted = GAIN_KEPT * gain(domainRatio);
  let low = least;
  let high = domainRatio;
  if (gain(low) >= wanted) high = low;
  for (let round = 0; round < 40 && high - low > 1e-6; round++) {
    const middle = 0.5 * (low + high);
    if (gain(middle) >= wanted) high = middle;
    else low = middle;
  }
  return {
    perPoint: { domain: slope(domain), general: slope(general) },
    smallest: { domainRatio: high, gainKept: GAIN_KEPT, predicted: predictionsAt(predictor, tokens, high) },
  };
}

function lawFreeOf(fit: FitDocument, constraints: readonly Constraint[]): PlanDocument['lawFree'] {
  const answer = lawFreeAnswer(fit, constraints);
  return { ...answer, between: answer.between === null ? null : [...answer.between] };
}

function extrapolationOf(fit: FitDocument, params: number, tokens: number): PlanDocument['extrapolation'] {
  const { ratioInside: _, ...distance } = distanceFrom(fit.pilots.range, params, tokens);
  return distance;
}

function chanceWithin(critical: CriticalRatio, ratio: number): number | null {
  return critical.newRun.length === 0 ? null : shareWithin(critical, ratio);
}

function shareOf(sorted: Float64Array, value: number): number {
  return sorted.length === 0 ? 0 : sorted.filter((each) => each === value).length / sorted.length;
}

function pair(interval: readonly [number, number] | null): [number, number] | null {
  return interval === null ? null : [interval[0], interval[1]];
}

/** A problem as documents carry it. */
function plain({
  code,
  severity,
  message,
  hint,
}: Problem | FitDocument['problems'][number]): FitDocument['problems'][number] {
  return { code, severity, message, ...(hint === undefined ? {} : { hint }) };
}
