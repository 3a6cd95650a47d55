import { refuseUnwritable, writeAtomically } from '../../documents/atomic.ts';
import { explainFit } from '../../explain/fit.ts';
import { fitFromRuns } from '../asking.ts';
import type { Run } from '../command.ts';
import { exitStatus } from '../exit.ts';
import type { FittingOptions } from '../fittingOptions.ts';
import { sectionsText } from '../sections.ts';
import { sayWritten } from '../written.ts';

/** `mixplan fit RUNS...`: fits laws, compares them out of sample and writes a fit. */
export const run: Run<FittingOptions | 'verify' | 'output' | 'force'> = async ({
  args,
  values,
  printer,
  stdin,
}) => {
  const { output } = values;
  await refuseUnwritable(output === undefined ? [] : [output], args);
  const { fit, text } = await fitFromRuns(args, values, stdin, printer);
  const verification = values.verify ? (await import('../../fit/verify.ts')).verifyFit(fit) : undefined;
  if (output !== undefined && output !== '-') {
    sayWritten(await writeAtomically(output, text, values), [output], printer);
  }
  if (output === '-' || printer.json) printer.data(text);
  else {
    const { explainVerification } = await import('../../explain/verification.ts');
    const sections = explainFit(fit);
    printer.data(
      sectionsText(
        verification === undefined ? sections : [...sections, explainVerification(verification)],
        printer,
      ),
    );
  }
  if (output === undefined) printer.say('nothing was written; -o pilots.fit.json keeps the fit');
  printer.problems(fit.problems);
  return verification?.some(({ verdict }) => verdict === 'foundBetter')
    ? exitStatus.negative
    : exitStatus.done;
};
