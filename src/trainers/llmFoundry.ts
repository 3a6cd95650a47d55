/**
 * llm-foundry with streaming data sets: one stream a corpus, each with its proportion of the samples of an epoch. The epoch is as
 * long as the run, so that the repeats which streaming derives are the epochs of the whole run (streaming/base/stream.py).
 */

import { Refusal } from '../problems/problem.ts';
import { leftToYou, trainerCannot, trainerLimit } from '../problems/trainers.ts';
import type {
  Emission,
  EmitRequest,
  EmittedFile,
  ReadingFacts,
  RealisedMixture,
  TrainerAdapter,
} from './adapter.ts';
import { batchText, refusePhases, refuseTinyShares, repeatNotes } from './common.ts';
import { percent } from './documents.ts';
import { everySet, setsAt } from './evaluation.ts';
import { at, byName, corpusAt, fileNamed, listAt, normalised, numberAt, unreadable } from './reading.ts';
import { type ReadSchedule, realisedRun } from './realised.ts';
import { stepsOf, takingPart } from './steps.ts';
import { comments, parseYaml, scalar } from './yaml.ts';
import { indented, section } from './yamlText.ts';

const NAME = 'llm-foundry';
const CONFIG = 'train.yaml';

export const llmFoundry: TrainerAdapter = {
  id: 'llm-foundry',
  name: NAME,
  mixing: 'tokens',
  means: {
    data: 'folder or address of MDS shards, written in sequences of the length of the run (concatenated)',
    base: 'folder of a Hugging Face model, or its name on the Hub',
  },
  tokenizer: 'needed',
  hasVersions: false,
  evaluates: everySet,
  limits: [
    'has no wsd schedule',
    'takes the data as sequences of one length that was fixed when they were written',
  ],
  logs: ['composer', 'wandb', 'mlflow', 'tensorboard'],
  emit,
  readBack,
};

const SCHEDULERS = {
  constant: 'constant_with_warmup',
  cosine: 'cosine_with_warmup',
  linear: 'linear_decay_with_warmup',
} as const;

function emit(request: EmitRequest): Emission {
  refusePhases(request, NAME);
  const { samples } = stepsOf(request);
  refuseTinyShares(request, NAME, samples);
  const { kind } = request.run.schedule;
  if (kind === 'wsd')
    throw new Refusal([
      trainerCannot({
        trainer: NAME,
        what: 'has no schedule that holds the peak and decays at the end',
        instead: 'Use cosine, linear or constant, for the pilots too; or register a scheduler of your own.',
      }),
    ]);
  const remote = Object.values(request.data).some((where) => where.includes('://'));
  return {
    files: [{ path: CONFIG, text: configText(request, SCHEDULERS[kind]) }],
    notes: [
      ...repeatNotes(request, NAME, 'draws its samples again, shuffled anew'),
      ...(remote
        ? [
            trainerLimit({
              trainer: NAME,
              what: 'copies remote shards to the folder cache/ of every machine',
            }),
          ]
        : []),
      leftToYou({
        what: 'LLM_FOUNDRY names a checkout of llm-foundry; on several machines composer takes --world_size, --node_rank and --master_addr',
      }),
    ],
    command: `composer "$LLM_FOUNDRY/scripts/train/train.py" ${CONFIG}`,
  };
}

function configText(request: EmitRequest, scheduler: string): string {
  const { run } = request;
  const steps = stepsOf(request);
  const corpora = takingPart(run);
  const evals = run.evals.filter(({ name }) => request.evalData[name] !== undefined);
  const seed = run.seed ?? 17;
  const where = (name: string, path: string): string =>
    path.includes('://')
      ? `remote: ${scalar(path)}\nlocal: ${scalar(`cache/${name}`)}`
      : `local: ${scalar(path)}`;
  const streams = corpora.map(({ name, share }) =>
    [
      `${scalar(name)}:  # ${percent(share)} of the tokens`,
      indented(`${where(name, request.data[name])}\nproportion: ${scalar(share)}`, 2),
    ].join('\n'),
  );
  const evaluation = evals.map(
    ({ name }) => `- label: ${scalar(name)}
  name: text
  dataset:
${indented(where(`${name}-eval`, request.evalData[name]), 4)}
    shuffle: false
    max_seq_len: ${run.sequenceLength}
  drop_last: false
  num_workers: 8`,
  );
  const parts = [
    comments(request.header),
    section('The run', { run_name: run.name, seed, max_seq_len: run.sequenceLength }),
    `# The model that goes on training
model:
  name: hf_causal_lm
  pretrained_model_name_or_path: ${scalar(request.base)}
  pretrained: true
  init_device: mixed

tokenizer:
  name: ${scalar(request.tokenizer ?? request.base)}
  kwargs:
    model_max_length: ${run.sequenceLength}`,
    `# The mixture: proportions of the samples, all of one length. An epoch is the whole run.
train_loader:
  name: text
  dataset:
    streams:
${indented(streams.join('\n'), 6)}
    epoch_size: ${steps.samples}
    shuffle: true
    shuffle_seed: ${seed}
    max_seq_len: ${run.sequenceLength}
  drop_last: true
  num_workers: 8`,
    ...(evals.length === 0
      ? []
      : [
          `# Evaluated one by one, as metrics/eval/<label>/LanguageCrossEntropy
eval_loader:
${evaluation.join('\n')}

eval_interval: ${steps.evalEvery}ba
eval_first: true`,
        ]),
    section(`Length: ${batchText(request)}`, {
      max_duration: `${steps.steps}ba`,
      global_train_batch_size: steps.globalBatch,
      device_train_microbatch_size: request.microBatch,
      device_eval_batch_size: request.microBatch,
    }),
    `# Learning rate
optimizer:
  name: decoupled_adamw
  lr: ${scalar(run.schedule.peakLr)}

scheduler:
  name: ${scheduler}
  t_warmup: ${steps.warmup}ba${
    run.schedule.kind === 'constant' ? '' : `\n  alpha_f: ${scalar(run.schedule.finalLrShare)}`
  }`,
    section('System', { precision: 'amp_bf16' }),
    `fsdp_config:
  sharding_strategy: FULL_SHARD
  mixed_precision: PURE
  activation_checkpointing: true`,
    `# Output
save_folder: ${scalar(`${request.output}/checkpoints`)}
save_interval: ${steps.saveEvery}ba
autoresume: true
loggers:
  file_logger:
    filename: ${scalar(`${request.output}/log.txt`)}`,
  ];
  return `${parts.join('\n\n')}\n`;
}

/** `streaming.Stream.apply_weights`: proportions, floored to samples of the epoch; which streams take the rest is drawn. */
function readBack(files: readonly EmittedFile[], facts: ReadingFacts): RealisedMixture {
  const config = parseYaml(fileNamed(files, CONFIG).text, CONFIG);
  const loader = at(config, 'train_loader', 'dataset');
  const streams = Object.entries(at(loader, 'streams') ?? unreadable('there are no streams', CONFIG));
  const others = streams.filter(([, stream]) =>
    ['repeat', 'choose'].some((key) => at(stream, key) !== undefined),
  );
  if (others.length > 0)
    unreadable('streams are weighted by proportion, and repeat or choose cannot stand beside it', CONFIG);
  const epoch = numberAt(loader, 'epoch_size');
  const proportions = normalised(streams.map(([, stream]) => numberAt(stream, 'proportion')));
  const chosen = proportions.map((each) => Math.floor(each * epoch));
  const dealt = chosen.reduce((total, each) => total + each, 0);
  const steps = batches(at(config, 'max_duration'));
  const globalBatch = numberAt(config, 'global_train_batch_size');
  const sequenceLength = numberAt(config, 'max_seq_len');
  if (epoch !== steps * globalBatch)
    unreadable('an epoch that is not the run repeats each corpus by the epoch, not by the run', CONFIG);
  const placeOf = (stream: unknown): string => String(at(stream, 'remote') ?? at(stream, 'local'));
  const sets = at(config, 'eval_loader') === undefined ? [] : listAt(config, 'eval_loader');
  return realisedRun({
    shares: byName(
      streams.map(([, stream]) => corpusAt(placeOf(stream), facts)),
      chosen.map((each) => each / dealt),
    ),
    quantum: streams.length / epoch,
    steps,
    batchTokens: globalBatch * sequenceLength,
    sequenceLength,
    warmup: batches(at(config, 'scheduler', 't_warmup')),
    peakLr: numberAt(config, 'optimizer', 'lr'),
    schedule: readScheduler(config),
    evals: setsAt(
      sets.map((set) => placeOf(at(set, 'dataset'))),
      facts,
    ),
  });
}

/** A scheduler of composer ends at `alpha_f` of the peak. */
function readScheduler(config: unknown): ReadSchedule {
  const name = at(config, 'scheduler', 'name');
  const peakLr = numberAt(config, 'optimizer', 'lr');
  const [kind] = Object.entries(SCHEDULERS).find(([, each]) => each === name) ?? [];
  if (kind === undefined) return { kind: String(name), finalLr: null };
  if (kind === 'constant') return { kind, finalLr: peakLr };
  const share = at(config, 'scheduler', 'alpha_f');
  return { kind, finalLr: typeof share === 'number' ? peakLr * share : null };
}

/** A time of composer in batches, `1000ba`. */
function batches(time: unknown): number {
  const text = /^(\d+)ba$/.exec(String(time))?.[1];
  return text === undefined
    ? unreadable(`${String(time)} is no number of batches such as 1000ba`, CONFIG)
    : Number(text);
}
