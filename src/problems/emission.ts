/** Trouble with a run that no trainer could carry out as it stands. */
import { counted } from './counted.ts';
import { declareProblem } from './problem.ts';

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
    `A global batch of ${counted(batchTokens, 'token')} is more than the ${counted(tokens, 'token')} of the run: expected many batches in a run.`,
  hint: () =>
    'Give the batch of the pilots, or one a little larger: --batch-tokens counts tokens, --global-batch sequences.',
  explanation:
    'A run is a number of steps of one global batch each. A batch that is longer than the run would make it longer than planned, in a single step.',
});

export const meanTokensUnused = declareProblem<{ trainer: string; how: string }>({
  code: 'mean-tokens-unused',
  severity: 'warning',
  title: 'mean lengths of documents that change nothing',
  message: ({ trainer, how }) => `--mean-tokens changes nothing for ${trainer}: it ${how}.`,
  hint: () => 'Leave it out; the shares of the plan are the weights.',
  explanation:
    'Where documents are mixed, a corpus of short ones brings fewer tokens than its weight says, and mean lengths correct that. Where sequences of one length are mixed, or tokens are counted while the mixture is written, a weight is a share of tokens already.',
});
