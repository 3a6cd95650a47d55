/** Trouble with what shall be simulated: the design file, and the truth it is drawn from. */
import { nearest } from './nearest.ts';
import { declareProblem } from './problem.ts';

const FILE_EXPLANATION =
  'A design says which runs to simulate: sizes and ratios (or runs, one by one), tokens, checkpoints, seeds, warmup, spikes, ' +
  'diverged. Quantities are written as on the command line: 1.8B, 26B, 30%.';

export const designSyntax = declareProblem<{ reason: string }>({
  code: 'design-syntax',
  severity: 'error',
  title: 'a design that is not YAML',
  message: ({ reason }) => `This is not YAML: ${reason}.`,
  explanation: `Design files are YAML 1.2, one document in each. ${FILE_EXPLANATION}`,
});

export const designKeyUnknown = declareProblem<{ key: string; where: string; keys: readonly string[] }>({
  code: 'design-key-unknown',
  severity: 'error',
  title: 'a key that no design has',
  message: ({ key, where, keys }) =>
    `${where} has no key ${JSON.stringify(key)}: expected ${keys.join(', ')}.`,
  hint: ({ key, keys }) => {
    const guess = nearest(key, keys);
    return guess === undefined ? undefined : `Did you mean ${guess}?`;
  },
  explanation: `A key that is not known would have to be ignored, and with it what it was meant to change. ${FILE_EXPLANATION}`,
});

export const designShape = declareProblem<{ found: string; expected: string }>({
  code: 'design-shape',
  severity: 'error',
  title: 'a value of the wrong kind in a design',
  message: ({ found, expected }) => `Found ${found}: expected ${expected}.`,
  explanation: `A key holds a single value, a list, or keys of its own, and never another of these. ${FILE_EXPLANATION}`,
});

export const designNeeds = declareProblem<{ where: string; missing: string; example: string }>({
  code: 'design-needs',
  severity: 'error',
  title: 'a design lacks something',
  message: ({ where, missing, example }) => `${where} has no ${missing}: expected, for example, ${example}.`,
  explanation: `Sizes with ratios, or a list of runs, and the length of the runs are needed; the rest has defaults. ${FILE_EXPLANATION}`,
});

export const designKeysExclude = declareProblem<{ key: string; other: string; why: string }>({
  code: 'design-keys-exclude',
  severity: 'error',
  title: 'two keys of a design that exclude each other',
  message: ({ key, other, why }) => `${key} and ${other} exclude each other: ${why}.`,
  hint: () => 'Leave one of them out.',
  explanation: 'Both keys answer the same question, and one of the answers would have to be ignored.',
});

export const designRepeated = declareProblem<{ value: string }>({
  code: 'design-repeated',
  severity: 'error',
  title: 'a value stands twice in a list of a design',
  message: ({ value }) => `${value} appears twice: expected each value once.`,
  hint: () => 'Runs that differ in nothing but their noise are told apart by seeds.',
  explanation:
    'The noise of a run follows from the seed and the name of the run, so that two runs of one name would be the same run. ' +
    'Repeats of one mixture have different seeds.',
});

export const designRunUnknown = declareProblem<{ run: string; runs: readonly string[] }>({
  code: 'design-run-unknown',
  severity: 'error',
  title: 'a run that is not in the design',
  message: ({ run, runs }) =>
    `The design has no run ${JSON.stringify(run)}: its runs are ${runs.slice(0, 4).join(', ')}${runs.length > 4 ? ' and so on' : ''}.`,
  hint: ({ run, runs }) => {
    const guess = nearest(run, runs);
    return guess === undefined ? undefined : `Did you mean ${guess}?`;
  },
  explanation:
    'The list diverged names runs of the design. Runs that are not named one by one are called by their size, ratio and ' +
    'seed: 1.8B-r0.25-s1.',
});

export const designTooLarge = declareProblem<{ rows: number; most: number }>({
  code: 'design-too-large',
  severity: 'error',
  title: 'a design of too many evaluations',
  message: ({ rows, most }) => `The design has ${rows} evaluations: expected at most ${most}.`,
  hint: () => 'Use fewer checkpoints or seeds.',
  explanation: 'A table of that many rows is a slip of the keyboard rather than a set of pilots.',
});

export const baseLossOfSeveralSizes = declareProblem<{ sizes: readonly string[] }>({
  code: 'base-loss-of-several-sizes',
  severity: 'error',
  title: 'one base loss for several sizes',
  message: ({ sizes }) =>
    `--base-loss names the losses of one base model, but the design has the sizes ${sizes.join(', ')}: expected one size besides those of the pilots.`,
  hint: () => 'Simulate one new size at a time, or use --assume-base-from-size-law.',
  explanation:
    'Base models of different sizes start from different losses. Those of the pilots are known to the fit; --base-loss adds ' +
    'those of one more.',
});
