/** Trouble with a run that no trainer could carry out as it stands, and with what is told beside it. */
import { counted } from './counted.ts';
import { listAll } from './listAll.ts';
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

export const placeShared = declareProblem<{ flag: string; names: readonly string[]; place: string }>({
  code: 'place-shared',
  severity: 'error',
  title: 'two corpora or evaluation sets in one place',
  message: ({ flag, names, place }) =>
    `${flag} has ${listAll(names, 'and')} in one place, ${JSON.stringify(place)}: expected a place for each.`,
  hint: () => 'Name the place of each; most likely one of them was copied from the other.',
  explanation:
    'Trainers tell corpora and evaluation sets apart by where they lie. Two in one place would be the same text under two names, so that neither shares nor losses would mean what the plan means by them.',
});

export const trainedOn = declareProblem<{ set: string; corpus: string; place: string }>({
  code: 'set-trained-on',
  severity: 'warning',
  title: 'an evaluation set that is training data',
  message: ({ set, corpus, place }) =>
    `The evaluation set ${set} lies where the corpus ${corpus} does, at ${JSON.stringify(place)}: its loss will look better than it is.`,
  hint: () => 'Hold some text back, and name its place in --eval-data.',
  explanation:
    'A loss on text that the run is trained on falls with every repeat, whatever is learned of other text. What the plan predicts is the loss on text that the run never sees.',
});

export const emitOptionUnused = declareProblem<{ flag: string; why: string }>({
  code: 'emit-option-unused',
  severity: 'warning',
  title: 'an option that changes nothing in the files',
  message: ({ flag, why }) => `${flag} changes nothing here: ${why}.`,
  hint: () => 'Leave it out, or look whether the trainer and the schedule are those that you mean.',
  explanation:
    'Some options hold for some trainers or schedules only: mean lengths of documents where documents are mixed, a last decay where the schedule is wsd. Elsewhere they are not used, and that is said because somebody may count on them.',
});
