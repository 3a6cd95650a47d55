/**
 * What a plan expects of its run: on every set one path of losses per draw of the fit, and the noise of one run about its
 * path. Without the fit the plan's own path stands in, with its mean interval as one direction in which the whole of the
 * path may be off.
 */
import type { FitDocument } from '../documents/fit.ts';
import type { PlanDocument } from '../documents/plan.ts';
import type { TrainingRun } from '../documents/trainingRun.ts';
import { repetitionLawById } from '../laws/modifiers/repetitionLaws.ts';
import { limitOf } from '../mixture/critical.ts';
import { type LimitedCorpus, makePredictor, type Predictor, sharedWithPilots } from '../mixture/predictor.ts';
import { FIRST_PART, WARMUPS } from '../runs/honesty.ts';
import { alongPath } from '../simulate/ofPlan.ts';
import { normalQuantile } from '../stats/normal.ts';

export interface Expected {
  readonly tokens: number;
  readonly domainRatio: number;
  readonly params: number;
  /** Tokens of the first evaluation that counts: before it re-warming moves the loss in ways that no law here knows. */
  readonly judgedFrom: number;
  readonly level: number;
  readonly confidence: number;
  /** `plan`: without the fit, so that nothing is known about other ratios. */
  readonly source: 'fit' | 'plan';
  /** Ratios that were piloted, [least, greatest]; null without the fit. */
  readonly pilotRatios: readonly [number, number] | null;
  readonly sets: readonly ExpectedSet[];
}

export interface ExpectedSet {
  readonly name: string;
  readonly role: 'general' | 'domain';
  /** Number of draws. */
  readonly count: number;
  readonly noise: RunNoise;
  /** The loss not to be passed at the end, one per draw; null where the plan has no tolerance on the set. */
  readonly limit: Float64Array | null;
  /** Expected losses after some tokens at the ratio of the plan. */
  readonly at: (tokens: number) => Paths;
  /** The same of runs at other ratios throughout, one per ratio. Only from a fit. */
  readonly atRatios: (tokens: number, ratios: Float64Array) => readonly Paths[];
}

/** Losses of the plan itself and of every draw. */
export interface Paths {
  readonly point: number;
  readonly draws: Float64Array;
}

/** Noise of one run about its path, as shares of the loss. */
export interface RunNoise {
  /** Standard deviation by which the whole run lies off. */
  readonly offset: number;
  /** Standard deviation of one evaluation about its run. */
  readonly evaluation: number;
  /** Correlation of evaluations that lie `cadence` tokens apart; it falls by this factor with every further `cadence`. */
  readonly rho: number;
  readonly cadence: number;
}

/** Losses are logged to so many digits at best: less evaluation noise than this share of the loss is rounding. */
const ROUNDING = 1e-4;

/**
 * @param fit the very fit that the plan was made from
 * @param measuredBase losses of the base model that the run itself reports: they replace those that the plan assumed
 */
export function expectedFromFit(
  plan: PlanDocument,
  fit: FitDocument,
  measuredBase: Readonly<Record<string, number>> = {},
): Expected {
  const { params } = plan.model;
  const base = fit.evals.map(({ name }) => {
    const told = plan.base[name];
    const measured = told.source === 'assumed' ? measuredBase[name] : undefined;
    return measured === undefined ? told : { loss: measured, source: 'measured' as const, sd: 0 };
  });
  const predictor = makePredictor(fit, { params, base }, corpusOf(plan));
  const [least, greatest] = fit.pilots.range.domainRatio;
  return {
    ...frame(plan),
    source: 'fit',
    pilotRatios: [least, greatest],
    sets: fit.evals.map((_, evalIndex) => setOfFit(plan, predictor, evalIndex)),
  };
}

function setOfFit(plan: PlanDocument, predictor: Predictor, evalIndex: number): ExpectedSet {
  const { fit, target, base } = predictor;
  const { name, role, noise } = fit.evals[evalIndex];
  const shared = sharedWithPilots(fit, target.params);
  // A fit without draws knows one path, which is then taken for certain.
  const count = Math.max(predictor.count, 1);
  const ofBase = new Float64Array(count).map((_, k) => 1 + (shared?.[evalIndex][k] ?? 0));
  const tolerance = plan.constraints.tolerance[name];
  const atRatios = (tokens: number, ratios: Float64Array): Paths[] => {
    const { point, draws } = predictor.atTokens(tokens).losses(evalIndex, ratios);
    return Array.from(point, (loss, i) => ({
      point: loss,
      draws: ofBase.map((factor, k) =>
        predictor.count === 0 ? loss : factor * draws[k * ratios.length + i],
      ),
    }));
  };
  return {
    name,
    role,
    count,
    noise: runNoise(plan, noise, shared === undefined ? Math.hypot(noise.run, noise.base) : noise.run),
    limit:
      tolerance === undefined
        ? null
        : ofBase.map((_, k) => limitOf(base[evalIndex][k] ?? target.base[evalIndex].loss, tolerance)),
    at: remembered((tokens) => atRatios(tokens, Float64Array.of(plan.runs[0].phases[0].domainRatio))[0]),
    atRatios,
  };
}

/** Evaluations are asked for several times each, and the end after every one of them. */
function remembered(pathsAt: (tokens: number) => Paths): (tokens: number) => Paths {
  const known = new Map<number, Paths>();
  return (tokens) => {
    const paths = known.get(tokens) ?? pathsAt(tokens);
    known.set(tokens, paths);
    return paths;
  };
}

/** Draws that stand for the mean interval of a plan whose fit is not at hand. */
const STAND_IN_DRAWS = 200;

/**
 * From the plan alone: draw k lies as many deviations off the path at all tokens. Bounds of the interval are quantiles of
 * the level of the plan, on either side of the path for itself.
 */
export function expectedFromPlan(plan: PlanDocument): Expected {
  const scale = normalQuantile((1 + plan.level) / 2);
  const sets = Object.entries(plan.predicted).map(([name, { path, end, noise }]): ExpectedSet => {
    const deviations = Float64Array.from({ length: STAND_IN_DRAWS }, (_, k) =>
      normalQuantile((k + 0.5) / STAND_IN_DRAWS),
    );
    const column = (value: (point: (typeof path)[number]) => number) =>
      path.map((point) => ({ tokens: point.tokens, loss: value(point) }));
    const middle = column(({ loss }) => loss);
    const low = column(({ loss, meanInterval }) => meanInterval?.[0] ?? loss);
    const high = column(({ loss, meanInterval }) => meanInterval?.[1] ?? loss);
    const at = (tokens: number): Paths => {
      const point = alongPath(middle, tokens);
      const below = (point - alongPath(low, tokens)) / scale;
      const above = (alongPath(high, tokens) - point) / scale;
      return { point, draws: deviations.map((z) => point + z * (z < 0 ? below : above)) };
    };
    const tolerance = plan.constraints.tolerance[name];
    const limit = tolerance === undefined ? undefined : limitOf(plan.base[name].loss, tolerance);
    return {
      name,
      role: plan.runs[0].evals.find((set) => set.name === name)?.role ?? 'general',
      count: STAND_IN_DRAWS,
      noise: runNoise(plan, noise, offsetOf(end, noise, scale)),
      limit: limit === undefined ? null : new Float64Array(STAND_IN_DRAWS).fill(limit),
      at,
      atRatios: () => {
        throw new Error('a plan without its fit knows one ratio only');
      },
    };
  });
  const generalFirst = sets.toSorted((a, b) => Number(a.role === 'domain') - Number(b.role === 'domain'));
  return { ...frame(plan), source: 'plan', pilotRatios: null, sets: generalFirst };
}

/** What the interval of a new run holds beyond that of the curve and the noise of one evaluation; at least the run noise. */
function offsetOf(
  { loss, interval, meanInterval }: PlanDocument['predicted'][string]['end'],
  { run, evaluation }: PlanDocument['predicted'][string]['noise'],
  scale: number,
): number {
  if (interval === null || meanInterval === null) return run;
  const sd = ([low, high]: readonly [number, number]): number => (high - low) / (2 * scale * loss);
  return Math.sqrt(Math.max(sd(interval) ** 2 - sd(meanInterval) ** 2 - evaluation ** 2, run ** 2));
}

/**
 * The correlation that a fit found is between neighbouring evaluations of its pilots. It is taken to hold at the cadence of
 * the plan, as simulated runs of the plan have it, and to rise where a run is evaluated more often.
 */
function runNoise(
  plan: PlanDocument,
  { evaluation, rho }: { evaluation: number; rho: number },
  offset: number,
) {
  return {
    offset,
    evaluation: Math.max(evaluation, ROUNDING),
    rho: Math.max(rho, 0),
    cadence: plan.runs[0].evalEveryTokens,
  };
}

function frame({ runs: [run], model, level, constraints }: PlanDocument) {
  return {
    tokens: run.tokens,
    domainRatio: run.phases[0].domainRatio,
    params: model.params,
    judgedFrom: judgedFrom(run),
    level,
    confidence: constraints.confidence,
  };
}

/** What is set aside in pilots is shown but not judged. */
function judgedFrom({ tokens, schedule }: TrainingRun): number {
  return Math.max(WARMUPS * (schedule.warmupTokens ?? 0), FIRST_PART * tokens);
}

/** The limited domain corpus that the predictions of a plan rest on; none where its size was not told. */
function corpusOf({ repetition, level }: PlanDocument): LimitedCorpus | undefined {
  if (repetition === null) return undefined;
  const law = repetitionLawById(repetition.law);
  if (law === undefined)
    throw new Error(`the plan names a law of repetition that this version does not have: ${repetition.law}`);
  const [low, high] = repetition.interval;
  const logSpread = Math.log(high / low) / (2 * normalQuantile((1 + level) / 2));
  const { constant: value, source, unique } = repetition;
  return { unique, law, constant: { value, logSpread, source } };
}
