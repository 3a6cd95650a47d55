/** What a plan may have to say. */
import { declareProblem } from './problem.ts';

const percent = (share: number): string => `${Number((100 * share).toPrecision(3))}%`;
const count = (value: number): string => {
  const [size, letter] =
    value >= 1e9 ? [1e9, 'B'] : value >= 1e6 ? [1e6, 'M'] : value >= 1e3 ? [1e3, 'k'] : [1, ''];
  return `${Number((value / size).toPrecision(3))}${letter}`;
};
const times = (factor: number): string => `${Number(factor.toPrecision(2))} ×`;

export const budgetNeeds = declareProblem<{ budget: string; missing: 'throughput' | 'price' }>({
  code: 'budget-needs',
  severity: 'error',
  title: 'a budget cannot be turned into tokens',
  message: ({ budget, missing }) =>
    missing === 'price'
      ? `a budget of ${budget} needs the price of a GPU-hour to become tokens`
      : `a budget of ${budget} needs hardware or a measured throughput to become tokens`,
  hint: ({ missing }) =>
    missing === 'price'
      ? 'give --price 2.50 (dollars a GPU-hour)'
      : 'give --gpu h100-sxm (see mixplan hardware), or what one GPU does: --throughput 12000tok/s',
  explanation:
    'GPU-hours and money become tokens through the speed of training: tokens a second and GPU, measured by you ' +
    '(--throughput) or computed from the accelerator, the model and a utilisation (--gpu, --model, --mfu). Money ' +
    'also needs a price for the GPU-hour.',
});

export const planNeeds = declareProblem<{ missing: string; flag: string }>({
  code: 'plan-needs',
  severity: 'error',
  title: 'a question is incomplete',
  message: ({ missing, flag }) => `${missing} is missing; expected ${flag}`,
  explanation:
    'A plan is made for one model (--params or --model), one budget (--budget) and one tolerance (--tolerance): how ' +
    'much the general loss may rise over the base model. `mixplan plan --help` shows whole command lines.',
});

export const baseLossUnknown = declareProblem<{ set: string; params: number; canAssume: boolean }>({
  code: 'base-loss-unknown',
  severity: 'error',
  title: 'the base loss of the target is not known',
  message: ({ set, params }) =>
    `the loss of the ${count(params)} base model on ${set} before training is not known; a tolerance is counted from it`,
  hint: ({ set, canAssume }) =>
    `evaluate it once and give --base-loss ${set}=...${canAssume ? ', or --assume-base-from-size-law to guess it from the other sizes' : ''}`,
  explanation:
    'A tolerance such as 3% is a rise over the base model, so its loss on the same evaluation set is needed. That is ' +
    'one cheap evaluation. A law over the sizes of the other base models can stand in when told to, with a wider ' +
    'interval and without a promise of confidence.',
});

export const baseLossAssumed = declareProblem<{ set: string; loss: number; sd: number }>({
  code: 'base-loss-assumed',
  severity: 'warning',
  title: 'the base loss is a guess',
  message: ({ set, loss, sd }) =>
    `the base loss on ${set} is assumed from the other sizes: ${loss.toPrecision(4)} ± ${sd.toPrecision(2)}; the confidence is no promise`,
  hint: ({ set }) => `evaluate the base model once and give --base-loss ${set}=...`,
  explanation:
    'A straight line through the logarithms of loss and size of the piloted bases was used for the target. Bases ' +
    'differ in more than size, so the true value may lie outside the stated spread.',
});

export const unknownSet = declareProblem<{ set: string; known: readonly string[]; flag: string }>({
  code: 'unknown-set',
  severity: 'error',
  title: 'no evaluation set of this name',
  message: ({ set, known, flag }) => `${flag} names "${set}", but the fit has ${known.join(', ')}`,
  explanation:
    'Evaluation sets are named by their columns: `loss_wiki` is the set `wiki`. Tolerances are for general sets, base ' +
    'losses for any.',
});

export const farExtrapolation = declareProblem<{ params: number; tokens: number }>({
  code: 'far-extrapolation',
  severity: 'warning',
  title: 'far beyond the pilots',
  message: ({ params, tokens }) =>
    `extrapolated far beyond the pilots: ${times(params)} their size, ${times(tokens)} their tokens`,
  hint: () => 'a short pilot on the target itself shortens both distances at once',
  explanation:
    'Beyond 4 × the size or 8 × the tokens of the pilots, laws that agree on the pilots part ways. Intervals contain ' +
    'what the fit knows it does not know, and not that the law itself may bend.',
});

export const tooFarExtrapolation = declareProblem<{ params: number; tokens: number }>({
  code: 'too-far-extrapolation',
  severity: 'error',
  title: 'too far beyond the pilots',
  message: ({ params, tokens }) =>
    `the target lies ${times(params)} the size and ${times(tokens)} the tokens of the pilots; beyond 10 × or 20 × no answer is given`,
  hint: () => 'run a pilot nearer to the target, or insist with --extrapolate',
  explanation:
    'Public ladders fitted far below their target missed it by 12 to 19%. So far out an interval would promise what ' +
    'nobody has shown; --extrapolate answers all the same and marks every number as extrapolated.',
});

export const infeasible = declareProblem<{
  set: string;
  tolerance: string;
  confidence: number;
  ratio: number;
  rise: number;
  tokens: number;
  feasible: string;
}>({
  code: 'infeasible',
  severity: 'error',
  title: 'no ratio keeps the tolerance',
  message: ({ set, tolerance, confidence, ratio, rise, tokens }) =>
    `no domain ratio keeps ${set} within ${tolerance} of its base with ${percent(confidence)} confidence: even at ${ratio}, ` +
    `${count(tokens)} tokens raise it by up to ${percent(rise)}`,
  hint: ({ feasible }) => `nearest feasible request: ${feasible}`,
  explanation:
    'Training at a re-warmed learning rate lifts general loss even without any domain data, and noise between runs ' +
    'needs a margin. Where both together pass the tolerance at the lowest ratio that was piloted, there is no plan. A ' +
    'wider tolerance, a lower confidence or a lower peak learning rate may make one.',
});

export const noDraws = declareProblem<Record<string, never>>({
  code: 'no-draws',
  severity: 'warning',
  title: 'no interval',
  message: () => 'the fit has no draws, so there is no interval and the confidence was not used',
  hint: () => 'fit with --draws 1000',
  explanation:
    'Intervals and confidence come from refits to simulated pilots. With --draws 0 there are none.',
});

export const fewTokens = declareProblem<{ tokens: number; least: number }>({
  code: 'few-tokens',
  severity: 'warning',
  title: 'fewer tokens than the pilots can speak for',
  message: ({ tokens, least }) =>
    `${count(tokens)} tokens end before ${count(least)}, where the pilots' first usable evaluations are: re-warming may not be over`,
  explanation:
    'The first stretch of every pilot is set aside, because re-warming the learning rate disturbs the loss there. A plan ' +
    'that ends inside that stretch is answered by a law that was not fitted to it.',
});

export const oneGeneralSet = declareProblem<{ set: string }>({
  code: 'one-general-set',
  severity: 'note',
  title: 'one general evaluation set',
  message: ({ set }) => `${set} is the only general set: what it does not cover may be forgotten unseen`,
  hint: () => 'evaluate at least one general set from outside the replay corpus',
  explanation:
    'Replay keeps the loss on its own corpus low. Forgetting shows first on text that replay does not contain, so at least ' +
    'one general evaluation set should come from elsewhere.',
});
