/** A run against its plan: every evaluation as it comes, and the verdict at any time. */
import type { WatchDocument, WatchEvaluationDocument } from '../documents/watch.ts';
import type { Problem } from '../problems/problem.ts';
import {
  endNotEvaluated,
  evaluationsBeyondPlan,
  evaluationsTooClose,
  fewDrawsLeft,
  nothingJudged,
  setNeverEvaluated,
} from '../problems/watch.ts';
import { FALSE_ALARMS, makeAlarm } from './alarm.ts';
import { AT_END, isAnotherDue, isAtEnd } from './ending.ts';
import type { Expected, ExpectedSet } from './expected.ts';
import { centralInterval, momentsOf } from './mixture.ts';
import { replan, type TrackedSet } from './replan.ts';
import type { Evaluation } from './runSoFar.ts';
import { chanceOf, chanceOfAll, effectiveDraws, type Goal } from './together.ts';
import { type Ahead, makeTracker } from './track.ts';

type SeenSet = WatchEvaluationDocument['sets'][string];

export interface Watcher {
  /** Evaluations in order of tokens. */
  see(evaluation: Evaluation): WatchEvaluationDocument;
  /** What is expected after some tokens, before anything is seen; by set, as `see` holds evaluations against it. */
  expects(tokens: number): Readonly<Record<string, Pick<SeenSet, 'predicted' | 'band'>>>;
  /** Whether the run has the tokens of the plan, judged or not. */
  finished(): boolean;
  verdict(facts: VerdictFacts): WatchDocument;
}

export interface VerdictFacts {
  /** Path of the plan. */
  readonly plan: string;
  /** Name of the run. */
  readonly run: string;
  /** What else must be said. */
  readonly problems: readonly Problem[];
}

/** A goal is at risk under this chance of reaching it. */
const AT_RISK = 0.5;
/**
 * Evaluations closer than this share of the planned cadence are shown and not judged: how noise is correlated over shorter gaps is
 * not known, and taking it wrongly at five times the cadence called 14.5% of sound runs unexpected (`npm run watch-study`).
 */
const TOO_CLOSE = 0.9;
/** Fewer draws than these no longer tell an interval. */
const FEW_DRAWS = 30;

/**
 * @param watched names of the sets that the run is evaluated on; others of the plan are left out
 * @param batch tokens of a batch of the run; 0 where they are not known
 */
export function makeWatcher(expected: Expected, watched: readonly string[], batch = 0): Watcher {
  const { tokens: planned, judgedFrom, level } = expected;
  const tracked = expected.sets
    .filter(({ name }) => watched.includes(name))
    .map((set): TrackedSet => ({ set, tracker: makeTracker(set, planned) }));
  const alarm = makeAlarm(tracked.length);
  const since = new Map<string, number>();
  const lastJudged = new Map<string, number>();
  const evaluations: WatchEvaluationDocument[] = [];
  let riskSince: number | undefined;

  const end = ({ tracker }: TrackedSet): Ahead => tracker.ahead(Math.max(planned, seenBy()));
  const seenBy = (): number => Math.max(...lastJudged.values(), 0);
  const judgedAny = (): boolean => lastJudged.size > 0;

  /** The tolerances of the plan on the sets that are watched, with what is known of the end. */
  const goals = (ahead: (each: TrackedSet) => Ahead): (Goal & { readonly set: string })[] =>
    tracked.flatMap((each) => {
      const { name, limit } = each.set;
      return limit === null ? [] : [{ set: name, limit, ahead: ahead(each) }];
    });
  // Without the fit nothing is known of how sets go together.
  const together = (all: readonly Goal[]): number | null => chanceOfAll(all, expected.source === 'fit');

  const judge = ({ set: { name }, tracker }: TrackedSet, tokens: number, loss: number) => {
    const seen = tracker.observe(tokens, loss);
    if (alarm.hear(name, seen.evidence) && !since.has(name)) since.set(name, tokens);
    lastJudged.set(name, tokens);
    return seen;
  };

  const isWithin = (tokens: number): boolean => tokens >= judgedFrom && tokens <= planned * (1 + AT_END);
  const isEnd = (tokens: number): boolean => isAtEnd(tokens, planned);

  /**
   * The first evaluation at the end is judged however close it is: it is what the goal is about. No alarm more comes of it, since
   * it can only confirm evidence that was enough before it.
   */
  const isJudged = ({ name, noise }: ExpectedSet, tokens: number): boolean => {
    if (!isWithin(tokens)) return false;
    const before = lastJudged.get(name);
    if (before === undefined || tokens - before >= TOO_CLOSE * noise.cadence) return true;
    return isEnd(tokens) && !isEnd(before);
  };

  const see: Watcher['see'] = ({ tokens, losses }) => {
    const sets: WatchEvaluationDocument['sets'] = {};
    let judged = false;
    for (const each of tracked) {
      const { name } = each.set;
      const loss = losses[name];
      if (loss === undefined) continue;
      const prior = each.tracker.prior(tokens);
      const { mean, sd } = momentsOf(prior);
      const told = isJudged(each.set, tokens) ? judge(each, tokens, loss) : undefined;
      judged ||= told !== undefined;
      sets[name] = {
        loss,
        predicted: each.set.at(tokens).point,
        band: centralInterval(prior, level),
        z: (loss - mean) / sd,
        surprise: told?.surprise ?? null,
        evidence: told?.evidence ?? null,
      };
    }
    const within = judgedAny() ? together(goals(end)) : null;
    const atRisk = within !== null && within < AT_RISK;
    if (judged) riskSince = atRisk ? (riskSince ?? tokens) : undefined;
    const evaluation: WatchEvaluationDocument = {
      schema: 'mixplan.watch-evaluation/1',
      tokens,
      judged,
      sets,
      within,
      unexpected: [...since.keys()],
      atRisk,
    };
    evaluations.push(evaluation);
    return evaluation;
  };

  const expects: Watcher['expects'] = (tokens) =>
    Object.fromEntries(
      tracked.map(({ set, tracker }) => [
        set.name,
        { predicted: set.at(tokens).point, band: centralInterval(tracker.prior(tokens), level) },
      ]),
    );

  const finished = (): boolean => isEnd(evaluations.at(-1)?.tokens ?? 0);

  const verdict: Watcher['verdict'] = ({ plan, run, problems }) => {
    const seen = evaluations.at(-1)?.tokens ?? 0;
    const now = goals(end);
    const least = now
      .map((goal) => ({ set: goal.set, chance: chanceOf(goal) }))
      .reduce<{ readonly set: string; readonly chance: number } | undefined>(
        (a, b) => (a === undefined || b.chance < a.chance ? b : a),
        undefined,
      );
    const withinNow = together(now);
    const before = together(goals(({ tracker }) => tracker.prior(planned)));
    const atRisk =
      riskSince === undefined || least === undefined ? null : { set: least.set, since: riskSince };
    return {
      schema: 'mixplan.watch/1',
      plan,
      source: expected.source,
      run,
      level,
      tokens: { seen, planned, judgedFrom },
      state: !judgedAny() ? 'notJudged' : finished() ? 'finished' : 'running',
      falseAlarms: FALSE_ALARMS,
      alarmAt: alarm.at,
      unexpected: tracked.flatMap(({ set: { name }, tracker }) => {
        const noticed = since.get(name);
        return noticed === undefined ? [] : [{ set: name, since: noticed, ...tracker.likeliest() }];
      }),
      atRisk,
      within: before === null || withinNow === null ? null : { before, now: withinNow },
      sets: Object.fromEntries(tracked.map((each) => [each.set.name, outlookOf(each)])),
      replanned:
        atRisk !== null && !finished() && expected.source === 'fit'
          ? replan(expected, tracked, seenBy())
          : null,
      evaluations: evaluations.map(({ schema: _, ...evaluation }) => evaluation),
      problems: [...problems, ...remarks()].map(({ place: _, ...problem }) => problem),
    };
  };

  const outlookOf = (each: TrackedSet): WatchDocument['sets'][string] => {
    const { role, limit, count } = each.set;
    const before = each.tracker.prior(planned);
    const now = end(each);
    const limits = limit === null ? null : Float64Array.from(now.draw, (k) => limit[k]);
    const { weight } = now;
    return {
      role,
      before: { loss: momentsOf(before).mean, interval: centralInterval(before, level) },
      now: { loss: momentsOf(now).mean, interval: centralInterval(now, level) },
      limit: limits?.reduce((sum, each, i) => sum + weight[i] * each, 0) ?? null,
      within: limit === null ? null : chanceOf({ ahead: now, limit }),
      effectiveDraws: effectiveDraws([now], count),
      draws: count,
    };
  };

  const remarks = (): Problem[] => {
    const seenAt = evaluations.map(({ tokens }) => tokens);
    const [
      {
        noise: { cadence },
      },
    ] = expected.sets;
    const judged = evaluations.filter((each) => each.judged).length;
    const close = evaluations.filter((each) => !each.judged && isWithin(each.tokens)).length;
    const beyond = evaluations.filter(({ tokens }) => tokens > planned * (1 + AT_END)).length;
    const alone = tracked.map((each) => ({ ...each.set, left: effectiveDraws([end(each)], each.set.count) }));
    const all = goals(end);
    const jointly =
      expected.source === 'fit' && all.length > 1
        ? [
            {
              name: all.map(({ set }) => set).join(' and '),
              count: all[0].limit.length,
              left: effectiveDraws(
                all.map(({ ahead }) => ahead),
                all[0].limit.length,
              ),
            },
          ]
        : [];
    const isFew = ({ count, left }: { count: number; left: number }): boolean =>
      count > FEW_DRAWS && left < FEW_DRAWS;
    const few = alone.some(isFew) ? alone.filter(isFew) : jointly.filter(isFew);
    const missing = expected.sets.filter(({ name, limit }) => limit !== null && !watched.includes(name));
    return [
      ...(judgedAny() ? [] : [nothingJudged({ from: judgedFrom, seen: evaluations.at(-1)?.tokens ?? 0 })]),
      ...(judged > 0 && close > 0 ? [evaluationsTooClose({ judged, close, apart: cadence })] : []),
      ...(judgedAny() && !finished() && !isAnotherDue(seenAt, { planned, cadence, batch })
        ? [endNotEvaluated({ last: seenAt[seenAt.length - 1], tokens: planned })]
        : []),
      ...(beyond > 0 ? [evaluationsBeyondPlan({ evaluations: beyond, tokens: planned })] : []),
      ...missing.map(({ name }) => setNeverEvaluated({ set: name })),
      ...few.map(({ name, count, left }) => fewDrawsLeft({ set: name, left, draws: count })),
    ];
  };

  return { see, expects, finished, verdict };
}
