/** Trouble with a run that no trainer could carry out as it stands. */
import { declareProblem } from './problem.ts';

const count = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 0 });

export const sharesNotWhole = declareProblem<{ run: string; sum: number }>({
  code: 'shares-not-whole',
  severity: 'error',
  title: 'shares of corpora that do not make up a run',
  message: ({ run, sum }) =>
    `The shares of the corpora of run "${run}" sum to ${Number(sum.toPrecision(6))}: expected 1.`,
  hint: () => 'Make the plan again rather than changing one of its shares by hand.',
  explanation:
    'Each corpus has a share of the tokens, and together they are all of them. Trainers divide weights by their sum, so a share that was changed alone would change all others without a word.',
});

export const batchExceedsRun = declareProblem<{ batchTokens: number; tokens: number }>({
  code: 'batch-exceeds-run',
  severity: 'error',
  title: 'a batch of more tokens than the run has',
  message: ({ batchTokens, tokens }) =>
    `A global batch of ${count(batchTokens)} tokens is more than the ${count(tokens)} tokens of the run: expected many batches in a run.`,
  hint: () =>
    'Give the batch of the pilots, or one a little larger: --batch-tokens counts tokens, --global-batch sequences.',
  explanation:
    'A run is a number of steps of one global batch each. A batch that is longer than the run would make it longer than planned, in a single step.',
});
