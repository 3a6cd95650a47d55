/** What may stand against a comparison. */
import { declareProblem } from './problem.ts';

export const differentKinds = declareProblem<{ a: string; b: string }>({
  code: 'different-kinds',
  severity: 'error',
  title: 'two documents that cannot be compared',
  message: ({ a, b }) => `${a} and ${b} cannot be compared: expected two fits or two plans.`,
  hint: () => 'To see what a fit plans, run mixplan plan on it and compare the plans.',
  explanation:
    'Two fits are compared by their runs, laws, noise and critical ratio; two plans by what they recommend and by what was asked ' +
    'of them. A fit and a plan have nothing of that in common.',
});

export const noCommonSize = declareProblem<{ a: readonly string[]; b: readonly string[] }>({
  code: 'no-common-size',
  severity: 'error',
  title: 'two fits without a common size',
  message: ({ a, b }) =>
    `The fits have no size in common (${a.join(', ')} and ${b.join(', ')}): expected --params, for which both are asked.`,
  hint: () => 'Give --params, and --base-loss where that size was not piloted.',
  explanation:
    'Critical ratios are compared for one model. Unless --params names it, it is the largest one that both sets of pilots have.',
});

export const noCommonSet = declareProblem<{ a: readonly string[]; b: readonly string[] }>({
  code: 'no-common-set',
  severity: 'error',
  title: 'two fits without a common general set',
  message: ({ a, b }) =>
    `The fits have no general evaluation set in common (${a.join(', ')} and ${b.join(', ')}): expected at least one.`,
  explanation:
    'A critical ratio is where the loss on a general set reaches its limit. Losses on different sets have different limits, so ' +
    'that ratios of different sets do not move, they are different questions.',
});
