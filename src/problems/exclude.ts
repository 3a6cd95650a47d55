/** What leaving out runs, or laws, has to say. */
import { declareProblem } from './problem.ts';

export const runExcluded = declareProblem<{ run: string }>({
  code: 'run-excluded',
  severity: 'note',
  title: 'a run that was left out on request',
  message: ({ run }) => `The run ${run} was left out of the fit, as asked.`,
  explanation:
    'Runs named by --exclude, or excluded in the terminal UI, are read and then set aside, so that one can see how an answer ' +
    'hangs on them. They stay listed with this reason. A run that is left out because it disagrees makes every interval too ' +
    'narrow: leave out what is known to be broken, such as a run that diverged or was trained on other data.',
});

export const excludedRunUnknown = declareProblem<{ run: string; known: readonly string[] }>({
  code: 'excluded-run-unknown',
  severity: 'error',
  title: 'a run to leave out that is not there',
  message: ({ run }) => `--exclude names "${run}", and there is no such run.`,
  hint: ({ known }) =>
    `The runs are ${known.slice(0, 8).join(', ')}${known.length > 8 ? ` and ${known.length - 8} more` : ''}.`,
  explanation:
    'Runs are named as in the column run of their table. A run all of whose rows were set aside already is not in the fit, and ' +
    'need not be left out.',
});

export const lawNotInFit = declareProblem<{ law: string; known: readonly string[] }>({
  code: 'law-not-in-fit',
  severity: 'error',
  title: 'a law that the fit does not rest on',
  message: ({ law }) => `--law names "${law}", which has no draws in this fit.`,
  hint: ({ known }) =>
    `It rests on ${known.join(', ')}; fitting the runs again with --law brings in another.`,
  explanation:
    'Of a saved fit, --law keeps those laws that are named, with the draws that stem from them; sets that none of them models ' +
    'keep what they have. A law that lost the competition out of sample has weight 0 and no draws, so it has no intervals: fit ' +
    'the runs again with --law to see what it alone would say.',
});
