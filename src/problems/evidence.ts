/**
 * What a set of runs can and cannot show: rows that laws in tokens must not see, and variation that is missing.
 * Sizes and tokens in the facts are texts such as 7B, written by the caller.
 */
import { declareProblem } from './problem.ts';

const count = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;

export const decayingCheckpoint = declareProblem<{ schedule: string; lastTokens: string }>({
  code: 'decaying-checkpoint',
  severity: 'note',
  title: 'an intermediate checkpoint of a decaying schedule',
  message: ({ schedule, lastTokens }) =>
    `An intermediate checkpoint of a ${schedule} schedule is no shorter run; only the last row, at ${lastTokens} tokens, is.`,
  hint: () => 'Run pilots at a constant rate after warm-up, and every evaluation of them counts.',
  explanation:
    'While the learning rate is still high, loss stands above what a run that ended there would have reached. ' +
    'Laws in tokens that do not know the learning rate therefore see only the last row of such runs.',
});

export const firstStretch = declareProblem<{ until: string; why: string }>({
  code: 'first-stretch',
  severity: 'note',
  title: 'the first stretch of a run',
  message: ({ until, why }) =>
    `Before ${until} tokens (${why}) re-warming disturbs the loss, whatever the mixture.`,
  explanation:
    'Raising the learning rate again lifts the loss for a while even without any domain data. Laws in tokens ' +
    'see a run only after twice its warm-up and at least 5% of its length.',
});

export const afterDivergence = declareProblem<{ from: string }>({
  code: 'after-divergence',
  severity: 'note',
  title: 'what follows the divergence of a run',
  message: ({ from }) => `From ${from} tokens on the run has diverged: every loss jumped and none came back.`,
  explanation:
    'A run that jumps by more than 2% on every evaluation set from one evaluation to the next, and stays more than 4% up, is ' +
    'lost. What it shows afterwards says nothing about its mixture; what it showed before is kept.',
});

export const runDiverged = declareProblem<{ run: string; from: string; rows: number }>({
  code: 'run-diverged',
  severity: 'warning',
  title: 'a run that diverged',
  message: ({ run, from, rows }) =>
    `Run ${run} diverged at ${from} tokens: every loss jumped and none came back; ${rows === 1 ? 'the evaluation' : `the ${rows} evaluations`} from there on ${rows === 1 ? 'is' : 'are'} set aside.`,
  hint: () => 'Leave the run out of the table if what came before is doubtful too, or run it again.',
  explanation:
    'A run that jumps by more than 2% on every evaluation set from one evaluation to the next, and stays more than 4% up, is ' +
    'lost. Its later evaluations are set aside, its earlier ones are used. A rise on one set alone is no divergence: general ' +
    'loss rises when a model forgets.',
});

export const pilotsRepeat = declareProblem<{
  corpus: 'domain' | 'general';
  /** Runs that see it more than once, out of how many. */
  repeating: number;
  of: number;
  /** The run that repeats most. */
  run: string;
  epochs: number;
}>({
  code: 'pilots-repeat',
  severity: 'warning',
  title: 'pilots that repeat their corpus',
  message: ({ corpus, repeating, of, run, epochs }) =>
    `${repeating} of ${count(of, 'run')} ${repeating === 1 ? 'sees' : 'see'} their ${corpus} corpus more than once, most often run ${run}, ${Number(epochs.toPrecision(2))} times: laws take repeated tokens for new ones.`,
  hint: ({ corpus }) =>
    corpus === 'domain'
      ? 'Trust plans that repeat as often as these pilots did; --corpus would count the repeats a second time.'
      : 'General loss is told for replay that is repeated as often; give pilots as much text as the full run will have.',
  explanation:
    'A column unique_domain or unique_general tells how many unique tokens a run could draw from. Where it saw more, some of its ' +
    'tokens were repeats, which teach less than new ones (Muennighoff et al. 2023, arXiv 2305.16264), and pilots at other epochs ' +
    'than the full run mislead (Zhou et al. 2026, arXiv 2606.07597). Laws hold all tokens as new, so what the repeats lost is taken ' +
    'for an effect of tokens and ratio. A plan with --corpus domain=... then takes the loss by repeats off once more.',
});

export const warmupUnknown = declareProblem<{ runs: number }>({
  code: 'warmup-unknown',
  severity: 'warning',
  title: 'the length of the warm-up is not known',
  message: ({ runs }) =>
    `The warm-up of ${count(runs, 'run')} is not known: the first 5% of each is set aside.`,
  hint: () => 'Add a column warmup_tokens, or warmup_steps with batch_tokens.',
  explanation:
    'Twice the warm-up of a run is set aside for laws in tokens. Without its length 5% of the run is taken, ' +
    'which is too little where the warm-up was long.',
});

export const scheduleUnknown = declareProblem<{ runs: number }>({
  code: 'schedule-unknown',
  severity: 'warning',
  title: 'the learning-rate schedule is not known',
  message: ({ runs }) =>
    `The schedule of ${count(runs, 'run')} is not known: their checkpoints count as runs of fewer tokens, ` +
    'which is wrong if the rate decayed.',
  hint: () => 'Add a column schedule: constant, cosine, linear or wsd.',
  explanation:
    'Only at a constant rate is an intermediate checkpoint what a shorter run would have given. With a decaying ' +
    'rate laws in tokens would mistake the decay for an effect of data.',
});

export const lossesConstant = declareProblem<{ columns: readonly string[] }>({
  code: 'losses-constant',
  severity: 'warning',
  title: 'a loss that never changes',
  message: ({ columns }) =>
    `${columns.join(' and ')} ${columns.length === 1 ? 'is' : 'are'} the same in every row of every run: training cannot have been without any effect.`,
  hint: () => 'Check that each checkpoint was evaluated, and not the base model every time.',
  explanation:
    'Losses of different runs and lengths never agree to the last digit. A column that does was filled in, or every evaluation ' +
    'loaded the same weights. Laws fit it perfectly and predict that no mixture does any harm.',
});

export const severalRates = declareProblem<{ params: string; rates: readonly number[] }>({
  code: 'several-learning-rates',
  severity: 'error',
  title: 'runs of one size have different peak learning rates',
  message: ({ params, rates }) =>
    `Runs of ${params} parameters have peak learning rates ${rates.join(', ')}: a law without the rate cannot tell them apart.`,
  hint: () => 'Use the runs of one rate, or say --assume-lr-transfer to ignore the difference.',
  explanation:
    'A higher peak rate speeds up learning the domain and forgetting alike. Where it varies within a size, its ' +
    'effect would be read as an effect of the mixture, unless you state that it does not matter.',
});

export const rateTransferAssumed = declareProblem<{ params: string; rates: readonly number[] }>({
  code: 'learning-rate-transfer-assumed',
  severity: 'warning',
  title: 'different learning rates are taken as equal',
  message: ({ params, rates }) =>
    `Assumed: peak learning rates ${rates.join(', ')} make no difference at ${params} parameters. No interval contains the error of that, ` +
    'so confidence is no promise.',
  explanation: 'You said --assume-lr-transfer. The interval does not include the error that this may bring.',
});

export const allSetAside = declareProblem<Record<never, never>>({
  code: 'all-set-aside',
  severity: 'error',
  title: 'no observation is left for laws in tokens',
  message: () => 'Every observation was set aside, so that no law in tokens can be fitted.',
  hint: () => 'Train pilots past twice their warm-up, and evaluate them at their end.',
  explanation:
    'What is set aside is listed with its reason by `mixplan check`. Runs that end within twice their warm-up ' +
    'say nothing about what a mixture does later.',
});

export const oneRatio = declareProblem<{ ratio: number }>({
  code: 'one-ratio',
  severity: 'warning',
  title: 'all runs have the same mixture',
  message: ({ ratio }) => `All runs have domain_ratio ${ratio}: nothing can be said about any other mixture.`,
  hint: () => 'Add runs at three further ratios, 0 among them.',
  explanation:
    'Laws in the domain ratio need runs whose ratio differs, and at least four ratios to be tested.',
});

export const fewRatios = declareProblem<{ ratios: readonly number[] }>({
  code: 'few-ratios',
  severity: 'warning',
  title: 'fewer than four ratios',
  message: ({ ratios }) =>
    `No base model has runs at more than ${count(ratios.length, 'ratio')} (${ratios.join(', ')}): laws in the ratio have up to three parameters and need four to be tested.`,
  hint: () => 'Add ratios where the gap is widest.',
  explanation:
    'Power and exponential laws in the ratio have three parameters. Through three ratios they always pass ' +
    'exactly, which looks like a perfect fit and tests nothing.',
});

export const noControl = declareProblem<{ bases: readonly string[] }>({
  code: 'no-control-run',
  severity: 'warning',
  title: 'no control run at domain_ratio 0',
  message: ({ bases }) =>
    `No run at domain_ratio 0 from ${bases.join(', ')}: re-warming cannot be told from forgetting there.`,
  hint: () => 'Add one run on general data alone, with the same schedule.',
  explanation:
    'Continuing with nothing but general data also lifts the loss for a while, because the learning rate is ' +
    'raised again. The control run shows how much of the rise would have come without any domain data.',
});

export const noAllDomain = declareProblem<{ highest: number }>({
  code: 'no-all-domain-run',
  severity: 'note',
  title: 'no run without replay',
  message: ({ highest }) => `The highest ratio is ${highest}: no answer will go above it, least of all to 1.`,
  explanation:
    'Training without any replay is a regime of its own that no law predicts from mixed runs. Critical ratios ' +
    'are searched only between the lowest and the highest ratio of the pilots, so this limits the question, not the answer.',
});

export const oneSize = declareProblem<{ params: string }>({
  code: 'one-size',
  severity: 'warning',
  title: 'all runs have the same size',
  message: ({ params }) =>
    `All runs have ${params} parameters: laws in N cannot be fitted, so answers hold at this size only.`,
  hint: () =>
    'That is the best design where it is the size of the full run; else add a second and a third size.',
  explanation:
    'How loss changes with size shows only between sizes. Short pilots on the target model itself need no ' +
    'extrapolation in size and are often the better buy.',
});

export const fewSizes = declareProblem<{ sizes: readonly string[] }>({
  code: 'few-sizes',
  severity: 'warning',
  title: 'too few sizes to test a law in size',
  message: ({ sizes }) =>
    `No mixture was run at more than ${count(sizes.length, 'size')} (${sizes.join(', ')}): laws in N need three sizes to be tested.`,
  hint: () => 'Prefer a short pilot on the target model itself, or add a third size.',
  explanation:
    'Each base model is one draw from the scatter between models, however many rows it has. Two sizes fix a ' +
    'slope and leave nothing to test it with.',
});

export const oneTokenCount = declareProblem<{ tokens: string }>({
  code: 'one-token-count',
  severity: 'warning',
  title: 'all observations are at the same tokens',
  message: ({ tokens }) =>
    `All observations that count are at ${tokens} tokens: laws in D cannot be fitted, so answers hold at this length only.`,
  hint: () => 'Evaluate constant-rate runs along the way, or add a shorter run.',
  explanation:
    'How loss changes with training length shows only where the same mixture is seen at several lengths.',
});

export const fewTokenCounts = declareProblem<{ counts: number }>({
  code: 'few-token-counts',
  severity: 'warning',
  title: 'too few token counts to test a law in tokens',
  message: ({ counts }) =>
    `No run that counts was seen at more than ${counts} token counts: laws in D have up to three parameters and need four to be tested.`,
  hint: () => 'Evaluate more often along the way.',
  explanation:
    'Curves in tokens have a level, a slope and a bend. With three points or fewer they are not tested.',
});

export const noRepeats = declareProblem<Record<never, never>>({
  code: 'no-repeats',
  severity: 'note',
  title: 'no run was repeated with another seed',
  message: () => 'No run was repeated: how far two equal runs differ is not known here and will be assumed.',
  hint: () => 'Repeat the smallest run at a middle ratio with another seed.',
  explanation:
    'Evaluations of one run share its luck, so that only repeats show the scatter between runs. Without them a ' +
    'usual value is assumed, and the answer says so.',
});
