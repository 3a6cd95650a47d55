/** What a plan may have to say. */
import { count, number } from './amounts.ts';
import { declareProblem } from './problem.ts';

/** Three digits, or as many as keep what is short of 100% from being shown as 100%. */
const percent = (share: number): string => {
  let digits = 3;
  while (share < 1 && Number(share.toPrecision(digits)) === 1 && digits < 16) digits += 1;
  return `${Number((100 * share).toPrecision(digits))}%`;
};
/** What lies beyond the pilots, and only that: `4.1 × their size`. */
const beyond = (params: number, tokens: number): string =>
  [params > 1 ? [`${times(params)} their size`] : [], tokens > 1 ? [`${times(tokens)} their tokens`] : []]
    .flat()
    .join(' and ');
const times = (factor: number): string => `${Number(factor.toPrecision(2))} ×`;

export const budgetNeeds = declareProblem<{ budget: string; missing: 'throughput' | 'price' }>({
  code: 'budget-needs',
  severity: 'error',
  title: 'a budget cannot be turned into tokens',
  message: ({ budget, missing }) =>
    missing === 'price'
      ? `A budget of ${budget} needs the price of a GPU-hour to become tokens.`
      : `A budget of ${budget} needs hardware or a measured throughput to become tokens.`,
  hint: ({ missing }) =>
    missing === 'price'
      ? 'Give --price 2.50 (dollars a GPU-hour).'
      : 'Give --gpu h100-sxm (mixplan hardware lists what there is), or what one GPU does: --throughput 12000tok/s.',
  explanation:
    'GPU-hours and money become tokens through the speed of training: tokens a second and GPU, measured by you ' +
    '(--throughput) or computed from the accelerator, the model and a utilisation (--gpu, --model, --mfu). Money ' +
    'also needs a price for the GPU-hour.',
});

export const planNeeds = declareProblem<{ missing: string; flag: string }>({
  code: 'plan-needs',
  severity: 'error',
  title: 'a question is incomplete',
  message: ({ missing, flag }) => `${missing} is missing: expected ${flag}.`,
  explanation:
    'A plan is made for one model (--params or --model), one budget (--budget) and one tolerance (--tolerance): how ' +
    'much the general loss may rise over the base model. `mixplan plan --help` shows whole command lines.',
});

export const modelsDisagree = declareProblem<{ params: string; model: string; size: string; total: string }>({
  code: 'models-disagree',
  severity: 'error',
  title: 'two different models are asked for',
  message: ({ params, model, size, total }) =>
    `--params ${params} is not the size of --model ${model}: it has ${size} parameters without embeddings, ${total} with them.`,
  hint: () => 'Leave --params out: the size of the model is known.',
  explanation:
    'The size decides what the laws predict, the model what a token costs. If they are of two different models the ' +
    'plan would be for neither. --params may repeat the size of the model in either way of counting, whichever the pilots use.',
});

export const ratioNotModelled = declareProblem<{
  set: string;
  laws: readonly string[];
  ratios: readonly number[];
}>({
  code: 'ratio-not-modelled',
  severity: 'error',
  title: 'nothing is known about the effect of the ratio',
  message: ({ set, laws, ratios }) =>
    `The pilots have ${ratios.length === 1 ? `one domain ratio, ${ratios[0]}` : `the domain ratios ${ratios.join(', ')}`}, and ` +
    `${set} is modelled by ${laws.join(' and ')} alone, which does not know the ratio: nothing can be said about other mixtures.`,
  hint: ({ ratios }) =>
    ratios.length < 4
      ? 'Add runs until there are at least four ratios, 0 among them; mixplan check names the most telling.'
      : 'Leave --law out, or name a law of the ratio; mixplan laws says what each law needs.',
  explanation:
    'A critical ratio is where a predicted loss crosses a limit as the ratio grows. Laws in the ratio need runs at several ' +
    'ratios; where none could be fitted, what is left predicts the same loss for every mixture, and its crossing means nothing.',
});

export const confidenceBeyondDraws = declareProblem<{ confidence: number; draws: number; least: number }>({
  code: 'confidence-beyond-draws',
  severity: 'error',
  title: 'more confidence than the draws can show',
  message: ({ confidence, draws, least }) =>
    `A confidence of ${percent(confidence)} needs at least ${least} draws, and the fit has ${draws}.`,
  hint: ({ least }) => `Ask for less confidence, or fit with --draws ${least}.`,
  explanation:
    'With confidence c the planned ratio is one that only a share 1 - c of the draws falls below. Unless at least one draw ' +
    'is expected there, no ratio can be promised, however safe it is.',
});

export const toleranceUnit = declareProblem<{ set: string; tolerance: string; unit: string }>({
  code: 'tolerance-unit',
  severity: 'error',
  title: 'a tolerance in another unit than its set',
  message: ({ set, tolerance, unit }) =>
    `${set} is measured in ${unit === 'bpb' ? 'bits per byte' : 'nats a token'}, and its tolerance is ${tolerance}: expected a share of its base, ` +
    'such as 3%, or the bytes of text in a token.',
  hint: ({ set }) =>
    `For example --tolerance ${set}=3%, or --bytes-per-token ${set}=4.2 with its true value.`,
  explanation:
    'Bits per byte are nats a token divided by 0.693 times the bytes that a token holds on average on that set. A share of ' +
    'the base is the same in both units and needs no conversion.',
});

export const baseLossUnlikely = declareProblem<{
  set: string;
  loss: number;
  least: number;
  greatest: number;
}>({
  code: 'base-loss-unlikely',
  severity: 'warning',
  title: 'a base loss far from those of the pilots',
  message: ({ set, loss, least, greatest }) =>
    `--base-loss ${set}=${loss} is far from the base models of the pilots, which have ${number(least)}${greatest > least ? ` to ${number(greatest)}` : ''}.`,
  hint: () => 'Check that it was measured on the same set, with the same tokenizer and in the same unit.',
  explanation:
    'Base models of other sizes differ by some tenths of a nat, seldom more. A base loss far away from all of them is mostly a ' +
    'perplexity, bits per byte, another tokenizer or another evaluation set, and every tolerance counted from it would be wrong.',
});

export const impossibleLoss = declareProblem<{ set: string; loss: number; params: number; tokens: number }>({
  code: 'impossible-loss',
  severity: 'warning',
  title: 'a predicted loss that cannot be',
  message: ({ set, loss, params, tokens }) =>
    `The prediction for ${set} reaches ${number(loss)} at ${count(params)} parameters and ${count(tokens)} tokens, and no loss is 0 or less: the laws do not hold there.`,
  hint: () => 'Ask nearer to the pilots.',
  explanation:
    'Laws are sums of powers and logarithms that describe the pilots and some way beyond. Far outside some of them pass through ' +
    'zero. Nothing that is predicted at such a place means anything, its interval included.',
});

export const baseLossUnknown = declareProblem<{
  set: string;
  params: number;
  canAssume: boolean;
  /** Whether other sizes are asked for beside it, so that the loss has to name its own. */
  several: boolean;
}>({
  code: 'base-loss-unknown',
  severity: 'error',
  title: 'the base loss of the target is not known',
  message: ({ set, params }) =>
    `The loss of the ${count(params)} base model on ${set} before training is not known, and changes are counted from it.`,
  hint: ({ set, params, canAssume, several }) =>
    `Evaluate the base model once and give --base-loss ${several ? `${count(params)}:` : ''}${set}=LOSS${canAssume ? ', or add --assume-base-from-size-law to guess it from the other sizes' : ''}.`,
  explanation:
    'A tolerance such as 3% is a rise over the base model, so its loss on the same evaluation set is needed. That is ' +
    'one cheap evaluation. A law over the sizes of the other base models can stand in when told to, with a wider ' +
    'interval and without a promise of confidence.',
});

export const baseLossAssumed = declareProblem<{
  set: string;
  params: number;
  loss: number;
  sd: number;
  several: boolean;
}>({
  code: 'base-loss-assumed',
  severity: 'warning',
  title: 'the base loss is a guess',
  message: ({ set, params, loss, sd, several }) =>
    `The base loss on ${set}${several ? ` of the ${count(params)} model` : ''} is assumed from the other sizes: ${loss.toPrecision(4)} ± ${sd.toPrecision(2)}; the confidence is no promise.`,
  hint: ({ set, params, several }) =>
    `Evaluate the base model once and give --base-loss ${several ? `${count(params)}:` : ''}${set}=LOSS.`,
  explanation:
    'A straight line through the logarithms of loss and size of the piloted bases was used for the target. Bases ' +
    'differ in more than size, so the true value may lie outside the stated spread.',
});

export const unknownSet = declareProblem<{
  set: string;
  known: readonly string[];
  /** Role of the set where there is one, but of the other role. */
  role: 'general' | 'domain' | undefined;
  flag: string;
}>({
  code: 'unknown-set',
  severity: 'error',
  title: 'no evaluation set of this name',
  message: ({ set, known, role, flag }) =>
    `${flag} names "${set}", ${role === undefined ? 'which the fit does not have' : `which is a ${role} set`}: expected ` +
    `${known.length === 1 ? known[0] : `one of ${known.join(', ')}`}.`,
  explanation:
    'Evaluation sets are named by their columns: `loss_wiki` is the set `wiki`. Tolerances are for general sets, base ' +
    'losses for any.',
});

export const farExtrapolation = declareProblem<{ params: number; tokens: number }>({
  code: 'far-extrapolation',
  severity: 'warning',
  title: 'far beyond the pilots',
  message: ({ params, tokens }) => `This is extrapolated far beyond the pilots: ${beyond(params, tokens)}.`,
  hint: () => 'A short pilot on the target itself shortens the distance.',
  explanation:
    'Beyond 4 × the size or 8 × the tokens of the pilots, laws that agree on the pilots part ways. Intervals contain ' +
    'what the fit knows it does not know, and not that the law itself may bend.',
});

export const ratioOutsidePilots = declareProblem<{ ratio: number; least: number; greatest: number }>({
  code: 'ratio-outside-pilots',
  severity: 'warning',
  title: 'a domain ratio that no pilot came near',
  message: ({ ratio, least, greatest }) =>
    `Domain ratio ${ratio} lies outside the pilots, which have ${least} to ${greatest}: laws seldom hold there.`,
  hint: () => 'Add a pilot at this ratio.',
  explanation:
    'Laws describe mixtures between those that were tried. Training with less replay than any pilot had is a regime of its ' +
    'own, most of all training with none: no law tried so far predicts that from mixed runs. Plans never go there.',
});

export const sizeNotPiloted = declareProblem<{ params: string; piloted: string }>({
  code: 'size-not-piloted',
  severity: 'error',
  title: 'another size than the only one that was piloted',
  message: ({ params, piloted }) =>
    `All pilots have ${piloted} parameters, and the target has ${params}: expected the piloted size, since one size says nothing about another.`,
  hint: () => 'Run pilots at a second size, ask for the size that was piloted, or insist with --extrapolate.',
  explanation:
    'How forgetting and learning change with size shows only in pilots of several sizes. --extrapolate takes them to be the ' +
    'same at every size, and marks the numbers as extrapolated.',
});

export const noReplayNotPiloted = declareProblem<{ greatest: number }>({
  code: 'no-replay-not-piloted',
  severity: 'error',
  title: 'training without any replay, and no pilot that did',
  message: ({ greatest }) =>
    `Domain ratio 1 is training without any replay, and the pilots go up to ${greatest}: no law predicts it from mixed runs.`,
  hint: () =>
    'Run a pilot at domain ratio 1, ask for a ratio that the pilots reach, or insist with --extrapolate.',
  explanation:
    'No replay at all is a regime of its own. On the shipped pilots every law that was fitted without the runs at ratio 1 ' +
    'put the general loss of those runs outside its interval at one time of training or another. --extrapolate answers all ' +
    'the same and marks the numbers as extrapolated.',
});

export const tooFarExtrapolation = declareProblem<{ params: number; tokens: number }>({
  code: 'too-far-extrapolation',
  severity: 'error',
  title: 'too far beyond the pilots',
  message: ({ params, tokens }) =>
    `The target lies too far beyond the pilots: ${beyond(params, tokens)}; expected at most 10 × in size and 20 × in tokens.`,
  hint: () => 'Run a pilot nearer to the target, or insist with --extrapolate.',
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
  /** The size that comes nearest, where several were asked for. */
  params: number | undefined;
  /** Value of --tolerance under which there is a plan. */
  feasible: string | undefined;
}>({
  code: 'infeasible',
  severity: 'error',
  title: 'no ratio keeps the tolerance',
  message: ({ set, tolerance, confidence, ratio, rise, tokens, params }) =>
    `No domain ratio keeps ${set} within ${tolerance} of its base with ${percent(confidence)} confidence: even at domain ratio ${number(ratio)}, ` +
    `${count(tokens)} tokens raise it by up to ${percent(rise)}${params === undefined ? '' : ` at ${count(params)} parameters, the size that comes nearest`}.`,
  hint: ({ feasible }) =>
    feasible === undefined ? undefined : `The nearest request that is feasible: --tolerance ${feasible}`,
  explanation:
    'Training at a re-warmed learning rate lifts general loss even without any domain data, and noise between runs ' +
    'needs a margin. Where both together pass the tolerance at the lowest ratio that was piloted, there is no plan. A ' +
    'wider tolerance, a lower confidence or a lower peak learning rate may make one.',
});

export const noDraws = declareProblem<Record<string, never>>({
  code: 'no-draws',
  severity: 'warning',
  title: 'no interval',
  message: () => 'The fit has no draws, so there is no interval and the confidence was not used.',
  hint: () => 'Fit with --draws 1000.',
  explanation:
    'Intervals and confidence come from refits to simulated pilots. With --draws 0 there are none.',
});

export const fewTokens = declareProblem<{ tokens: number; least: number }>({
  code: 'few-tokens',
  severity: 'warning',
  title: 'fewer tokens than the pilots can speak for',
  message: ({ tokens, least }) =>
    `${count(tokens)} tokens end before ${count(least)}, where the pilots' first usable evaluations are: re-warming may not be over.`,
  explanation:
    'The first stretch of every pilot is set aside, because re-warming the learning rate disturbs the loss there. A plan ' +
    'that ends inside that stretch is answered by a law that was not fitted to it.',
});

export const tooFewTokens = declareProblem<{ tokens: number; least: number; answered: number }>({
  code: 'too-few-tokens',
  severity: 'error',
  title: 'far fewer tokens than the pilots can speak for',
  message: ({ tokens, least, answered }) =>
    `${count(tokens)} tokens lie far before ${count(least)}, where the pilots' first usable evaluations are: expected at least ${count(answered)}.`,
  hint: () =>
    'Check the unit of the budget or of the tokens; evaluate a pilot earlier, or insist with --extrapolate.',
  explanation:
    'So early in a run re-warming rules the loss, and some laws have no meaning at all near 0 tokens. An answer from there ' +
    'would look like any other and be wrong. Most often the unit is: gpu-h for GPU-days, M for B.',
});

export const oneGeneralSet = declareProblem<{ set: string }>({
  code: 'one-general-set',
  severity: 'warning',
  title: 'one general evaluation set',
  message: ({ set }) => `${set} is the only general set: what it does not cover may be forgotten unseen.`,
  hint: () => 'Evaluate at least one general set from outside the replay corpus.',
  explanation:
    'Replay keeps the loss on its own corpus low. Forgetting shows first on text that replay does not contain, so at least ' +
    'one general evaluation set should come from elsewhere.',
});
