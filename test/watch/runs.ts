/** Plans from the shipped pilots, and runs drawn from what they predict. */
import type { FitDocument } from '../../src/documents/fit.ts';
import type { PlanDocument } from '../../src/documents/plan.ts';
import type { Constraint } from '../../src/mixture/critical.ts';
import { domainObjective } from '../../src/mixture/objective.ts';
import { purchase } from '../../src/plan/budget.ts';
import { makePlan } from '../../src/plan/makePlan.ts';
import { type Stream, stream } from '../../src/stats/streams.ts';
import { tolerance } from '../../src/units/tolerance.ts';
import { type Alarm, makeAlarm } from '../../src/watch/alarm.ts';
import type { Expected, ExpectedSet } from '../../src/watch/expected.ts';
import { makeTracker, type Tracker } from '../../src/watch/track.ts';
import { UNLIMITED } from '../plan/questions.ts';

/** The largest size of the shipped pilots. */
export const PARAMS = 332928;

/** The plan of a piloted size for some tokens, general loss within 3% with 90% unless told otherwise. */
export function planFor(
  fit: FitDocument,
  tokens: number,
  params = PARAMS,
  constraints: readonly Constraint[] = [{ evalIndex: 0, tolerance: tolerance.parse('3%') }],
): PlanDocument {
  const means = purchase({
    budget: { kind: 'tokens', tokens },
    params,
    shape: undefined,
    sequenceLength: undefined,
    gpu: undefined,
    gpus: undefined,
    mfu: undefined,
    throughput: undefined,
    goodput: 1,
    price: undefined,
  });
  const outcome = makePlan(fit, {
    sizes: [{ name: null, params, baseLoss: {}, means, tokens: means.tokens }],
    goal: { kind: 'budget', asked: means.asked },
    constraints,
    confidence: 0.9,
    objective: domainObjective(fit),
    corpora: UNLIMITED,
    curve: false,
    assumeBaseFromSizeLaw: false,
    sequenceLength: undefined,
    extrapolate: false,
    problems: [],
    command: 'mixplan plan',
    fitFile: { path: 'pilots.fit.json', sha256: '0'.repeat(64) },
  });
  if (outcome.kind === 'refused') throw new Error(outcome.problems.map(({ message }) => message).join(' '));
  return outcome.plan;
}

/** The fit with the given noise of one evaluation of its general set, as a share of the loss. */
export function withEvaluationNoise(fit: FitDocument, evaluation: number): FitDocument {
  const evals = fit.evals.map((set) =>
    set.role === 'general' ? { ...set, noise: { ...set.noise, evaluation } } : set,
  );
  return { ...fit, evals };
}

/** What is expected of a set by some of its draws alone, with its paths kept: watching then costs less. */
export function someDraws(set: ExpectedSet, keep: (draw: number) => boolean): ExpectedSet {
  const known = new Map<number, ReturnType<ExpectedSet['at']>>();
  const kept = (values: Float64Array): Float64Array => values.filter((_, draw) => keep(draw));
  const at: ExpectedSet['at'] = (tokens) => {
    const { point, draws } = known.get(tokens) ?? set.at(tokens);
    const paths = { point, draws: draws.length === set.count ? kept(draws) : draws };
    known.set(tokens, paths);
    return paths;
  };
  const limit = set.limit === null ? null : kept(set.limit);
  return { ...set, count: kept(new Float64Array(set.count)).length, limit, at };
}

/** Tokens of the evaluations that count, at the cadence of the plan. */
export function cadence({ tokens, judgedFrom, sets }: Expected): number[] {
  const step = sets[0].noise.cadence;
  const all = Array.from({ length: Math.round(tokens / step) }, (_, i) => Math.min((i + 1) * step, tokens));
  return all.filter((each) => each >= judgedFrom);
}

/** Losses of a run that lies on the path of one draw, with the noise that is expected of it. */
export function drawRun(
  set: ExpectedSet,
  draw: number,
  times: readonly number[],
  numbers: Stream,
  change: (tokens: number) => number = () => 0,
): number[] {
  const { offset, evaluation, rho } = set.noise;
  const ofRun = offset * numbers.normal();
  let wobble = numbers.normal();
  return times.map((tokens, i) => {
    if (i > 0) wobble = rho * wobble + Math.sqrt(1 - rho ** 2) * numbers.normal();
    const { point, draws } = set.at(tokens);
    return (draws[draw] + point * (ofRun + evaluation * wobble)) * (1 + change(tokens));
  });
}

/**
 * Runs that lie each on a draw of its own, looked at after every evaluation of every set.
 * @returns tokens at which each was first called unexpected; undefined if never
 */
export function watchRuns(
  { truth, watching, tokens, times }: WatchStudy,
  runs: number,
  seed: number,
  change: (set: string) => (tokens: number) => number = () => () => 0,
  during?: (
    run: number,
    set: number,
    tracker: Tracker,
    at: number,
    losses: readonly number[],
    draw: number,
  ) => void,
): (number | undefined)[] {
  return Array.from({ length: runs }, (_, run) => {
    const alarm: Alarm = makeAlarm(truth.length);
    let first: number | undefined;
    truth.forEach((set, s) => {
      const numbers = stream(seed, `run on ${set.name}`, run);
      const draw = numbers.below(set.count);
      const losses = drawRun(set, draw, times, numbers, change(set.name));
      const tracker = makeTracker(watching[s], tokens);
      for (let i = 0; i < times.length; i++) {
        if (first !== undefined && times[i] >= first) break;
        const { evidence } = tracker.observe(times[i], losses[i]);
        during?.(run, s, tracker, i, losses, draw);
        if (alarm.hear(set.name, evidence)) first = times[i];
      }
    });
    return first;
  });
}

export interface WatchStudy {
  /** What runs are drawn from, and what they are watched with: the same sets. */
  readonly truth: readonly ExpectedSet[];
  readonly watching: readonly ExpectedSet[];
  /** Of the plan. */
  readonly tokens: number;
  readonly times: readonly number[];
}

/** Runs on the odd draws of a fit, watched with every `every`-th of the even ones: nobody has seen the path of the run. */
export function studyOf(expected: Expected, every: number): WatchStudy {
  return {
    truth: expected.sets.map((set) => someDraws(set, (draw) => draw % 2 === 1)),
    watching: expected.sets.map((set) => someDraws(set, (draw) => draw % (2 * every) === 0)),
    tokens: expected.tokens,
    times: cadence(expected),
  };
}

/** Share of numbers at or below a bound; runs without one count as above. */
export function shareBy(alarms: readonly (number | undefined)[], bound: number): number {
  return alarms.filter((at) => at !== undefined && at <= bound).length / alarms.length;
}
