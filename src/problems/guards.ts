/**
 * Runs that do not compare, and a target that is trained otherwise than its pilots: refused, unless the user states with
 * `--assume-transfer` that the difference does not matter. That costs the promise of confidence, and is said.
 */
import { rateTransferAssumed } from './evidence.ts';
import { listAll } from './listAll.ts';
import { declareProblem } from './problem.ts';
import { tokensInTwoTokenizers } from './sets.ts';

interface Mixed {
  /** What was found, one text a kind: `full`, `lora`. */
  readonly values: readonly string[];
}

const hint = (what: string, guard: string) => (): string =>
  `Fit the runs of one ${what} alone, that of the full run, or say --assume-transfer ${guard}.`;
const COST =
  'With --assume-transfer they are fitted as if they compared; the difference then passes for noise or for an effect of the ' +
  'ratio, no interval contains it, and every answer says that its confidence is no promise.';

export const methodsMixed = declareProblem<Mixed>({
  code: 'methods-mixed',
  severity: 'error',
  title: 'full training and adapters in one fit',
  message: ({ values }) => `These runs were trained by ${listAll(values, 'and')}: one fit takes one method.`,
  hint: hint('method', 'method'),
  explanation: `Low-rank adapters learn less of a domain and forget less than full training does, at the same tokens and ratio. ${COST}`,
});

export const sequenceLengthsMixed = declareProblem<Mixed>({
  code: 'sequence-lengths-mixed',
  severity: 'error',
  title: 'several sequence lengths in one fit',
  message: ({ values }) =>
    `These runs were trained on sequences of ${listAll(values, 'and')} tokens: one fit takes one length.`,
  hint: hint('sequence length', 'sequence-length'),
  explanation: `Tokens late in a long sequence are easier to predict, so losses at two lengths are not of one kind, and the number of sequences in a batch changes with them. ${COST}`,
});

export const averagingMixed = declareProblem<Mixed>({
  code: 'averaged-checkpoints-mixed',
  severity: 'error',
  title: 'averaged and plain checkpoints in one fit',
  message: ({ values }) =>
    `These losses are of checkpoints averaged in different ways (averaged: ${listAll(values, 'and')}): one fit takes one.`,
  hint: hint('kind of checkpoint', 'averaging'),
  explanation: `Averaging weights over a stretch of training lowers the loss much as a decaying learning rate would, so an averaged checkpoint stands for a longer run. ${COST}`,
});

export const tiersMixed = declareProblem<Mixed>({
  code: 'data-tiers-mixed',
  severity: 'error',
  title: 'several tiers of data in one fit',
  message: ({ values }) =>
    `These runs were trained on data of the tiers ${listAll(values, 'and')}: one fit takes one.`,
  hint: hint('tier', 'tier'),
  explanation: `A cleaner cut of the same domain teaches more a token, so tiers differ in what a share of domain data means. ${COST}`,
});

export const phasesMixed = declareProblem<Mixed>({
  code: 'phases-mixed',
  severity: 'error',
  title: 'several phases of training in one fit',
  message: ({ values }) =>
    `These runs belong to the training phases ${listAll(values, 'and')}: one fit takes one.`,
  hint: hint('phase', 'phase'),
  explanation: `A later phase starts from what an earlier one left, with another rate and often other data, so its curves do not continue those of the first. ${COST}`,
});

export const schedulesMixed = declareProblem<Mixed>({
  code: 'schedules-mixed',
  severity: 'error',
  title: 'constant and decaying learning rates in one fit',
  message: ({ values }) =>
    `These runs end at different learning rates (schedules: ${listAll(values, 'and')}): one fit takes constant or decayed ends.`,
  hint: hint('schedule', 'schedule'),
  explanation: `The end of a decayed run lies below a run at a constant rate that saw as many tokens, by several per cent of the loss, and laws without the rate cannot tell why. ${COST}`,
});

export const basesMixed = declareProblem<Mixed & { readonly params: string }>({
  code: 'bases-mixed',
  severity: 'error',
  title: 'several base models of one size in one fit',
  message: ({ values, params }) =>
    `Runs of ${params} parameters start from different base models: ${listAll(values, 'and')}; one fit takes one base a size.`,
  hint: hint('base model of each size', 'base'),
  explanation: `What a model forgets depends on how it was pre-trained, and a tolerance is counted from one base loss. Two bases of one size leave open which of them an answer is about. ${COST}`,
});

export const targetDiffers = declareProblem<{
  /** `learning rate`, `method`. */
  what: string;
  target: string;
  pilots: readonly string[];
  flag: string;
}>({
  code: 'target-trained-otherwise',
  severity: 'error',
  title: 'the full run is trained otherwise than its pilots',
  message: ({ what, target, pilots }) =>
    `The full run has ${what} ${target}, and the pilots have ${listAll(pilots, 'and')}: what they show holds for training like theirs.`,
  hint: ({ flag }) => `Run a pilot trained as the full run will be, or say ${flag}.`,
  explanation:
    'Learning rate, method, sequence length, base model and tokenizer all change how fast a model learns and forgets. No law ' +
    'here knows them, so a plan for another training than that of the pilots is a guess. The flag answers all the same, with ' +
    'a warning, and the answer says that its confidence is no promise.',
});

export const trainingColumnUnknown = declareProblem<{ column: string; known: readonly string[] }>({
  code: 'training-column-unknown',
  severity: 'error',
  title: 'no such property of a training run',
  message: ({ column, known }) => `--train-as names "${column}": expected one of ${known.join(', ')}.`,
  explanation:
    '--train-as says how the full run will be trained, in the words of a runs table, so that it can be compared with how the ' +
    'pilots were. Only columns that a pilot could differ in are compared.',
});

export const transferAssumed = declareProblem<{ what: string; values: readonly string[] }>({
  code: 'transfer-assumed',
  severity: 'warning',
  title: 'a difference in training is taken to make none',
  message: ({ what, values }) =>
    `Assumed: ${what} ${listAll(values, 'and')} make no difference. No interval contains the error of that, so confidence is no promise.`,
  explanation:
    'You said so with --assume-transfer or --assume-lr-transfer. The draws know only the noise that the pilots show, and ' +
    'what differs between trainings is not in it.',
});

/** Codes of warnings after which no confidence is promised. */
export const withoutPromise: ReadonlySet<string> = new Set([
  transferAssumed.code,
  rateTransferAssumed.code,
  tokensInTwoTokenizers.code,
]);
