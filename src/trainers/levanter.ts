/** levanter, which lives on in marin: one YAML file. What its weights deal is in `levanterBlocks.ts`. */
import { Refusal } from '../problems/problem.ts';
import { roundedToSteps, trainerCannot } from '../problems/trainers.ts';
import type {
  Emission,
  EmitRequest,
  EmittedFile,
  ReadingFacts,
  RealisedMixture,
  TrainerAdapter,
} from './adapter.ts';
import { lengthText, repeatNotes } from './common.ts';
import { everySet, setsAt } from './evaluation.ts';
import { BLOCK, blockShares, type Stage, stagesOf, weightStages } from './levanterBlocks.ts';
import { at, corpusAt, fileNamed, listAt, numberAt, unreadable } from './reading.ts';
import { type ReadSchedule, realisedRun } from './realised.ts';
import { stepsOf, takingPart } from './steps.ts';
import { comments, float, parseYaml, scalar } from './yaml.ts';

const NAME = 'levanter';
const FILE = 'config.yaml';
/** Where the data lies is said in two ways: by levanter until 2025, and by marin, where it lives since. */
type Dialect = 'levanter' | 'marin';

export const levanter: TrainerAdapter = {
  id: 'levanter',
  name: NAME,
  mixing: 'tokens',
  means: {
    data: 'JSON Lines or Parquet files with a "text" field, a glob or URL',
    base: 'Hugging Face model, by id or folder',
  },
  tokenizer: 'needed',
  hasVersions: true,
  evaluates: everySet,
  limits: [
    `deals sequences in blocks of ${BLOCK}: shares are whole multiples of 1/${BLOCK}`,
    `a mixture changes only at a multiple of ${BLOCK} sequences`,
  ],
  logs: ['wandb', 'tensorboard'],
  emit,
  readBack,
};

function emit(request: EmitRequest): Emission {
  const dialect = dialectOf(request.version);
  const stages = stagesOf(request);
  const moved = request.run.phases.slice(1).flatMap(({ fromTokens }, k) => {
    const { start } = stages[k + 1];
    const tokens = start * request.run.batchTokens;
    return tokens === fromTokens
      ? []
      : [roundedToSteps({ what: `The start of phase ${k + 2}`, asked: fromTokens, steps: start, tokens })];
  });
  return {
    files: [{ path: FILE, text: configText(request, dialect, stages) }],
    notes: [...repeatNotes(request, NAME, 'starts over and says nothing about it'), ...moved],
    command: `python -m levanter.main.train_lm --config_path ${FILE}`,
  };
}

function dialectOf(version: string | null): Dialect {
  if (version === null || version === 'marin') return 'marin';
  if (version === 'levanter') return 'levanter';
  throw new Refusal([
    trainerCannot({
      trainer: NAME,
      what: `is not known here in version "${version}": expected marin, where it lives now, or levanter for its own repository until 2025`,
    }),
  ]);
}

function configText(request: EmitRequest, dialect: Dialect, stages: readonly Stage[]): string {
  const { run, tokenizer, base, output, microBatch } = request;
  const { steps, globalBatch, warmup, decay, evalEvery, saveEvery } = stepsOf(request);
  const { schedule } = run;
  return `${comments(request.header)}

# Starts from the weights of the base, or goes on from the last checkpoint of this run
initialize_from_hf: ${scalar(base)}
use_hf_model_config: true
train_seq_len: ${run.sequenceLength}

data:
  tokenizer: ${scalar(tokenizer)}
  cache_dir: ${scalar(`${output}/tokenized`)}
  shuffle: true
${sourcesText(request, dialect)}
${weightsText(request, stages)}
optimizer:
  type: adam
  learning_rate: ${float(schedule.peakLr)}
  lr_schedule: ${schedule.kind === 'wsd' ? 'linear # in the last decay' : schedule.kind}
  min_lr_ratio: ${float(schedule.finalLrShare)}
  warmup: ${stepsText(warmup, steps)}
${schedule.kind === 'wsd' ? `  decay: ${stepsText(decay, steps)}\n` : ''}
trainer:
  id: ${scalar(run.name)}
${run.seed === null ? '' : `  seed: ${run.seed}\n`}  mp: p=f32,c=bfloat16

  # ${lengthText(run)}
  num_train_steps: ${steps}
  train_batch_size: ${globalBatch}
  per_device_parallelism: ${microBatch}

  # Each set has a loss of its own: ${run.evals.map(({ name }) => `eval/${name}/loss`).join(', ')}
  steps_per_eval: ${evalEvery}

  checkpointer:
    base_path: ${scalar(`${output}/checkpoints`)}
    keep:
    - every: ${saveEvery}
`;
}

/** Training and validation text of each name; an evaluation set that bears the name of a corpus shares its entry. */
function sourcesText({ run, data, evalData }: EmitRequest, dialect: Dialect): string {
  const corpora = takingPart(run).map(({ name }) => name);
  const names = [...new Set([...corpora, ...run.evals.map(({ name }) => name)])];
  const entry = (name: string): string => {
    const urls = [
      ...(corpora.includes(name) ? [`train_urls: [${scalar(data[name])}]`] : []),
      ...(run.evals.some((set) => set.name === name) ? [`validation_urls: [${scalar(evalData[name])}]`] : []),
    ];
    return dialect === 'marin'
      ? `    ${scalar(name)}:\n      source:\n        type: url\n${urls.map((line) => `        ${line}\n`).join('')}`
      : `    ${scalar(name)}:\n${urls.map((line) => `      ${line}\n`).join('')}`;
  };
  return `  ${dialect === 'marin' ? 'components' : 'configs'}:\n${names.map(entry).join('')}`;
}

function weightsText({ run }: EmitRequest, stages: readonly Stage[]): string {
  const names = [...new Set([...takingPart(run), ...run.evals].map(({ name }) => name))];
  const some = names.some((name) => stages.every(({ counts }) => counts[name] === undefined));
  const comment = `  # Sequences of each block of ${BLOCK}${some ? '; 0 is evaluated only' : ''}\n  mixture_block_size: ${BLOCK}\n`;
  const lines = ({ counts }: Stage, indent: string): string =>
    names.map((name) => `${indent}${scalar(name)}: ${counts[name] ?? 0}\n`).join('');
  if (stages.length === 1) return `${comment}  train_weights:\n${lines(stages[0], '    ')}`;
  const each = (stage: Stage): string => `  - - ${stage.start}\n    -\n${lines(stage, '      ')}`;
  return `${comment}  train_weights: # from which step on\n${stages.map(each).join('')}`;
}

/** Whole numbers above 1 are steps; anything up to 1 is a share of the run, so that one step has to be written as a share. */
function stepsText(count: number, steps: number): string {
  return count === 1 ? `${float(Math.min(1.5 / steps, 1))} # one step` : String(count);
}

function readBack(files: readonly EmittedFile[], facts: ReadingFacts): RealisedMixture {
  const config = parseYaml(fileNamed(files, FILE).text, FILE);
  const steps = numberAt(config, 'trainer', 'num_train_steps');
  const globalBatch = numberAt(config, 'trainer', 'train_batch_size');
  const sequenceLength = numberAt(config, 'train_seq_len');
  const block =
    at(config, 'data', 'mixture_block_size') === undefined
      ? BLOCK
      : numberAt(config, 'data', 'mixture_block_size');
  const stages = weightStages(at(config, 'data', 'train_weights'), FILE);
  if (stages[0]?.start !== 0) unreadable('the first weights do not begin at step 0', FILE);
  const uneven = stages.find(({ start }) => (start * globalBatch) % block !== 0);
  if (uneven !== undefined)
    unreadable(
      `weights change at step ${uneven.start}, which is ${uneven.start * globalBatch} sequences: no multiple of the block of ${block}`,
      FILE,
    );
  const sums = new Map<string, number>();
  stages.forEach(({ start, weights }, k) => {
    const length = Math.min(stages[k + 1]?.start ?? steps, steps) - start;
    for (const [name, share] of blockShares(weights, block))
      sums.set(name, (sums.get(name) ?? 0) + (share * length) / steps);
  });
  const urls = (name: string, split: string): readonly unknown[] => {
    const data = at(config, 'data');
    const component = at(data, 'components', name, 'source') ?? at(data, 'configs', name);
    return at(component, split) === undefined ? [] : listAt(component, split);
  };
  const names = Object.keys(at(config, 'data', 'components') ?? at(config, 'data', 'configs') ?? {});
  return realisedRun({
    shares: Object.fromEntries(
      [...sums].map(([name, share]) => [corpusAt(String(urls(name, 'train_urls')[0]), facts), share]),
    ),
    quantum: stages.length === 1 ? 1 / block : 1 / block + block / (steps * globalBatch),
    steps,
    batchTokens: globalBatch * sequenceLength,
    sequenceLength,
    warmup: readSteps(config, 'warmup', steps),
    peakLr: numberAt(config, 'optimizer', 'learning_rate'),
    schedule: readSchedule(config, steps),
    evals: setsAt(
      names.flatMap((name) => urls(name, 'validation_urls')),
      facts,
    ),
  });
}

/** Up to 1 it is a share of the run, above that a number of steps. */
function readSteps(config: unknown, key: string, steps: number): number {
  const value = numberAt(config, 'optimizer', key);
  if (value > 1 && !Number.isInteger(value))
    unreadable(`a ${key} of ${value} is neither steps nor a share`, FILE);
  return value <= 1 ? Math.floor(value * steps) : value;
}

function readSchedule(config: unknown, steps: number): ReadSchedule {
  const kind = String(at(config, 'optimizer', 'lr_schedule'));
  const peakLr = numberAt(config, 'optimizer', 'learning_rate');
  if (kind === 'constant') return { kind, finalLr: peakLr };
  const finalLr = peakLr * numberAt(config, 'optimizer', 'min_lr_ratio');
  if (at(config, 'optimizer', 'decay') === undefined) return { kind, finalLr };
  const decay = readSteps(config, 'decay', steps);
  return kind === 'linear' ? { kind: 'wsd', decay, finalLr } : { kind: `${kind} in a last decay`, finalLr };
}
