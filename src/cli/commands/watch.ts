import { refuseUnwritable, writeAtomically } from '../../documents/atomic.ts';
import { canonicalJson } from '../../documents/canonical.ts';
import { readText } from '../../documents/read.ts';
import type { WatchEvaluationDocument } from '../../documents/watch.ts';
import { evaluationText, explainWatch, isOffCourse } from '../../explain/watch.ts';
import { type Ending, makeEnding } from '../../watch/ending.ts';
import { runSoFar } from '../../watch/runSoFar.ts';
import type { Run } from '../command.ts';
import { exitStatus } from '../exit.ts';
import { fitPathOf } from '../fitOfPlan.ts';
import type { Printer } from '../printer.ts';
import { sectionsText } from '../sections.ts';
import { withStandardInput } from '../spooled.ts';
import { followRun, type ReadingOptions, readRun, type WatchedRuns } from '../watching.ts';
import { expectation, goneOn, readPlan, type Session, verdictOf } from '../watchSession.ts';
import { sayWritten } from '../written.ts';

type Options = ReadingOptions | 'follow' | 'output' | 'force';

/**
 * `mixplan watch PLAN LOGS...`: every evaluation of a run against the prediction of its plan. With --json stdout has one line an
 * evaluation and the verdict as its last.
 */
export const run: Run<Options> = async ({ args, values, printer, stdin }) => {
  const [path, ...logs] = args;
  const { output, follow } = values;
  await refuseUnwritable(output === undefined ? [] : [output], args);
  const plan = await readPlan(path, await readText(path, stdin));
  await refuseUnwritable(output === undefined ? [] : [output], [fitPathOf(plan, path)]);
  const watching = { plan, expectation: await expectation(plan, path), name: values.run };
  const held: { session?: Session } = {};
  let newest: WatchedRuns | undefined;
  const show = (runs: WatchedRuns, grows: boolean): Session => {
    held.session = goneOn(held.session, runs, { ...watching, grows }, (evaluation) =>
      tell(evaluation, follow, printer),
    );
    return held.session;
  };
  let interrupted = false;
  if (!follow)
    show(await withStandardInput(logs, stdin, false, (paths) => readRun(plan, path, paths, values)), false);
  else {
    const over = new AbortController();
    const [{ tokens: planned, evalEveryTokens: cadence }] = plan.runs;
    let ending: Ending | undefined;
    let silence: NodeJS.Timeout | undefined;
    const onInterrupt = (): void => {
      interrupted = true;
      over.abort();
    };
    process.once('SIGINT', onInterrupt);
    try {
      await withStandardInput(logs, stdin, true, async (paths, ended) => {
        // A pipe that is closed brings nothing more: what it brought is read to its last line.
        const stop = (): void => over.abort();
        void ended.then(stop, stop);
        await followRun(plan, path, paths, values, over.signal, (runs) => {
          newest = runs;
          const shown = show(runs, true).run.evaluations.length;
          const { evaluations, batchTokens } = runSoFar(runs, plan, values.run);
          const all = evaluations.map(({ tokens }) => tokens);
          ending ??= makeEnding({ planned, cadence, batch: batchTokens });
          const wait = ending.heard(all, shown === all.length, Date.now());
          clearTimeout(silence);
          if (wait === 0) over.abort();
          else if (wait !== undefined) silence = setTimeout(() => over.abort(), wait);
        });
        if (!interrupted && logs.includes('-')) newest = await readRun(plan, path, paths, values);
      });
    } finally {
      clearTimeout(silence);
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
  return interrupted ? exitStatus.interrupted : isOffCourse(verdict) ? exitStatus.negative : exitStatus.done;
};

function tell(evaluation: WatchEvaluationDocument, follow: boolean, printer: Printer): void {
  if (printer.json) printer.dataLine(evaluation);
  else if (follow) printer.data(evaluationText(evaluation));
}
