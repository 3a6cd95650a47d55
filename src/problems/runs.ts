/**
 * Trouble with what a runs table says: values, runs that contradict themselves, bases, evaluation sets. Sizes and
 * tokens in the facts are texts such as 7B, written by the caller.
 */
import { declareProblem } from './problem.ts';

export const valueMissing = declareProblem<{ column: string; where: string }>({
  code: 'value-missing',
  severity: 'error',
  title: 'a value that is needed is missing',
  message: ({ column, where }) => `${where} has no ${column}.`,
  hint: ({ column }) => `Fill in ${column}, or leave the row out.`,
  explanation:
    'Every row needs its run and its tokens; every run needs its size and its domain ratio in at least one of ' +
    'its rows. Rows at tokens = 0 describe the base model and may leave run and ratio empty.',
});

export const notANumber = declareProblem<{ value: string; expected: string }>({
  code: 'not-a-number',
  severity: 'error',
  title: 'a cell does not hold a plain number',
  message: ({ value, expected }) => `"${value}" is not a number as written here: expected ${expected}.`,
  hint: ({ value }) => {
    if (/^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/.test(value)) return 'Remove the commas between thousands.';
    if (/^[+-]?\d+,\d+$/.test(value)) return 'Write a decimal point instead of the comma.';
    if (/^0[xX]/.test(value)) return 'Hexadecimal is not read; write the number in decimal.';
    if (value.includes('_')) return 'Remove the underscores.';
    if (value.endsWith('%')) return 'Write a share of 1 instead of a percentage: 0.3 for 30%.';
    return 'Leave the cell empty where nothing was measured.';
  },
  explanation:
    'Numbers are read strictly, because a lenient reader turns 0x10 into 0 and 1,5 into 15 in silence. A plain ' +
    'number is 1300000000, 0.25 or 1.3e9; spaces around it are fine. Sizes and tokens may be written 7B or 250M.',
});

export const notFinite = declareProblem<{ value: string }>({
  code: 'not-finite',
  severity: 'error',
  title: 'a value is NaN or infinite',
  message: ({ value }) => `"${value}" is not a finite number.`,
  hint: () => 'A run that diverged is no evidence about a mixture: leave its rows out, or the cell empty.',
  explanation:
    'NaN or infinity in a loss usually means that the run diverged. Such rows cannot enter a fit, and dropping ' +
    'them unasked would hide that a setting is unstable, so the decision is yours.',
});

export const outOfRange = declareProblem<{ value: number; expected: string }>({
  code: 'value-out-of-range',
  severity: 'error',
  title: 'a value is outside what it can be',
  message: ({ value, expected }) => `${value} cannot be: expected ${expected}.`,
  hint: () => 'Check the column and its unit.',
  explanation:
    'Sizes and losses are above zero; tokens, steps and learning rates are not negative. A loss of 0 is most ' +
    'often a missing value that was filled with zero on export.',
});

export const ratioOutOfRange = declareProblem<{ value: number }>({
  code: 'ratio-out-of-range',
  severity: 'error',
  title: 'a share is not between 0 and 1',
  message: ({ value }) =>
    value > 1 && value <= 100
      ? `${value} looks like a percentage: expected a share between 0 and 1, here ${value / 100}.`
      : `${value} is no share: expected a number between 0 and 1.`,
  hint: ({ value }) => (value > 1 && value <= 100 ? 'Divide the column by 100.' : undefined),
  explanation:
    'domain_ratio is the share of domain tokens among all training tokens of a run, 0 to 1; replay is one minus ' +
    'it. A 1 in a column of percentages could mean either 1% or everything, so percentages are not guessed.',
});

export const ratioDisagrees = declareProblem<{ domainRatio: number; other: string; implied: number }>({
  code: 'ratio-disagrees',
  severity: 'error',
  title: 'two columns give different mixtures',
  message: ({ domainRatio, other, implied }) =>
    `domain_ratio is ${domainRatio}, while ${other} says that it is ${implied}.`,
  hint: () => 'replay = 1 - domain_ratio. Correct one of them, or leave one column out.',
  explanation:
    'A mixture may be given as domain_ratio, as replay, or as share_general and share_domain. Where several ' +
    'are given they must agree within 0.005, so that a swapped column is found before it swaps the answer.',
});

export const sharesSum = declareProblem<{ sum: number }>({
  code: 'shares-do-not-sum',
  severity: 'error',
  title: 'the shares of the corpora do not sum to 1',
  message: ({ sum }) =>
    `The shares of this row sum to ${Number(sum.toPrecision(6))}: expected 1, within 0.005.`,
  hint: () => 'Give share_general and share_domain as shares of the training tokens.',
  explanation:
    'Shares of named corpora are shares of training tokens and must sum to 1; rounding up to 0.005 is evened ' +
    'out. A larger gap means a missing corpus or sampling weights in place of token shares.',
});

export const sharesRenormalised = declareProblem<{ rows: number; farthest: number }>({
  code: 'shares-renormalised',
  severity: 'note',
  title: 'shares were scaled to sum to exactly 1',
  message: ({ rows, farthest }) =>
    `The shares of ${rows} rows were scaled to sum to 1; the farthest summed to ${Number(farthest.toPrecision(6))}.`,
  explanation:
    'Shares that were rounded for printing sum to 0.999 or 1.001. Within 0.005 they are divided by their sum.',
});

export const corpusUnsupported = declareProblem<{ columns: readonly string[] }>({
  code: 'corpus-unsupported',
  severity: 'error',
  title: 'more than one general and one domain corpus',
  message: ({ columns }) =>
    `${columns.join(', ')}: expected share_general and share_domain only, as mixtures have two parts here.`,
  hint: () =>
    'Add up the shares of all replayed corpora in share_general, and of all domain corpora in share_domain.',
  explanation:
    'mixplan plans one number, the share of domain data against replayed general data. Several corpora on ' +
    'either side are fine as long as their proportions stay the same in all runs; their shares are then added up.',
});

export const unknownSchedule = declareProblem<{ value: string }>({
  code: 'unknown-schedule',
  severity: 'error',
  title: 'a learning-rate schedule has an unknown name',
  message: ({ value }) =>
    `"${value}" is no known schedule: expected constant, cosine, linear, wsd or unknown.`,
  hint: () => 'Pick the nearest in shape; names such as constant_with_warmup are understood.',
  explanation:
    'Whether the rate decays decides whether an intermediate checkpoint may stand for a shorter run, so the ' +
    'name matters. Write unknown where it cannot be found out; that is then said beside every answer.',
});

export const notABoolean = declareProblem<{ value: string }>({
  code: 'not-a-boolean',
  severity: 'error',
  title: 'a cell is neither true nor false',
  message: ({ value }) => `"${value}" is neither true nor false: expected true, false, 1 or 0.`,
  explanation: 'The column simulated says for each run whether it was drawn from a law instead of trained.',
});

export const warmupUnit = declareProblem<Record<never, never>>({
  code: 'warmup-without-unit',
  severity: 'error',
  title: 'the column warmup has no unit',
  message: () => 'The column warmup does not say whether it counts tokens or steps.',
  hint: () =>
    'Say which: --map warmup_tokens=warmup, or --map warmup_steps=warmup with a batch_tokens column.',
  explanation:
    'Trainers write warm-up as steps, as tokens or as a part of the run. The first 2 x warm-up of a run is set ' +
    'aside for laws in tokens, so a factor of a thousand here would keep or lose the wrong rows.',
});

export const warmupSteps = declareProblem<Record<never, never>>({
  code: 'warmup-steps-without-batch',
  severity: 'error',
  title: 'warm-up is counted in steps of unknown size',
  message: () => 'The column warmup_steps is given without batch_tokens, so its tokens cannot be counted.',
  hint: () => 'Add a column batch_tokens (tokens per optimiser step), or give warmup_tokens.',
  explanation: 'Warm-up in tokens is warmup_steps x batch_tokens, and both must be known for the same run.',
});

export const evalRoleMissing = declareProblem<{ name: string }>({
  code: 'eval-role-missing',
  severity: 'error',
  title: 'an evaluation set has no role',
  message: ({ name }) =>
    `loss_${name} is a loss on general text or on domain text, and it is not said which.`,
  hint: ({ name }) =>
    `Say --role ${name}=general or --role ${name}=domain, or name the column loss_general_${name}.`,
  explanation:
    'General losses are to be kept from rising, domain losses are to fall; a plan needs to know which is which. ' +
    'loss_general, loss_domain and names that start so are clear; every other set needs --role NAME=ROLE.',
});

export const evalNameUnusable = declareProblem<{ name: string; why: string }>({
  code: 'eval-name-unusable',
  severity: 'error',
  title: 'an evaluation set has a name that cannot be kept',
  message: ({ name, why }) =>
    `The evaluation set ${JSON.stringify(name)} has a name ${why}: expected one of letters, digits and plain signs.`,
  hint: () => 'Rename its column, or read it under another name with --map loss_NAME=COLUMN.',
  explanation:
    'Names of sets become keys of documents, columns of tables and words on a terminal. Control characters and line breaks damage tables and steer terminals, and a few words, such as constructor, stand for something in every JavaScript object, so that a set of that name could be lost without a word.',
});

export const evalUnknown = declareProblem<{ option: string; name: string; nearest: string | undefined }>({
  code: 'eval-unknown',
  severity: 'error',
  title: 'an option names an evaluation set that no file has',
  message: ({ option, name, nearest }) =>
    `${option} names the evaluation set ${name}, and no file has values in loss_${name}.` +
    (nearest === undefined ? '' : ` Did you mean ${nearest}?`),
  hint: () => 'The name of a set is what follows loss_ in its column.',
  explanation:
    'A role or a unit is given to an evaluation set by its name: the column loss_wiki holds the set wiki.',
});

export const noEvals = declareProblem<Record<never, never>>({
  code: 'no-losses',
  severity: 'error',
  title: 'there is no loss column with values',
  message: () => 'No column loss_* holds a value: expected at least loss_general or loss_domain.',
  hint: () => 'If the losses have other names here, say so: --map loss_general=NAME,loss_domain=NAME.',
  explanation:
    'Laws are fitted to validation losses on named sets. Training loss will not do: its mixture of text changes ' +
    'with the ratio, so it cannot be compared between runs.',
});

export const roleAbsent = declareProblem<{ role: 'general' | 'domain' }>({
  code: 'no-eval-of-role',
  severity: 'warning',
  title: 'one side of the trade-off was not measured',
  message: ({ role }) =>
    role === 'general'
      ? 'No general evaluation set: how much the model forgets cannot be told from these runs.'
      : 'No domain evaluation set: what domain data buys cannot be told from these runs.',
  hint: ({ role }) => `Evaluate the checkpoints on ${role} text, and add the losses as loss_${role}.`,
  explanation:
    'A tolerance needs general losses, an objective needs domain losses. With one of them only half of the ' +
    'questions have an answer.',
});

export const perplexityBelowOne = declareProblem<{ value: number }>({
  code: 'perplexity-below-one',
  severity: 'error',
  title: 'a perplexity is not above 1',
  message: ({ value }) => `${value} cannot be a perplexity: expected more than 1.`,
  hint: () => 'Is this column in nats or bits per byte? Then do not give it the unit ppl.',
  explanation: 'Perplexity is e to the loss in nats, and a loss is above zero.',
});

export const looksLikePerplexity = declareProblem<{ name: string; largest: number; ceiling: number }>({
  code: 'loss-looks-like-perplexity',
  severity: 'warning',
  title: 'a loss is too large for nats a token',
  message: ({ name, largest, ceiling }) =>
    `loss_${name} reaches ${largest}, above the ${ceiling} nats a token of blind guessing over a million tokens.`,
  hint: ({ name }) => `If it is a perplexity, say so: --unit ${name}=ppl.`,
  explanation:
    'A model that guesses blindly among V tokens has a loss of log V: 10.4 nats for 32,000, 13.8 for a million. ' +
    'Larger values in a validation loss are usually perplexities.',
});

export const rowWithoutLoss = declareProblem<Record<never, never>>({
  code: 'row-without-loss',
  severity: 'note',
  title: 'a row has no loss',
  message: () => 'No evaluation set has a loss in this row.',
  explanation: 'Rows of a log between evaluations hold no loss. They are set aside and counted.',
});

export const noObservations = declareProblem<Record<never, never>>({
  code: 'no-observations',
  severity: 'error',
  title: 'no row has both training and a loss',
  message: () => 'No row has tokens above 0 and a loss: these are base models only.',
  hint: () => 'Add the evaluations of the runs themselves, one row each.',
  explanation:
    'Rows with tokens = 0 say where runs started. What a mixture does shows only in rows after some training.',
});

export const runChanges = declareProblem<{ run: string; column: string; first: string; later: string }>({
  code: 'run-changes',
  severity: 'error',
  title: 'something that belongs to a run changes inside it',
  message: ({ run, column, first, later }) =>
    `The ${column} of run ${run} is ${later} here and ${first} before; it belongs to the whole run.`,
  hint: () =>
    'If these are different runs, give them different names. Rows of one name in several files are one run.',
  explanation:
    'A run has one base model, one size, one mixture, one seed, one schedule. Runs whose mixture changes on the ' +
    'way follow no law of a constant ratio. Two files that both call their runs 1, 2, 3 also end up here.',
});

export const duplicateObservation = declareProblem<{
  run: string;
  tokens: string;
  first: string;
}>({
  code: 'duplicate-observation',
  severity: 'error',
  title: 'two rows of one run are at the same tokens',
  message: ({ run, tokens, first }) => `Run ${run} was already evaluated at ${tokens} tokens (${first}).`,
  hint: () =>
    'Keep one of them; repeats of a run with another seed are runs of their own, with their own name.',
  explanation:
    'Jobs that resume from a checkpoint log some evaluations twice, and overlapping exports repeat rows. ' +
    'Counted twice they pass for independent evidence. Different seeds need different run names.',
});

export const tokensBackwards = declareProblem<{
  run: string;
  step: number;
  tokens: string;
  stepBefore: number;
}>({
  code: 'tokens-go-backwards',
  severity: 'error',
  title: 'tokens and steps of a run are in different order',
  message: ({ run, step, tokens, stepBefore }) =>
    `Run ${run} is at step ${step} with ${tokens} tokens, while step ${stepBefore} has fewer tokens.`,
  hint: () =>
    'Was the token counter reset when the job restarted? Tokens count from the start of continual training.',
  explanation:
    'Rows may come in any order, but with more tokens there cannot be fewer steps. A counter that was reset at ' +
    'a restart makes late checkpoints look early.',
});

export const paramsMixed = declareProblem<{ run: string }>({
  code: 'params-mixed',
  severity: 'error',
  title: 'sizes with and without embeddings are mixed',
  message: ({ run }) =>
    `Run ${run} has only params_total, while other runs have params (without embeddings).`,
  hint: () => 'Give params, counted without embeddings, for every run.',
  explanation:
    'In small models embeddings are a large part of all parameters, so sizes counted in both ways do not lie on ' +
    'one curve. Either every run has params, or none has and params_total stands in for it.',
});

export const paramsAreTotal = declareProblem<Record<never, never>>({
  code: 'params-are-total',
  severity: 'warning',
  title: 'sizes are counted with embeddings',
  message: () => 'There is no params column: params_total is used, so sizes here include embeddings.',
  hint: () => 'Give the size of the target model in the same way, or add params without embeddings.',
  explanation:
    'Size laws fit better without embeddings. With totals they still work where all sizes, the target included, ' +
    'are counted in the same way.',
});

export const baseFromParams = declareProblem<{ bases: number }>({
  code: 'base-from-params',
  severity: 'note',
  title: 'runs of one size are taken to share a base model',
  message: ({ bases }) =>
    `There is no column base: each size is taken to have one base model (${bases} in all).`,
  hint: () => 'Add a column base where runs of one size start from different checkpoints.',
  explanation:
    'Forgetting is counted from the base model that a run started from. Without a base column all runs of one ' +
    'size are taken to start from the same one.',
});

export const baseChangesSize = declareProblem<{ base: string; first: string; later: string }>({
  code: 'base-changes-size',
  severity: 'error',
  title: 'one base model has two sizes',
  message: ({ base, first, later }) =>
    `The base ${base} has ${later} parameters here and ${first} elsewhere.`,
  hint: () => 'Name bases of different sizes differently.',
  explanation: 'A base is one checkpoint of one model, and continued training does not change its size.',
});

export const baseMissing = declareProblem<{ base: string; evals: readonly string[] }>({
  code: 'base-missing',
  severity: 'warning',
  title: 'the loss of a base model is not known',
  message: ({ base, evals }) =>
    `The base ${base} has no row with tokens = 0 for ${evals.map((name) => `loss_${name}`).join(', ')}.`,
  hint: () => 'Evaluate the base model once on each set, and add it as a row with tokens = 0.',
  explanation:
    'A tolerance such as "general loss may rise by 3%" is counted from the base model. Evaluating it costs ' +
    'minutes; laws of the change of loss cannot be fitted without it.',
});

export const basesDisagree = declareProblem<{
  base: string;
  name: string;
  lowest: number;
  highest: number;
  allowed: number;
}>({
  code: 'bases-disagree',
  severity: 'warning',
  title: 'evaluations of one base model differ',
  message: ({ base, name, lowest, highest, allowed }) =>
    `The base ${base} has loss_${name} from ${lowest} to ${highest} at tokens = 0, ` +
    `farther apart than evaluation noise explains (${Number(allowed.toPrecision(2))}).`,
  hint: () => 'Are these different base models? Then name them apart. Their mean is used now.',
  explanation:
    'Rows with tokens = 0 of one base are the same model on the same text, and should agree but for noise. ' +
    'Larger gaps mean different checkpoints, another evaluation set, or rows logged after the first step.',
});
