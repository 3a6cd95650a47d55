/** Answers from published evidence, where there is no fit: curves of critical ratios, and plans without pilots. */
import { count } from './amounts.ts';
import { declareProblem } from './problem.ts';

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const times = (factor: number): string => `${Number(factor.toPrecision(2))} ×`;

export const noTurningPoint = declareProblem<{ tokens: number; name: string; from: number }>({
  code: 'no-turning-point',
  severity: 'error',
  title: 'no general loss has turned so early',
  message: ({ tokens, name, from }) =>
    `No turning point before ${count(tokens)} tokens: use tolerance. ${capital(name)} is below 0 until ${count(from)} tokens, so that no domain ratio has turned by then.`,
  hint: ({ from }) =>
    `Ask for more than ${count(from)} tokens, or for a rise that you accept, from pilots of your own: mixplan critical RUNS --tolerance 3%`,
  explanation:
    'A turning point is where general loss stops rising and comes back. In a short run it has not turned at any ratio, ' +
    'and the published formula goes below 0, which is no ratio. Whether the rise is small enough to live with is a ' +
    'question of tolerance, and needs losses, which a published curve does not have.',
});

export const curveBeyondOne = declareProblem<{ tokens: number; name: string; from: number }>({
  code: 'curve-beyond-one',
  severity: 'error',
  title: 'a published curve that leaves the ratios',
  message: ({ tokens, name, from }) =>
    `${capital(name)} says more than 1 at ${count(tokens)} tokens, which is no domain ratio: it passes 1 at ${count(from)} tokens.`,
  hint: ({ from }) => `Ask for fewer than ${count(from)} tokens; the curve was measured at far fewer.`,
  explanation:
    'Some published curves are powers of the token count that grow without bound. Where one passes 1 it has been stretched ' +
    'too far to mean anything, and the ratios shortly before are not to be trusted either.',
});

export const curveExtrapolated = declareProblem<{
  tokens: number;
  times: number;
  least: number;
  most: number;
}>({
  code: 'curve-extrapolated',
  severity: 'warning',
  title: 'beyond what a published curve was measured at',
  message: ({ tokens, times: factor, least, most }) =>
    `Extrapolated: ${count(tokens)} tokens lie ${times(factor)} ${tokens > most ? 'beyond' : 'below'} the ${count(least)} to ${count(most)} tokens behind the published curve.`,
  explanation:
    'The curve has three parameters fitted to a handful of points, and nobody has measured it outside them. It has no ' +
    'interval that would widen there, so the factor is all that tells how far it was stretched.',
});

export const curveTooFar = declareProblem<{ tokens: number; times: number; most: number }>({
  code: 'curve-too-far',
  severity: 'error',
  title: 'too far beyond a published curve',
  message: ({ tokens, times: factor, most }) =>
    `${count(tokens)} tokens are ${times(factor)} the ${count(most)} tokens behind the published curve: expected at most 20 ×.`,
  hint: () => 'Ask for fewer tokens, run pilots, or insist with --extrapolate.',
  explanation:
    'So far out the formula says nothing that was ever looked at. --extrapolate answers all the same and marks the ratio as ' +
    'extrapolated, with the factor.',
});

export const curveOfOtherSize = declareProblem<{ asked: number; params: number; name: string }>({
  code: 'curve-of-other-size',
  severity: 'error',
  title: 'a published curve of another model size',
  message: ({ asked, params, name }) =>
    `${capital(name)} is for a model of ${count(params)} parameters, and ${count(asked)} were asked for: such a curve holds at its own size only.`,
  hint: () => 'Take the curve of the nearest size as a hint (--extrapolate), or run pilots and fit them.',
  explanation:
    'The authors fit one curve a size and give no rule between sizes: at equal tokens the larger of their models bear more ' +
    'domain data, and at some token counts the order turns around. --extrapolate uses the curve at another size all the same.',
});

export const publishedCurve = declareProblem<{ name: string; domain: string; transcribed: boolean }>({
  code: 'published-curve',
  severity: 'note',
  title: 'an answer from a published curve',
  message: ({ name, domain, transcribed }) =>
    `Published curve: ${name}${transcribed ? ', transcribed at second hand' : ''}. No losses, no draws, no interval; measured on ${domain} and not on your data.`,
  hint: () => 'A few pilots on your own data give losses and an interval: mixplan plan RUNS',
  explanation:
    'A paper prints the formula of its critical ratios, not the runs behind it. So nothing can be said about losses, about ' +
    'noise, or about how another corpus, base model or learning rate would move the curve.',
});

export const budgetBeyondCurve = declareProblem<{ bought: number; used: number; times: number }>({
  code: 'budget-beyond-curve',
  severity: 'warning',
  title: 'a budget that reaches beyond the published curve',
  message: ({ bought, used, times: factor }) =>
    `The budget buys ${count(bought)} tokens, ${times(factor)} what the published curve was measured at: the plan stops at ${count(used)}.`,
  hint: () =>
    'Spend a part of the rest on pilots, or let the curve be stretched to the whole budget with --extrapolate.',
  explanation:
    'A ratio from far beyond the measurements of a curve would look like any other and rest on nothing. The plan therefore ' +
    'trains as long as the curve was measured and says what is left.',
});

export const nothingTurned = declareProblem<{ tokens: number; confidence: number }>({
  code: 'nothing-turned',
  severity: 'error',
  title: 'no plan in which general loss has turned',
  message: ({ tokens, confidence }) =>
    `At no pilot ratio and no token count up to ${count(tokens)} has general loss stopped rising with ${Number((100 * confidence).toPrecision(4))}% confidence and ended within its tolerance.`,
  hint: () =>
    'Plan by the rise that you accept: --definition tolerance --tolerance 3%; or give a larger budget, in which it may turn.',
  explanation:
    'By turning point a plan needs general loss to have peaked before the end of the run and to end within 0.05 nats of the base, ' +
    'or within the --tolerance given. In short runs it is still rising at every ratio. Whether the rise is small enough to live ' +
    'with is a question of tolerance.',
});

export const turningPointUndefined = declareProblem<{ set: string; reason: string; hint: string }>({
  code: 'turning-point-undefined',
  severity: 'error',
  title: 'a turning point is not defined here',
  message: ({ set, reason }) => `The turning point of ${set} is not defined: ${reason}.`,
  hint: ({ hint }) => hint,
  explanation:
    'The turning point is where general loss stops rising in the course of one run. That needs a law that can rise and fall ' +
    'in tokens, and runs at a constant learning rate after warm-up: a decaying rate bends the loss down by itself, and a law ' +
    'that is monotone in tokens has no peak. Ask by tolerance there.',
});

export const nothingPredicted = declareProblem<{ basis: 'publishedCurve' | 'assumed' }>({
  code: 'nothing-predicted',
  severity: 'error',
  title: 'a plan that predicts no losses',
  message: ({ basis }) =>
    `This plan comes from ${basis === 'assumed' ? 'published evidence' : 'a published curve'} and predicts no losses: expected a plan made from a fit.`,
  hint: () => 'Run pilots, and plan from them: mixplan plan RUNS',
  explanation:
    'Plans from a published curve or from published evidence name a ratio and what it rests on. Without pilots of your own ' +
    'there are no losses to draw runs from or to hold a run against.',
});

export const assumedPlan = declareProblem<{ shift: 'weak' | 'strong' }>({
  code: 'assumed-plan',
  severity: 'warning',
  title: 'a plan without pilots',
  message: ({ shift }) =>
    `Everything in this plan is assumed: it comes from other people's models and data under a ${shift} shift, not from yours.`,
  hint: () => 'Run four pilots or more on your own base model and corpora: mixplan plan RUNS',
  explanation:
    'Published studies of replay differ in model, corpora, length and in what they call enough, and their answers lie far ' +
    'apart. The interval runs over all of them and is no probability: nothing says that your case lies inside it.',
});

export const evidenceTooNarrow = declareProblem<{
  shift: 'weak' | 'strong';
  tolerance: string;
  study: string;
  replay: number;
  /** Value of --tolerance that every table reaches. */
  feasible: string;
}>({
  code: 'evidence-too-narrow',
  severity: 'error',
  title: 'no published replay keeps the tolerance',
  message: ({ shift, tolerance, study, replay }) =>
    `No published replay keeps ${tolerance} under a ${shift} shift: in ${study}, ${Number((100 * replay).toPrecision(3))}%, the most that was tried, is not enough.`,
  hint: ({ feasible }) => `The nearest request that the evidence answers: --tolerance ${feasible}`,
  explanation:
    'Tables of losses at several shares of replay are read between their rows and never beyond them. Where the most replay ' +
    'that a study tried ends above the tolerance, it takes pilots of your own to know how much more is needed.',
});

export const shiftMissing = declareProblem<Record<never, never>>({
  code: 'shift-missing',
  severity: 'error',
  title: 'a plan without pilots needs the size of the shift',
  message: () => '--no-pilots needs --shift: expected weak or strong.',
  hint: () => 'weak: another field in languages that the base model knows; strong: a new language.',
  explanation:
    'How much replay is enough depends most of all on how far the new text lies from what the base model was trained on. ' +
    'Published rules are told apart by it, so it has to be said.',
});

export const toleranceNotRelative = declareProblem<{ given: string }>({
  code: 'tolerance-not-relative',
  severity: 'error',
  title: 'a tolerance that published tables cannot be read at',
  message: ({ given }) =>
    `A tolerance of ${given} cannot be read off published tables: expected one share of the base loss, such as 3%.`,
  explanation:
    'Losses of different papers are in nats of different tokenizers and on different sets. Shares of the base loss are the ' +
    'only rise that can be carried from one to another, and there are no sets of yours to name.',
});
