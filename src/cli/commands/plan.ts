import { dirname, join, relative, resolve } from 'node:path';
import { refuseUnwritable, writeAllAtomically } from '../../documents/atomic.ts';
import { canonicalJson } from '../../documents/canonical.ts';
import { sha256 } from '../../documents/sha256.ts';
import { explainPlan, isHeadline } from '../../explain/plan.ts';
import { makePlan } from '../../plan/makePlan.ts';
import { missingOperand, optionsExclude } from '../../problems/options.ts';
import { Refusal } from '../../problems/problem.ts';
import { fitFromEither, lawAmong } from '../asking.ts';
import type { Run } from '../command.ts';
import { exitStatus } from '../exit.ts';
import { fitFileOf } from '../fitFile.ts';
import type { FittingOptions } from '../fittingOptions.ts';
import type { PlanningOptions } from '../planningOptions.ts';
import { askedPlan } from '../planQuestion.ts';
import { planRequest } from '../planRequest.ts';
import { CURVE_PLAN_OPTIONS, NO_PILOTS_OPTIONS, planOfCurve, planWithoutPilots } from '../published.ts';
import { sectionsText } from '../sections.ts';
import { sayWritten } from '../written.ts';

type PlanOptions = FittingOptions | PlanningOptions | 'noPilots' | 'shift' | 'output' | 'fitOutput' | 'force';

/**
 * `mixplan plan FIT|RUNS...`: domain ratio, tokens and how sure that is, printed and written as `plan.json`; from runs
 * the fit is written beside it.
 */
export const run: Run<PlanOptions> = async (context) => {
  const { args, values, printer, reproduce } = context;
  if (values.noPilots || values.shift !== undefined) {
    const unpiloted = context.using(NO_PILOTS_OPTIONS, false);
    return planWithoutPilots(unpiloted.args, unpiloted.values, printer, unpiloted.reproduce);
  }
  if (args.length === 0)
    throw new Refusal([missingOperand({ name: 'FIT|RUNS|LAW', help: 'what to plan from, or --no-pilots' })]);
  const { asked: published, stdin } = await lawAmong(args, context.stdin);
  if (published !== undefined) {
    const ofCurve = context.using(CURVE_PLAN_OPTIONS);
    return planOfCurve(published, ofCurve.values, printer, ofCurve.reproduce);
  }
  const { fitOutput } = values;
  const asked = askedPlan(values);

  const output = values.output ?? 'plan.json';
  const toStdout = output === '-';
  const folder = toStdout ? '.' : dirname(output);
  const outputs = [...(toStdout ? [] : [output]), ...(fitOutput === undefined ? [] : [fitOutput])];
  await refuseUnwritable(outputs, args);
  const { fit, text: fitText, path } = await fitFromEither(args, values, stdin, printer);
  if (path !== undefined && fitOutput !== undefined) {
    const why = 'the fit is a file already';
    throw new Refusal([optionsExclude({ flag: '--fit-output', other: path, why })]);
  }
  const fitPath = path ?? fitOutput ?? join(folder, fitFileOf(args));
  const fitIsWritten = path === undefined && (!toStdout || fitOutput !== undefined);
  const request = planRequest(fit, asked, values, {
    command: reproduce,
    fitFile: {
      path: relative(resolve(folder), resolve(fitPath)).replaceAll('\\', '/'),
      sha256: sha256(fitText),
    },
  });
  const outcome = makePlan(fit, request);
  if (outcome.kind === 'refused') {
    printer.problems(outcome.problems);
    return exitStatus.negative;
  }

  const planText = canonicalJson(outcome.plan);
  const files = [
    ...(toStdout ? [] : [{ path: output, text: planText }]),
    ...(fitIsWritten ? [{ path: fitPath, text: fitText }] : []),
  ];
  const written = await writeAllAtomically(files, values);
  const asDocument = toStdout || printer.json;
  if (asDocument) printer.data(planText);
  else printer.data(sectionsText(explainPlan(outcome.plan), printer));
  sayWritten(
    written,
    files.map((file) => file.path),
    printer,
  );
  if (path === undefined && !fitIsWritten)
    printer.say('the fit behind this plan was not written; --fit-output PATH keeps it');
  // The text has told its headlines.
  printer.problems(outcome.plan.problems.filter((problem) => asDocument || !isHeadline(problem)));
  return exitStatus.done;
};
