/** What a fit may have to say. */
import { declareProblem } from './problem.ts';

const percent = (share: number): string => `${Number((100 * share).toPrecision(2))}%`;

export const noLawFits = declareProblem<{ set: string; reasons: readonly { law: string; reason: string }[] }>(
  {
    code: 'no-law-fits',
    severity: 'error',
    title: 'no law can be fitted',
    message: ({ set, reasons }) =>
      `No law can be fitted to ${set}. ${reasons.map(({ law, reason }) => `${law}: ${reason}`).join('; ')}.`,
    hint: () => 'mixplan check shows what the runs lack and which run to add.',
    explanation:
      'Each law needs some variation before its parameters can be told apart: different sizes, token counts or ratios, ' +
      'and for laws of change the loss of the base models. These runs offer too little of it for every law that was ' +
      'asked for. `mixplan laws` lists what each law needs, `mixplan check` what the runs have.',
  },
);

export const unknownLaw = declareProblem<{ law: string; known: readonly string[] }>({
  code: 'unknown-law',
  severity: 'error',
  title: 'no law of this name',
  message: ({ law, known }) => `There is no law "${law}": expected one of ${known.join(', ')}.`,
  hint: () => 'mixplan laws lists them with their formulas.',
  explanation:
    'Laws are named by the ids that `mixplan laws` prints. `--law` takes several, separated by commas.',
});

export const noSetOfRole = declareProblem<{ role: 'general' | 'domain'; found: readonly string[] }>({
  code: 'no-set-of-role',
  severity: 'error',
  title: 'an evaluation set is missing',
  message: ({ role, found }) =>
    `There is no ${role} evaluation set: expected at least one general and one domain set, found ${found.join(', ') || 'none'}.`,
  hint: ({ role }) => `Name its column loss_${role}, or say its role: --role NAME=${role}.`,
  explanation:
    'A plan weighs what the domain gains against what general ability loses, so it needs the loss on at least one ' +
    'set of each kind, measured in every run.',
});

export const lawsOfOtherRole = declareProblem<{
  role: 'general' | 'domain';
  laws: readonly string[];
  known: readonly string[];
}>({
  code: 'laws-of-other-role',
  severity: 'error',
  title: 'no law is left for one kind of loss',
  message: ({ role, laws, known }) =>
    `--law ${laws.join(',')} leaves no law for ${role} loss: expected at least one of ${known.join(', ')}.`,
  hint: ({ laws, known }) => `For example --law ${[...laws, known[0]].join(',')}.`,
  explanation:
    'Some laws are of general loss alone and some of domain loss alone. A fit needs at least one law of each kind, ' +
    'because it is asked about both losses together. `mixplan laws` says which law is of which.',
});

export const tooFewDraws = declareProblem<{ draws: number; level: string; least: number }>({
  code: 'too-few-draws',
  severity: 'error',
  title: 'too few draws for the intervals asked for',
  message: ({ draws, level, least }) =>
    `${draws} ${draws === 1 ? 'draw cannot' : 'draws cannot'} carry intervals of ${level}: expected at least ${least}, or 0 for none.`,
  hint: () => 'The default of 1000 serves levels up to 99.8%.',
  explanation:
    'The ends of an interval are quantiles of the draws. Unless at least one draw is expected beyond each end, the ' +
    'interval is narrower than its level says, and looks sure without being so.',
});

export const brokenPromise = declareProblem<{ law: string; set: string; trend: string }>({
  code: 'broken-promise',
  severity: 'warning',
  title: 'a fit breaks a trend of its law',
  message: ({ law, set, trend }) => `${law} on ${set} ${trend}.`,
  hint: () => 'Do not trust it there; compare with the other laws and the law-free answer.',
  explanation:
    'Some laws are published with trends they should follow, such as a loss that falls as the share of its own ' +
    'corpus grows, which their formula does not guarantee. The trends are checked over the region of the pilots, ' +
    'widened towards larger sizes and more tokens.',
});

export const noiseAssumed = declareProblem<{ set: string; share: number; runNoise: number }>({
  code: 'noise-assumed',
  severity: 'note',
  title: 'run-to-run noise is mostly assumed',
  message: ({ set, share, runNoise }) =>
    `${percent(share)} of the noise on ${set} rests on a prior: run-to-run noise is taken as ${percent(runNoise)} of the loss.`,
  hint: () => 'Repeat one run in the middle of the ratios with two more seeds to measure it.',
  explanation:
    'Two runs that differ only in their seed end at different losses. Without repeated runs that spread cannot be ' +
    'seen, and 0.3% of the loss, the middle of published repeats, is assumed. Every interval contains it.',
});

export const refitsUnfinished = declareProblem<{ count: number; of: number }>({
  code: 'refits-unfinished',
  severity: 'warning',
  title: 'some refits did not converge',
  message: ({ count, of }) =>
    `${count} of ${of} refits stopped before reaching their tolerance; their last step is used.`,
  hint: () => 'A law with fewer parameters (--law), or more pilots, makes refits converge.',
  explanation:
    'Each draw is a refit to simulated pilots. A refit that does not converge means that those pilots hardly ' +
    'determine some direction of the parameters. Its last step is kept, so that intervals do not shrink by leaving ' +
    'out the difficult cases.',
});

export const lawDrifts = declareProblem<{
  law: string;
  set: string;
  direction: 'tokens' | 'params';
  perEfold: number;
}>({
  code: 'law-drifts',
  severity: 'warning',
  title: 'a law drifts from what it was not shown',
  message: ({ law, set, direction, perEfold }) =>
    `On ${set}, ${law} drifts ${direction === 'tokens' ? 'as tokens grow' : 'with size'}: fitted without ` +
    `${direction === 'tokens' ? 'the last half of the tokens' : 'the largest size'} it misses ${direction === 'tokens' ? 'that half' : 'that size'} by more than noise explains, ` +
    `so beyond the pilots its intervals widen by ${percent(perEfold)} of the loss for every factor of 2.7.`,
  hint: ({ direction }) =>
    direction === 'tokens'
      ? 'Trust it less the further the plan reaches; a longer pilot shortens the reach.'
      : 'Trust it less the further the plan reaches; a short pilot on the target itself is worth more than a third size.',
  explanation:
    'Each law is fitted once without the last half of the tokens and once without the largest size, and its error there is ' +
    'compared with the errors it makes on pilots simulated from itself. An error above nearly all of those means that its ' +
    'shape is wrong out there, however well it fits. Intervals are widened with the distance from the pilots by what was ' +
    'seen, which is a guess at what lies further out.',
});

export const atBound = declareProblem<{ law: string; set: string; parameters: readonly string[] }>({
  code: 'parameter-at-bound',
  severity: 'note',
  title: 'a parameter stands at its bound',
  message: ({ law, set, parameters }) =>
    `${law} on ${set}: ${parameters.join(', ')} ${parameters.length === 1 ? 'stands' : 'stand'} at the bound of the search.`,
  explanation:
    'The best fit lies at the edge of what the law allows, most often because a term is not needed. Predictions are ' +
    'valid; the parameter itself says little.',
});

export const fewAgree = declareProblem<{ law: string; set: string; agreeing: number; tried: number }>({
  code: 'few-starts-agree',
  severity: 'note',
  title: 'only one search start found the best fit',
  message: ({ law, set, agreeing, tried }) =>
    `${law} on ${set}: ${agreeing} of ${tried} starts ended in the best fit, so a better one may exist.`,
  explanation:
    'Fits are searched for from all local minima of a grid over the nonlinear parameters. Usually several lead to ' +
    'the same place. Where only one does, the objective is rugged: the law has more parameters than these pilots pin.',
});
