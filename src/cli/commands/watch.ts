import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { refuseUnwritable, writeAtomically } from '../../documents/atomic.ts';
import { canonicalJson } from '../../documents/canonical.ts';
import type { PlanDocument } from '../../documents/plan.ts';
import { parseDocument, readText } from '../../documents/read.ts';
import { documentKinds } from '../../documents/schemas.ts';
import { sha256 } from '../../documents/sha256.ts';
import type { WatchDocument, WatchEvaluationDocument } from '../../documents/watch.ts';
import { evaluationText, explainWatch } from '../../explain/watch.ts';
import { type Problem, Refusal } from '../../problems/problem.ts';
import { nothingPredicted } from '../../problems/published.ts';
import { fitOfPlanMissing, watchedRunDiverged } from '../../problems/watch.ts';
import { type Expected, expectedFromFit, expectedFromPlan } from '../../watch/expected.ts';
import { type Evaluation, type RunSoFar, runSoFar } from '../../watch/runSoFar.ts';
import { makeWatcher, type Watcher } from '../../watch/watch.ts';
import { parseFit } from '../asking.ts';
import type { Run } from '../command.ts';
import { type ExitStatus, exitStatus } from '../exit.ts';
import type { Printer } from '../printer.ts';
import { sectionsText } from '../sections.ts';
import { withStandardInput } from '../spooled.ts';
import { followRun, type ReadingOptions, readRun, type WatchedRuns } from '../watching.ts';
import { sayWritten } from '../written.ts';

type Options = ReadingOptions | 'follow' | 'output' | 'force';

/** The run so far with its watcher, which has seen all of its evaluations. */
interface Session {
  readonly run: RunSoFar;
  readonly watcher: Watcher;
  readonly problems: readonly Problem[];
}

/**
 * `mixplan watch PLAN LOGS...`: every evaluation of a run against the prediction of its plan. With --json stdout has one line an
 * evaluation and the verdict as its last.
 */
export const run: Run<Options> = async ({ args, values, printer, stdin }) => {
  const [path, ...logs] = args;
  const { output, follow } = values;
  await refuseUnwritable(output === undefined ? [] : [output], args);
  const plan = await readPlan(path, await readText(path, stdin));
  const expectedOf = await expectation(plan, path);
  const held: { session?: Session } = {};
  let newest: WatchedRuns | undefined;
  const show = (runs: WatchedRuns, grows: boolean): Session => {
    const whole = runSoFar(runs, plan, values.run);
    const run = grows ? withoutHalves(whole, Object.keys(plan.predicted)) : whole;
    const watched = Object.entries(runs.diverged[run.name] ?? {}).filter(([set]) => run.sets.includes(set));
    const diverged =
      watched.length === 0 ? [] : [watchedRunDiverged({ run: run.name, sets: Object.fromEntries(watched) })];
    const watcher = advance(held.session, run, expectedOf, (evaluation) => tell(evaluation, follow, printer));
    held.session = {
      run,
      watcher,
      problems: [...diverged, ...expectedOf.problems, ...runs.problems, ...run.problems],
    };
    return held.session;
  };
  let interrupted = false;
  if (!follow)
    show(await withStandardInput(logs, stdin, false, (paths) => readRun(plan, path, paths, values)), false);
  else {
    const over = new AbortController();
    const onInterrupt = (): void => {
      interrupted = true;
      over.abort();
    };
    process.once('SIGINT', onInterrupt);
    try {
      await withStandardInput(logs, stdin, true, async (paths, ended) => {
        // A pipe that is closed brings nothing more: what it brought is read to its last line.
        void ended.then(() => over.abort());
        await followRun(plan, path, paths, values, over.signal, (runs) => {
          newest = runs;
          if (show(runs, true).watcher.finished()) over.abort();
        });
        if (!interrupted && logs.includes('-')) newest = await readRun(plan, path, paths, values);
      });
    } finally {
      process.off('SIGINT', onInterrupt);
    }
    if (newest !== undefined) show(newest, false);
  }
  const { session } = held;
  if (session === undefined) {
    printer.say('interrupted before the run had an evaluation');
    return exitStatus.interrupted;
  }
  const verdict = verdictOf(session, path);
  if (output !== undefined && output !== '-')
    sayWritten(await writeAtomically(output, canonicalJson(verdict), values), [output], printer);
  if (printer.json) printer.dataLine(verdict);
  else if (output === '-') printer.dataJson(verdict);
  else printer.data(sectionsText(explainWatch(verdict), printer));
  printer.problems(verdict.problems);
  return interrupted ? exitStatus.interrupted : statusOf(verdict);
};

async function readPlan(path: string, text: string): Promise<PlanDocument> {
  const plan = await parseDocument(text, documentKinds.plan, path === '-' ? 'standard input' : path);
  if (plan.basis !== 'fit') throw new Refusal([nothingPredicted({ basis: plan.basis })]);
  return plan;
}

interface Expectation {
  readonly from: (base: RunSoFar['base']) => Expected;
  readonly problems: readonly Problem[];
}

/** From the very fit that the plan was made from, or from the plan where that is not at hand. */
async function expectation(plan: PlanDocument, path: string): Promise<Expectation> {
  const fitPath = join(path === '-' ? '.' : dirname(path), plan.fit.path);
  const text = await readFile(fitPath, 'utf8').catch(() => undefined);
  if (text === undefined || sha256(text) !== plan.fit.sha256) {
    const problem = fitOfPlanMissing({ path: fitPath, changed: text !== undefined });
    return { from: () => expectedFromPlan(plan), problems: [problem] };
  }
  const fit = await parseFit(text, fitPath);
  return { from: (base) => expectedFromFit(plan, fit, base), problems: [] };
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
 * Shows a watcher what is new. Where what was seen is no longer in the logs (a job went back to a checkpoint, a file was replaced)
 * another one starts again from the first evaluation.
 */
function advance(
  before: Session | undefined,
  run: RunSoFar,
  { from }: Expectation,
  told: (evaluation: WatchEvaluationDocument) => void,
): Watcher {
  const seen = before?.run.evaluations ?? [];
  const goesOn =
    before !== undefined &&
    before.run.sets.join() === run.sets.join() &&
    seen.every((evaluation, i) => sameEvaluation(evaluation, run.evaluations[i]));
  const watcher = goesOn ? before.watcher : makeWatcher(from(run.base), run.sets);
  for (const evaluation of run.evaluations.slice(goesOn ? seen.length : 0)) told(watcher.see(evaluation));
  return watcher;
}

function sameEvaluation(a: Evaluation, b: Evaluation | undefined): boolean {
  if (b === undefined || a.tokens !== b.tokens) return false;
  const sets = Object.keys(a.losses);
  return sets.length === Object.keys(b.losses).length && sets.every((set) => a.losses[set] === b.losses[set]);
}

function tell(evaluation: WatchEvaluationDocument, follow: boolean, printer: Printer): void {
  if (printer.json) printer.dataLine(evaluation);
  else if (follow) printer.data(evaluationText(evaluation));
}

function verdictOf({ watcher, run, problems }: Session, plan: string): WatchDocument {
  return watcher.verdict({ plan, run: run.name, problems });
}

function statusOf({ unexpected, atRisk, problems }: WatchDocument): ExitStatus {
  const diverged = problems.some(({ code }) => code === watchedRunDiverged.code);
  return diverged || unexpected.length > 0 || atRisk !== null ? exitStatus.negative : exitStatus.done;
}
