import { refuseUnwritable, writeAtomically } from '../../documents/atomic.ts';
import type { FitDocument } from '../../documents/fit.ts';
import type { Section } from '../../explain/section.ts';
import type { FitVerification } from '../../fit/verify.ts';
import type { OptionValues } from '../../options/all.ts';
import type { Problem } from '../../problems/problem.ts';
import { fitFromEither, fitFromRuns } from '../asking.ts';
import type { Run } from '../command.ts';
import { exitStatus } from '../exit.ts';
import { explain, refuseStrayQuestions } from '../explaining.ts';
import type { ExplainingOptions } from '../explainingOptions.ts';
import type { FittingOptions } from '../fittingOptions.ts';
import type { Printer } from '../printer.ts';
import { sectionsText } from '../sections.ts';
import { sayWritten } from '../written.ts';

/** `mixplan fit RUNS...`: fits laws, compares them out of sample and writes a fit; `--explain` also takes a saved one. */
export const run: Run<FittingOptions | ExplainingOptions | 'verify' | 'output' | 'force'> = async ({
  args,
  values,
  printer,
  stdin,
}) => {
  const { output } = values;
  refuseStrayQuestions(values);
  await refuseUnwritable(output === undefined ? [] : [output], args);
  const find = values.explain ? fitFromEither : fitFromRuns;
  const { fit, text, path } = await find(args, values, stdin, printer);
  const verification = values.verify ? (await import('../../fit/verify.ts')).verifyFit(fit) : undefined;
  if (output !== undefined && output !== '-') {
    sayWritten(await writeAtomically(output, text, values), [output], printer);
  }
  const problems = values.explain
    ? await printExplanation(fit, values, verification, printer)
    : await printFit(fit, text, output, verification, printer);
  if (output === undefined && path === undefined)
    printer.say('nothing was written; -o pilots.fit.json keeps the fit');
  printer.problems(problems);
  return verification?.some(({ verdict }) => verdict === 'foundBetter')
    ? exitStatus.negative
    : exitStatus.done;
};

async function printFit(
  fit: FitDocument,
  text: string,
  output: string | undefined,
  verification: readonly FitVerification[] | undefined,
  printer: Printer,
): Promise<readonly Problem[]> {
  if (output === '-' || printer.json) printer.data(text);
  else {
    const { explainFit } = await import('../../explain/fit.ts');
    const sections = [...explainFit(fit), ...(await verified(verification))];
    printer.data(sectionsText(sections, printer));
  }
  return fit.problems;
}

async function printExplanation(
  fit: FitDocument,
  values: OptionValues<ExplainingOptions>,
  verification: readonly FitVerification[] | undefined,
  printer: Printer,
): Promise<readonly Problem[]> {
  const { document, problems } = explain(fit, values);
  if (printer.json) printer.dataJson(document);
  else {
    const { explainFitExplained } = await import('../../explain/fitExplained.ts');
    const sections = [...explainFitExplained(document), ...(await verified(verification))];
    printer.data(sectionsText(sections, printer));
  }
  const { params, tokens, tolerance } = values;
  if (params === undefined && tokens === undefined && tolerance === undefined) {
    printer.say(
      'explained at the largest and longest pilots and 3%; --params, --tokens and --tolerance ask elsewhere',
    );
  }
  return [...fit.problems, ...problems];
}

async function verified(verification: readonly FitVerification[] | undefined): Promise<Section[]> {
  if (verification === undefined) return [];
  const { explainVerification } = await import('../../explain/verification.ts');
  return [explainVerification(verification)];
}
