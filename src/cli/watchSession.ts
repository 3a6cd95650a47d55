/** A plan with the run that carries it out, as far as its logs tell: seen again whenever they have grown. */
import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { FitDocument } from '../documents/fit.ts';
import type { PlanDocument } from '../documents/plan.ts';
import { parseDocument } from '../documents/read.ts';
import { documentKinds } from '../documents/schemas.ts';
import { sha256 } from '../documents/sha256.ts';
import type { WatchDocument, WatchEvaluationDocument } from '../documents/watch.ts';
import { type Problem, Refusal } from '../problems/problem.ts';
import { nothingPredicted } from '../problems/published.ts';
import { fitOfPlanMissing, watchedRunDiverged } from '../problems/watch.ts';
import { type Expected, expectedFromFit, expectedFromPlan } from '../watch/expected.ts';
import { type Evaluation, type RunSoFar, runSoFar } from '../watch/runSoFar.ts';
import { makeWatcher, type Watcher } from '../watch/watch.ts';
import { parseFit } from './asking.ts';
import { fitPathOf } from './fitOfPlan.ts';
import type { WatchedRuns } from './watching.ts';

/** The run so far with its watcher, which has seen all of its evaluations. */
export interface Session {
  readonly run: RunSoFar;
  readonly watcher: Watcher;
  readonly problems: readonly Problem[];
}

/** What a run is held against. */
export interface Watching {
  readonly plan: PlanDocument;
  readonly expectation: Expectation;
  /** Of the run, where it was told. */
  readonly name: string | undefined;
  /** Whether more is on its way: a half of the newest evaluation is then waited for. */
  readonly grows: boolean;
}

/** The plan in a text; refused where nothing is predicted in it. */
export async function readPlan(path: string, text: string): Promise<PlanDocument> {
  const plan = await parseDocument(text, documentKinds.plan, path === '-' ? 'standard input' : path);
  if (plan.basis !== 'fit') throw new Refusal([nothingPredicted({ basis: plan.basis })]);
  return plan;
}

export interface Expectation {
  readonly from: (base: RunSoFar['base']) => Expected;
  readonly problems: readonly Problem[];
}

/** From the very fit that the plan was made from, or from the plan where that is not at hand. */
export async function expectation(plan: PlanDocument, path: string): Promise<Expectation> {
  const fitPath = fitPathOf(plan, path);
  const text = await readFile(fitPath, 'utf8').catch(() => undefined);
  if (text === undefined || sha256(text) !== plan.fit.sha256) {
    const problem = fitOfPlanMissing({ path: fitPath, changed: text !== undefined });
    return { from: () => expectedFromPlan(plan), problems: [problem] };
  }
  return expectationOf(plan, await parseFit(text, fitPath));
}

/** @param fit the very one that the plan was made from */
export function expectationOf(plan: PlanDocument, fit: FitDocument): Expectation {
  return { from: (base) => expectedFromFit(plan, fit, base), problems: [] };
}

/**
 * The session after what these runs hold, each new evaluation told.
 * @param before what was seen earlier; undefined at first
 */
export function goneOn(
  before: Session | undefined,
  runs: WatchedRuns,
  watching: Watching,
  told: (evaluation: WatchEvaluationDocument) => void = () => undefined,
): Session {
  const steps = going(before, runs, watching, told);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/**
 * The same with a rest after every few evaluations, so that keys are heard meanwhile. The session before is used up by it, also
 * where a rest throws.
 */
export async function goneOnWithRests(
  before: Session | undefined,
  runs: WatchedRuns,
  watching: Watching,
  rest: () => Promise<void>,
): Promise<Session> {
  const steps = going(before, runs, watching, () => undefined);
  for (let taken = 1; ; taken++) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (taken % AT_A_TIME === 0) await rest();
  }
}

/** Evaluations between two rests: some 30 ms. */
const AT_A_TIME = 5;

/** One step an evaluation. */
function* going(
  before: Session | undefined,
  runs: WatchedRuns,
  { plan, expectation, name, grows }: Watching,
  told: (evaluation: WatchEvaluationDocument) => void,
): Generator<void, Session> {
  const whole = runSoFar(runs, plan, name);
  const run = grows ? withoutHalves(whole, Object.keys(plan.predicted)) : whole;
  const watched = Object.entries(runs.diverged[run.name] ?? {}).filter(([set]) => run.sets.includes(set));
  const diverged =
    watched.length === 0 ? [] : [watchedRunDiverged({ run: run.name, sets: Object.fromEntries(watched) })];
  return {
    run,
    watcher: yield* advance(before, run, expectation, told),
    problems: [...diverged, ...expectation.problems, ...runs.problems, ...run.problems],
  };
}

/** @param plan path of the plan */
export function verdictOf({ watcher, run, problems }: Session, plan: string): WatchDocument {
  return watcher.verdict({ plan, run: run.name, problems });
}

/**
 * Without the newest evaluation while sets are lacking that the one before it had: trainers evaluate one set after another, and
 * a half that was shown would have to be taken back.
 * @param sets those that the first evaluation is expected to have
 */
function withoutHalves(run: RunSoFar, sets: readonly string[]): RunSoFar {
  const last = run.evaluations.at(-1);
  const before = run.evaluations.at(-2);
  if (last === undefined) return run;
  const expected = before === undefined ? sets : Object.keys(before.losses);
  const isWhole = expected.every((set) => last.losses[set] !== undefined);
  return isWhole ? run : { ...run, evaluations: run.evaluations.slice(0, -1) };
}

/**
 * Shows a watcher what is new. Where what was seen is no longer in the logs (a job went back to a checkpoint, a file was replaced,
 * or the base model was evaluated only later) another one starts again from the first evaluation.
 */
function* advance(
  before: Session | undefined,
  run: RunSoFar,
  { from }: Expectation,
  told: (evaluation: WatchEvaluationDocument) => void,
): Generator<void, Watcher> {
  const seen = before?.run.evaluations ?? [];
  const goesOn =
    before !== undefined &&
    before.run.sets.join() === run.sets.join() &&
    isDeepStrictEqual(before.run.base, run.base) &&
    seen.every((evaluation, i) => sameEvaluation(evaluation, run.evaluations[i]));
  const watcher = goesOn ? before.watcher : makeWatcher(from(run.base), run.sets, run.batchTokens);
  for (const evaluation of run.evaluations.slice(goesOn ? seen.length : 0)) {
    told(watcher.see(evaluation));
    yield;
  }
  return watcher;
}

function sameEvaluation(a: Evaluation, b: Evaluation | undefined): boolean {
  return b !== undefined && a.tokens === b.tokens && isDeepStrictEqual(a.losses, b.losses);
}
