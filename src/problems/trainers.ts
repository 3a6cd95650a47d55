/** Trouble with handing a run to a trainer: what has to be told, what a trainer cannot do, what it will do without a word. */
import { counted, nounFor } from './counted.ts';
import { listAll } from './listAll.ts';
import { nearest } from './nearest.ts';
import { declareProblem } from './problem.ts';

const count = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 0 });

export const trainerUnknown = declareProblem<{ id: string; ids: readonly string[] }>({
  code: 'trainer-unknown',
  severity: 'error',
  title: 'no such trainer',
  message: ({ id, ids }) => `There is no trainer "${id}"; there are ${listAll(ids, 'and')}.`,
  hint: ({ id, ids }) => {
    const guess = nearest(id, ids);
    return guess === undefined
      ? 'mixplan emit --list tells what each of them can do.'
      : `Did you mean ${guess}?`;
  },
  explanation:
    'Configuration files are written for the trainers that mixplan knows, each by a name of its own. `mixplan emit --list` shows them, with what a unit of weight buys in each and what each cannot do.',
});

export const emitNeeds = declareProblem<{ flag: string; example: string; why: string }>({
  code: 'emit-needs',
  severity: 'error',
  title: 'something that a trainer has to be told is missing',
  message: ({ flag, example, why }) => `${flag} ${example} is needed: ${why}.`,
  hint: () => 'Everything that is missing is listed at once; settings in mixplan.yaml count too.',
  explanation:
    'A plan says what to train on and for how long. Where the data lies, how the work is split over GPUs, and whatever the pilots did not settle is asked for rather than guessed, since a trainer would take a wrong guess without a word.',
});

export const emitNameUnknown = declareProblem<{
  flag: string;
  name: string;
  what: string;
  names: readonly string[];
}>({
  code: 'emit-name-unknown',
  severity: 'error',
  title: 'a name that the run does not have',
  message: ({ flag, name, what, names }) =>
    `${flag} names "${name}", but the ${what} of the run are ${listAll(names, 'and')}.`,
  hint: ({ name, names }) => {
    const guess = nearest(name, names);
    return guess === undefined ? undefined : `Did you mean ${guess}?`;
  },
  explanation:
    'Data, evaluation sets and mean lengths are given by the names that the plan has for them. A name that it does not have is most likely a slip, and the data behind it would not be used.',
});

export const runUnknown = declareProblem<{ name: string; names: readonly string[] }>({
  code: 'run-unknown',
  severity: 'error',
  title: 'no run of this name',
  message: ({ name, names }) =>
    `There is no run "${name}" in the document; there ${names.length === 1 ? 'is only' : 'are'} ${listAll(names, 'and')}.`,
  hint: ({ name, names }) => {
    const guess = nearest(name, names);
    return guess === undefined ? undefined : `Did you mean ${guess}?`;
  },
  explanation:
    'A list of pilots holds several runs, each with a name. Without `--run` every one of them is written, in a folder of its own.',
});

export const batchIndivisible = declareProblem<{
  sequences: number;
  gpus: number;
  microBatch: number;
  nearest: readonly number[];
}>({
  code: 'batch-indivisible',
  severity: 'error',
  title: 'a batch that cannot be split evenly',
  message: ({ sequences, gpus, microBatch, nearest: near }) =>
    `A global batch of ${sequences.toLocaleString('en-US')} ${nounFor(sequences, 'sequence')} cannot be split over ${counted(gpus, 'GPU')} that ${gpus === 1 ? 'takes' : 'take'} ${count(microBatch)} at once: expected a multiple of ${count(gpus * microBatch)}, such as ${listAll(near.map(count), 'and')}.`,
  hint: () =>
    'Change --global-batch, --micro-batch or --gpus; --gpus counts data-parallel ranks, so GPUs that share one copy of the model count once.',
  explanation:
    'A step takes the same number of micro-batches on every data-parallel rank, so the global batch is a multiple of ranks times micro-batch. Trainers refuse other batches when they start, on all GPUs at once.',
});

export const roundedToSteps = declareProblem<{ what: string; asked: number; steps: number; tokens: number }>({
  code: 'rounded-to-steps',
  severity: 'note',
  title: 'tokens were rounded to whole steps',
  message: ({ what, asked, steps, tokens }) =>
    `${what}: ${counted(asked, 'token')} ${asked === 1 ? 'is' : 'are'} taken as ${counted(steps, 'step')} of the batch, ${counted(tokens, 'token')}.`,
  explanation:
    'Trainers count in steps of one global batch. The nearest whole number of steps is taken, so a run is at most half a batch longer or shorter than planned.',
});

export const batchRounded = declareProblem<{ asked: number; sequences: number; tokens: number }>({
  code: 'batch-rounded',
  severity: 'note',
  title: 'the batch was rounded to whole sequences on every GPU',
  message: ({ asked, sequences, tokens }) =>
    `The batch of ${counted(asked, 'token')} is taken as ${counted(sequences, 'sequence')}, ${counted(tokens, 'token')}.`,
  explanation:
    'A batch consists of whole sequences, and every data-parallel rank takes the same number of them. The nearest such batch is taken; give `--global-batch` to choose it yourself.',
});

export const finalLrAssumed = declareProblem<{ schedule: string }>({
  code: 'final-lr-assumed',
  severity: 'note',
  title: 'the learning rate was taken to end at 0',
  message: ({ schedule }) =>
    `Nobody said where the learning rate of the ${schedule} schedule ends: it is taken to fall to 0.`,
  hint: () => '--final-lr 10% ends at a tenth of the peak instead; do what the pilots did.',
  explanation:
    'A decaying schedule needs an end. 0 is taken where neither the plan nor the command tells one, and the loss at the end depends on it: the prediction holds for runs trained as the pilots were.',
});

export const scheduleTooLong = declareProblem<{ warmup: number; decay: number; steps: number }>({
  code: 'schedule-too-long',
  severity: 'error',
  title: 'warm-up and decay do not fit into the run',
  message: ({ warmup, decay, steps }) =>
    `A warm-up of ${counted(warmup, 'step')} and a decay of ${count(decay)} do not fit into a run of ${counted(steps, 'step')}.`,
  hint: () => 'Shorten --warmup or --decay; both may be shares of the run, such as 1%.',
  explanation:
    'The learning rate rises over the warm-up and falls over the decay, and both have to end before the run does. A run this short is perhaps too small for its batch.',
});

export const trainerCannot = declareProblem<{ trainer: string; what: string; instead?: string }>({
  code: 'trainer-cannot',
  severity: 'error',
  title: 'the trainer cannot do what the plan asks',
  message: ({ trainer, what }) => `${trainer} ${what}.`,
  hint: ({ instead }) => instead,
  explanation:
    'Every trainer has its limits, and files that pretended otherwise would train something else than planned. `mixplan emit --list` tells what each trainer cannot do.',
});

export const trainerLimit = declareProblem<{ trainer: string; what: string; instead?: string }>({
  code: 'trainer-limit',
  severity: 'warning',
  title: 'a part of the plan that the trainer leaves out',
  message: ({ trainer, what }) => `${trainer} ${what}.`,
  hint: ({ instead }) => instead,
  explanation:
    'The files carry out the run, but something around it is missing in this trainer, such as an evaluation for each set. What it takes to make up for that is said beside it.',
});

export const leftToYou = declareProblem<{ what: string }>({
  code: 'left-to-you',
  severity: 'note',
  title: 'something that the files leave to you',
  message: ({ what }) => `${what}.`,
  explanation:
    'A plan settles the mixture, the length and the schedule of a run. What a trainer needs beyond that, such as the shape of the model or how it is split over GPUs, comes from the base or from your own settings.',
});

export const corpusRepeats = declareProblem<{ corpus: string; epochs: number; trainer: string; how: string }>(
  {
    code: 'corpus-repeats',
    severity: 'note',
    title: 'a corpus is seen more than once',
    message: ({ corpus, epochs, trainer, how }) =>
      `${corpus} is seen ${epochs.toFixed(2)} times: ${trainer} ${how}.`,
    explanation:
      'The plan takes more tokens of this corpus than it has. What trainers do then differs: some start over without a word, some stop, some refuse. The files are written so that the corpus is repeated as planned.',
  },
);

export const shareBelowQuantum = declareProblem<{
  corpus: string;
  share: number;
  least: string;
  trainer: string;
}>({
  code: 'share-below-quantum',
  severity: 'error',
  title: 'a share too small for the trainer',
  message: ({ corpus, share, least, trainer }) =>
    `${corpus} has a share of ${share}, and ${trainer} would never draw it: expected 0 or at least ${least}.`,
  hint: () => 'Leave the corpus out, give it more, or merge it with another corpus before tokenising.',
  explanation:
    'A trainer deals out whole sequences, some of them a fixed number at a time. A share below one sequence of that number is rounded to nothing, usually without an error.',
});

export const nameUnsafe = declareProblem<{ what: string; value: string; why: string }>({
  code: 'name-unsafe',
  severity: 'error',
  title: 'a path or name that the trainer would misread',
  message: ({ what, value, why }) => `${what} ${JSON.stringify(value)} ${why}.`,
  hint: () => 'Use another name, or a symbolic link with a plain one.',
  explanation:
    'Some trainers split their arguments at spaces, or give commas and brackets a meaning of their own. A path that would be misread is refused, since the trainer itself might fail late, or train on something else.',
});

export const filesNotReadable = declareProblem<{ reason: string }>({
  code: 'trainer-would-refuse',
  severity: 'error',
  title: 'files that the trainer would not take',
  message: ({ reason }) => `The trainer would not take this: ${reason}.`,
  hint: () => 'Emit the files again, or mend what was changed by hand.',
  explanation:
    'Emitted files are read back as the trainer itself would read them. Here it would stop, or silently do something else, so nothing can be said about the run.',
});

export const notEmitted = declareProblem<{ folder: string }>({
  code: 'not-emitted',
  severity: 'error',
  title: 'a folder without emitted files',
  message: ({ folder }) => `"${folder}" holds no emitted.json: expected a folder that mixplan emit wrote.`,
  hint: () => 'Name the folder that was given to -o; for a list of pilots, one of the folders in it.',
  explanation:
    'Beside the files of the trainer, `mixplan emit` writes emitted.json, which says for which trainer and from which run they were made, and which corpus lies where. Without it the files cannot be compared with a plan.',
});
