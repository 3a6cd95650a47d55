/**
 * Every option of every command. Which command takes which is said in the command's own entry. The order
 * here is the order in help and in reproducing command lines.
 */
import { budget } from '../units/budget.ts';
import { duration } from '../units/duration.ts';
import { grid } from '../units/grid.ts';
import { list, mergeNamed, type Named, named } from '../units/list.ts';
import { modelSize } from '../units/params.ts';
import { bytesPerToken, epochs, huberDelta, learningRate, loss, repeats, weight } from '../units/plain.ts';
import { price } from '../units/price.ts';
import { level, ratio, replay, utilisation } from '../units/ratio.ts';
import { span } from '../units/span.ts';
import { throughput } from '../units/throughput.ts';
import { trainingTokens } from '../units/tokens.ts';
import { tolerances } from '../units/tolerance.ts';
import { wholeNumber } from '../units/whole.ts';
import { choice, path, word } from '../units/words.ts';
import { LOG_FORMATS } from './logFormats.ts';
import { type SwitchOption, toggle, type ValueOf, type ValueOption, value } from './option.ts';
import { TRANSFERS } from './transfers.ts';

/** For flags that may be given several times with different names. */
const mergeByName =
  (what: string) =>
  <T>(earlier: Named<T>, later: Named<T>): Named<T> =>
    mergeNamed(what, [...Object.entries(earlier), ...Object.entries(later)]);

export const options = {
  // The runs
  map: value({
    flag: '--map',
    placeholder: 'COLUMN=NAME,...',
    unit: named(word('column name', ['N']), ['params=N,tokens=D']),
    merge: mergeByName('--map'),
    help: 'which column of the table is which',
  }),
  role: value({
    flag: '--role',
    placeholder: 'EVAL=ROLE,...',
    unit: named(choice('role', ['general', 'domain']), ['wiki=general,pubmed=domain']),
    merge: mergeByName('--role'),
    help: 'role of an evaluation set, where its name does not say it: general or domain',
  }),
  unit: value({
    flag: '--unit',
    placeholder: 'EVAL=UNIT,...',
    unit: named(choice('unit', ['nats', 'bpb', 'ppl']), ['wiki=ppl']),
    merge: mergeByName('--unit'),
    help: 'unit of an evaluation set that is not in nats a token: bpb (bits per byte) or ppl (perplexity)',
  }),
  bytesPerToken: value({
    flag: '--bytes-per-token',
    placeholder: 'EVAL=BYTES,...',
    unit: named(bytesPerToken, ['wiki=4.2']),
    merge: mergeByName('--bytes-per-token'),
    help: 'bytes of text in a token of an evaluation set, on average: converts between nats a token and bits per byte',
  }),
  replayEval: value({
    flag: '--replay-eval',
    placeholder: 'EVAL,...',
    unit: list(word('evaluation set', ['general'])),
    merge: (earlier, later) => [...earlier, ...later],
    help: 'general sets whose text is of the replay corpus; the others are then taken to lie outside it',
  }),
  assumeLrTransfer: toggle({
    flag: '--assume-lr-transfer',
    help: 'take different peak learning rates as comparable, without a promise of confidence',
  }),
  assumeTransfer: value({
    flag: '--assume-transfer',
    placeholder: 'WHAT,...',
    unit: list(choice('difference', TRANSFERS)),
    merge: (earlier, later) => [...earlier, ...later],
    help: `take runs that differ in this as comparable, without a promise of confidence: ${TRANSFERS.join(', ')}`,
  }),

  // The logs
  set: value({
    flag: '--set',
    placeholder: 'FACT=VALUE,...',
    unit: named(word('value', ['1.5B', 'config.data.domain_share']), [
      'params=1.5B,domain_ratio=config.data.domain_share',
    ]),
    merge: mergeByName('--set'),
    help: 'what the logs do not say, for all runs: a column (params=1.5B), a setting of the run (domain_ratio=config.PATH), which metric is which set (loss_general=METRIC), a loss of the base model (base_loss_general=1.92), batch_size, accumulation, start_step',
  }),
  format: value({
    flag: '--format',
    placeholder: 'NAME',
    unit: choice('format of logs', LOG_FORMATS),
    help: 'format of the logs, where it is not plain from what is in them',
  }),
  launched: value({
    flag: '--plan',
    placeholder: 'PATH',
    unit: path(['pilots.json', 'plan.json']),
    help: 'the plan or the pilots that launched the runs: gives their facts by the names of the runs',
  }),

  // The fit
  exclude: value({
    flag: '--exclude',
    placeholder: 'RUN,...',
    unit: list(word('run', ['333k-r050'])),
    merge: (earlier, later) => [...earlier, ...later],
    help: 'runs to leave out of the fit; a saved fit is made again without them',
  }),
  law: value({
    flag: '--law',
    placeholder: 'ID,...',
    unit: list(word('law', ['d-cpt-l3', 'chinchilla'])),
    merge: (earlier, later) => [...earlier, ...later],
    help: 'fit only these of the laws that mixplan laws lists; of a saved fit, keep only these',
  }),
  objective: value({
    flag: '--objective',
    placeholder: 'NAME',
    unit: choice('objective', ['huber', 'log-huber', 'squared']),
    initial: 'huber',
    help: 'what the fit minimises: huber, log-huber or squared residuals',
  }),
  delta: value({
    flag: '--delta',
    placeholder: 'RESIDUAL',
    unit: huberDelta,
    help: 'residual at which the Huber objective turns linear, instead of one from the noise of the runs',
  }),
  draws: value({
    flag: '--draws',
    placeholder: 'N',
    unit: wholeNumber('number of draws', 0, '1000', 100_000),
    initial: 1000,
    help: 'refits of simulated runs that the intervals come from',
  }),
  resampling: value({
    flag: '--resampling',
    placeholder: 'ID',
    unit: choice('resampling scheme', ['layered-parametric', 'wild-by-run', 'dirichlet-by-run']),
    initial: 'layered-parametric',
    help: 'how runs are drawn anew for refits: layered-parametric, wild-by-run or dirichlet-by-run',
  }),
  seed: value({
    flag: '--seed',
    placeholder: 'N',
    unit: wholeNumber('seed', 0, '1'),
    initial: 1,
    help: 'seed of everything random; equal seeds give equal bytes',
  }),
  level: value({
    flag: '--level',
    placeholder: 'SHARE',
    unit: level,
    initial: 0.9,
    help: 'coverage of the intervals',
  }),
  threads: value({
    flag: '--threads',
    placeholder: 'N',
    unit: wholeNumber('number of threads', 1, '2', 256),
    help: 'threads that fit, instead of as many as pay; the answer does not depend on them',
  }),
  verify: toggle({
    flag: '--verify',
    help: 'check the fit with an independent second solver',
  }),
  explain: toggle({
    flag: '--explain',
    help: 'say why the fit answers as it does: residuals, the pull of each run, what makes the interval wide',
  }),

  // Where to look
  params: value({
    flag: '--params',
    placeholder: 'COUNT,...',
    unit: grid(modelSize),
    help: 'model size: parameters without embeddings; several, or a range, where the command compares sizes',
  }),
  tokens: value({
    flag: '--tokens',
    placeholder: 'COUNT,...',
    unit: grid(trainingTokens),
    help: 'continual pre-training tokens; several, or a range, where the command answers against tokens',
  }),
  domainRatio: value({
    flag: '--domain-ratio',
    placeholder: 'SHARE',
    unit: ratio,
    aliases: [
      { flag: '--ratio', unit: ratio, help: 'the same as --domain-ratio' },
      { flag: '--replay', unit: replay, help: 'share of general tokens: 1 - domain ratio' },
    ],
    help: 'share of domain tokens among training tokens',
  }),
  grid: value({
    flag: '--grid',
    placeholder: 'N',
    unit: wholeNumber('number of ratios', 2, '21', 10_000),
    help: 'this many ratios, evenly spaced over those of the pilots',
  }),

  // What is simulated
  design: value({
    flag: '--design',
    placeholder: 'PATH',
    unit: path(['design.yaml']),
    help: 'YAML file of the runs to simulate, instead of the pilots of the fit',
  }),
  repeats: value({
    flag: '--repeats',
    placeholder: 'N',
    unit: wholeNumber('number of runs', 1, '5', 1000),
    help: 'runs of a plan to simulate, instead of one',
  }),

  // What is acceptable
  tolerance: value({
    flag: '--tolerance',
    placeholder: 'RISE',
    unit: tolerances,
    help: 'accepted rise of general loss over the base model',
  }),
  definition: value({
    flag: '--definition',
    placeholder: 'NAME',
    unit: choice('definition', ['tolerance', 'turning-point']),
    help: 'what makes a ratio critical: a rise that is accepted (tolerance, unless given), or general loss having stopped rising (turning-point)',
  }),
  confidence: value({
    flag: '--confidence',
    placeholder: 'SHARE',
    unit: level,
    initial: 0.9,
    help: 'probability with which a new run shall keep the tolerance',
  }),
  baseLoss: value({
    flag: '--base-loss',
    placeholder: 'EVAL=LOSS,...',
    unit: named(loss, ['general=1.43,domain=2.10']),
    merge: mergeByName('--base-loss'),
    help: 'losses of the target base model before training, each in the unit of its column',
  }),
  trainAs: value({
    flag: '--train-as',
    placeholder: 'COLUMN=VALUE,...',
    unit: named(word('value', ['3e-5']), ['lr=3e-5,method=full']),
    merge: mergeByName('--train-as'),
    help: 'how the full run is trained, by columns of the runs table (lr, schedule, method, sequence_length, averaged, data_tier, phase, base, tokenizer): compared with the pilots',
  }),
  baseTokens: value({
    flag: '--base-tokens',
    placeholder: 'COUNT',
    unit: trainingTokens,
    help: 'tokens that the target base model was pre-trained on, to say what a rise undoes of that',
  }),
  domainWeight: value({
    flag: '--domain-weight',
    placeholder: 'EVAL=WEIGHT,...',
    unit: named(weight, ['pubmed=2,code=1']),
    merge: mergeByName('--domain-weight'),
    help: 'weight of a domain set in what is made small; 1 where not given, 0 leaves a set out',
  }),
  assumeBaseFromSizeLaw: toggle({
    flag: '--assume-base-from-size-law',
    help: 'take base losses that are not given from a law over the other base models',
  }),

  // What it may cost
  budget: value({
    flag: '--budget',
    placeholder: 'AMOUNT',
    unit: budget,
    help: 'what the run may cost: GPU-hours, FLOP, dollars or tokens',
  }),
  targetDomainLoss: value({
    flag: '--target-domain-loss',
    placeholder: 'LOSS',
    unit: loss,
    help: 'reach this domain loss at least cost, instead of using a budget; with one it may cost no more',
  }),
  targetGain: value({
    flag: '--target-gain',
    placeholder: 'SHARE',
    unit: level,
    help: 'reach a domain loss this far below that of the base model at least cost',
  }),
  curve: toggle({
    flag: '--curve',
    help: 'tell also what all other budgets buy',
  }),
  corpus: value({
    flag: '--corpus',
    placeholder: 'CORPUS=TOKENS,...',
    unit: named(trainingTokens, ['domain=5B,general=1T']),
    merge: mergeByName('--corpus'),
    help: 'unique tokens of the domain and the general corpus, in the tokenizer of the model; more than will be seen unless given',
  }),
  maxEpochs: value({
    flag: '--max-epochs',
    placeholder: 'N',
    unit: epochs,
    help: 'how often a token of a corpus may be seen; 20 unless given, or fewer where repeats are worth nothing',
  }),
  repetition: value({
    flag: '--repetition',
    placeholder: 'ID',
    unit: choice('law of repetition', ['muennighoff', 'sedova']),
    help: 'law of what repeated tokens are worth: muennighoff (unless given) or sedova',
  }),
  repetitionConstant: value({
    flag: '--repetition-constant',
    placeholder: 'REPEATS',
    unit: repeats,
    help: 'repeats until their worth has fallen to 1/e, instead of a prior',
  }),
  model: value({
    flag: '--model',
    placeholder: 'NAME',
    unit: word('model name', ['llama-3.1-8b']),
    help: 'a model of the catalogue',
  }),
  family: value({
    flag: '--family',
    placeholder: 'NAME',
    unit: word('family of models', ['qwen2.5']),
    help: 'choose between the models of a family of the catalogue',
  }),
  sequenceLength: value({
    flag: '--sequence-length',
    placeholder: 'TOKENS',
    unit: wholeNumber('sequence length in tokens', 1, '4096'),
    help: 'training sequence length in tokens',
  }),
  gpu: value({
    flag: '--gpu',
    placeholder: 'ID',
    unit: word('accelerator', ['h100-sxm']),
    help: 'accelerator, one of those that mixplan hardware lists',
  }),
  gpus: value({
    flag: '--gpus',
    placeholder: 'N',
    unit: wholeNumber('number of GPUs', 1, '64'),
    help: 'number of accelerators',
  }),
  mfu: value({
    flag: '--mfu',
    placeholder: 'SHARE',
    unit: utilisation,
    help: 'model FLOP utilisation as measured, instead of one assumed from the accelerator',
  }),
  throughput: value({
    flag: '--throughput',
    placeholder: 'RATE',
    unit: throughput,
    help: 'measured tokens a second for each GPU, instead of --mfu',
  }),
  goodput: value({
    flag: '--goodput',
    placeholder: 'SHARE',
    unit: utilisation,
    initial: 0.95,
    help: 'share of the paid time that trains: the rest goes to restarts, evaluations, checkpoints',
  }),
  price: value({
    flag: '--price',
    placeholder: 'PRICE',
    unit: price,
    help: 'price of a GPU-hour, for budgets in dollars',
  }),
  noPilots: toggle({
    flag: '--no-pilots',
    help: 'plan from published evidence alone, with everything assumed',
  }),
  shift: value({
    flag: '--shift',
    placeholder: 'SIZE',
    unit: choice('shift', ['weak', 'strong']),
    help: 'how far the domain lies from what the base model knows: weak (another field in its languages) or strong (another language)',
  }),
  extrapolate: toggle({
    flag: '--extrapolate',
    help: 'answer even far outside the pilots',
  }),

  // The run that is watched
  run: value({
    flag: '--run',
    placeholder: 'NAME',
    unit: word('name of a run', ['plan']),
    help: 'the one run that is meant, where the logs or a list of pilots hold several',
  }),
  follow: toggle({
    flag: '--follow',
    help: 'keep reading what is appended, until the run has the tokens of the plan or ctrl-C',
  }),

  // What a trainer is told
  trainer: value({
    flag: '--trainer',
    placeholder: 'ID',
    unit: word('trainer', ['megatron', 'levanter']),
    help: 'trainer that files are written for, one of those that mixplan emit --list shows',
  }),
  trainerVersion: value({
    flag: '--trainer-version',
    placeholder: 'VERSION',
    unit: word('version of the trainer', ['core_v0.15']),
    help: 'version of the trainer, instead of the newest that is known',
  }),
  data: value({
    flag: '--data',
    placeholder: 'CORPUS=PATH,...',
    unit: named(word('corpus path', ['/data/web']), ['general=/data/web,domain=/data/law']),
    merge: mergeByName('--data'),
    help: 'where each corpus lies, as the trainer names data and as it is seen from the folder of its files',
  }),
  evalData: value({
    flag: '--eval-data',
    placeholder: 'EVAL=PATH,...',
    unit: named(word('evaluation set path', ['/data/web-held-out']), [
      'general=/data/web-held-out,domain=/data/law-held-out',
    ]),
    merge: mergeByName('--eval-data'),
    help: 'where the text of each evaluation set lies',
  }),
  base: value({
    flag: '--base',
    placeholder: 'PATH',
    unit: word('place of weights', ['/models/llama-3.1-8b']),
    help: 'weights to start from; where runs have several bases, NAME=PATH for each',
  }),
  tokenizer: value({
    flag: '--tokenizer',
    placeholder: 'ID',
    unit: word('tokenizer', ['meta-llama/Llama-3.1-8B']),
    help: 'tokenizer, as the trainer names it',
  }),
  meanTokens: value({
    flag: '--mean-tokens',
    placeholder: 'CORPUS=TOKENS,...',
    unit: named(trainingTokens, ['general=1500,domain=300']),
    merge: mergeByName('--mean-tokens'),
    help: 'mean tokens of a document of each corpus, end of text included, for trainers that mix documents',
  }),
  batchTokens: value({
    flag: '--batch-tokens',
    placeholder: 'COUNT',
    unit: { ...trainingTokens, examples: ['4M', '2.1e6'] },
    help: 'tokens of a global batch, rounded to whole sequences on every GPU',
  }),
  globalBatch: value({
    flag: '--global-batch',
    placeholder: 'SEQUENCES',
    unit: wholeNumber('number of sequences', 1, '1024'),
    help: 'sequences of a global batch, instead of --batch-tokens',
  }),
  microBatch: value({
    flag: '--micro-batch',
    placeholder: 'SEQUENCES',
    unit: wholeNumber('number of sequences', 1, '2'),
    help: 'sequences that one GPU takes at once',
  }),
  lr: value({
    flag: '--lr',
    placeholder: 'RATE',
    unit: learningRate,
    help: 'peak learning rate, instead of that of the pilots',
  }),
  schedule: value({
    flag: '--schedule',
    placeholder: 'NAME',
    unit: choice('schedule', ['constant', 'cosine', 'linear', 'wsd']),
    help: 'learning-rate schedule, instead of that of the pilots: constant, cosine, linear or wsd',
  }),
  warmup: value({
    flag: '--warmup',
    placeholder: 'LENGTH',
    unit: span,
    help: 'warm-up of the learning rate: a share of the run, tokens or steps',
  }),
  decay: value({
    flag: '--decay',
    placeholder: 'LENGTH',
    unit: span,
    help: 'last decay of a wsd schedule: a share of the run, tokens or steps',
  }),
  finalLr: value({
    flag: '--final-lr',
    placeholder: 'SHARE',
    unit: ratio,
    help: 'learning rate at the end as a share of the peak, 0 unless given or known from the pilots',
  }),
  save: value({
    flag: '--save',
    placeholder: 'PATH',
    unit: word('folder', ['/checkpoints/law-8b']),
    initial: 'output',
    help: 'folder for checkpoints and logs of the run, as seen from the folder of its files',
  }),
  check: value({
    flag: '--check',
    placeholder: 'DIR',
    unit: path(['law-8b']),
    help: 'read emitted files back as the trainer would, and compare them with the plan',
  }),
  launcher: value({
    flag: '--launcher',
    placeholder: 'NAME',
    unit: choice('launcher', ['slurm']),
    help: 'also write what starts the runs on a cluster: slurm, a batch script with a task for each run',
  }),
  timeLimit: value({
    flag: '--time-limit',
    placeholder: 'DURATION',
    unit: duration,
    help: 'time that the launcher asks for; 1.25 times what the throughput of the plan makes of it unless given',
  }),
  list: toggle({
    flag: '--list',
    help: 'the trainers: what a unit of weight buys in each, and what each cannot do',
  }),

  // What is reported
  html: value({
    flag: '--html',
    placeholder: 'PATH',
    unit: path(['report.html', '-']),
    help: 'write the report as one page that needs no network; - is standard output',
  }),
  md: value({
    flag: '--md',
    placeholder: 'PATH',
    unit: path(['report.md', '-']),
    help: 'write the report as Markdown, with the pictures of --svg or --png where these are written',
  }),
  svg: value({
    flag: '--svg',
    placeholder: 'DIR',
    unit: path(['charts']),
    help: 'write every chart into this folder as a drawing',
  }),
  png: value({
    flag: '--png',
    placeholder: 'DIR',
    unit: path(['charts']),
    help: 'write every chart into this folder as a picture',
  }),
  vl: value({
    flag: '--vl',
    placeholder: 'DIR',
    unit: path(['charts']),
    help: 'write every chart into this folder as a Vega-Lite 6 specification with its data',
  }),
  chart: value({
    flag: '--chart',
    placeholder: 'ID,...',
    unit: list(word('chart', ['trade-off', 'trajectory'])),
    merge: (earlier, later) => [...earlier, ...later],
    help: 'write only these charts, not all of them; an unknown id lists those that there are',
  }),
  watched: value({
    flag: '--watched',
    placeholder: 'LOGS,...',
    unit: list(path(['outputs/', 'runs.jsonl'])),
    merge: (earlier, later) => [...earlier, ...later],
    help: 'logs of the run that carries out the plan, as mixplan watch takes them: what it did is told beside what was predicted',
  }),

  // What is written
  output: value({
    flag: '--output',
    short: '-o',
    placeholder: 'PATH',
    unit: path(['plan.json', '-']),
    help: 'where to write the result; - is standard output',
  }),
  fitOutput: value({
    flag: '--fit-output',
    placeholder: 'PATH',
    unit: path(['pilots.fit.json']),
    help: 'where to write the fit that the plan rests on',
  }),
  force: toggle({
    flag: '--force',
    help: 'replace files that exist',
  }),

  // Settings
  config: value({
    flag: '--config',
    placeholder: 'PATH',
    unit: path(['team.yaml']),
    help: 'file of settings, instead of mixplan.yaml in this folder; flags come before what it says',
  }),
  noConfig: toggle({
    flag: '--no-config',
    help: 'take no settings from mixplan.yaml',
  }),

  // Every command
  ascii: toggle({
    flag: '--ascii',
    help: 'draw with the signs of a typewriter alone',
  }),
  screenReader: toggle({
    flag: '--screen-reader',
    help: 'say the screen in words, also with the environment variable INK_SCREEN_READER=true',
  }),

  json: toggle({
    flag: '--json',
    help: 'answer as JSON on stdout, problems as JSON lines on stderr',
  }),
  quiet: toggle({
    flag: '--quiet',
    help: 'say nothing but errors besides the answer',
  }),
  noColor: toggle({
    flag: '--no-color',
    help: 'no colour, also with the environment variable NO_COLOR',
  }),
  debug: toggle({
    flag: '--debug',
    help: 'show where in the program a fault happened',
  }),
} as const;

export type Options = typeof options;
export type OptionName = keyof Options;

/** Options that every command takes. */
export const globalOptionNames = [
  'json',
  'quiet',
  'noColor',
  'debug',
] as const satisfies readonly OptionName[];
export type GlobalOptionName = (typeof globalOptionNames)[number];

/**
 * Options that answer one question in several ways: a flag for one of them sets aside what a settings file says of the
 * others.
 */
export const rivals: readonly (readonly OptionName[])[] = [
  ['params', 'model', 'family'],
  ['targetDomainLoss', 'targetGain'],
  ['domainRatio', 'grid'],
  ['mfu', 'throughput'],
  ['batchTokens', 'globalBatch'],
];

/** The values of some options, by name. */
export type OptionValues<Names extends OptionName> = { readonly [Name in Names]: ValueOf<Options[Name]> };

/** The names in the order of `options`, with the global ones. */
export function inDeclaredOrder(names: readonly OptionName[]): readonly OptionName[] {
  const wanted = new Set<OptionName>([...names, ...globalOptionNames]);
  return (Object.keys(options) as OptionName[]).filter((name) => wanted.has(name));
}

/**
 * An option whose value type is forgotten, for code that treats all options alike. Sound as long as an
 * option's functions only ever see values that came from the same option.
 */
export type AnyOption = ValueOption<unknown> | SwitchOption;

export function optionOf(name: OptionName): AnyOption {
  return options[name] as AnyOption;
}

/** The flags of an option, its own first. */
export function flagsOf(name: OptionName): readonly string[] {
  const option = optionOf(name);
  const aliases = option.kind === 'value' ? (option.aliases ?? []) : [];
  return [
    option.flag,
    ...(option.short === undefined ? [] : [option.short]),
    ...aliases.map((alias) => alias.flag),
  ];
}
