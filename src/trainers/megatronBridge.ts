/**
 * Megatron-Bridge, the successor of NeMo 2 for language models: YAML that is laid over one of its recipes, which brings the
 * shape of the model, and a script that does so. Fields are those of its ConfigContainer in August 2026, read and not run;
 * blends are dealt as in Megatron-LM.
 */
import { Refusal } from '../problems/problem.ts';
import { leftToYou, trainerCannot } from '../problems/trainers.ts';
import type {
  Emission,
  EmitRequest,
  EmittedFile,
  ReadingFacts,
  RealisedMixture,
  TrainerAdapter,
} from './adapter.ts';
import { blendedShares } from './blend.ts';
import { finalLr, lengthText, mixtureText, refusePhases, refuseTinyShares, repeatNotes } from './common.ts';
import { everySet, setsAt } from './evaluation.ts';
import { DECAY_STYLES, readDecayStyle } from './megatronSchedule.ts';
import { at, byName, corpusAt, fileNamed, listAt, normalised, numberAt, unreadable } from './reading.ts';
import { type ReadSchedule, realisedRun } from './realised.ts';
import { stepsOf, takingPart } from './steps.ts';
import { torchrun } from './torchrun.ts';
import { comments, float, flowList, parseYaml, scalar } from './yaml.ts';

const NAME = 'Megatron-Bridge';
const OVERRIDES = 'overrides.yaml';
const SCRIPT = 'train.py';

export const megatronBridge: TrainerAdapter = {
  id: 'megatron-bridge',
  name: NAME,
  mixing: 'tokens',
  means: {
    data: 'prefix of the .bin and .idx files of a corpus',
    base: 'folder of a Megatron checkpoint, such as its import of a Hugging Face model',
  },
  tokenizer: 'needed',
  hasVersions: true,
  evaluates: everySet,
  limits: [
    'is written for as it was in August 2026, no other version',
    'a mixture cannot change within a run',
  ],
  logs: ['megatron', 'tensorboard', 'wandb'],
  emit,
  readBack,
};

function emit(request: EmitRequest): Emission {
  if (request.version !== null)
    throw new Refusal([
      trainerCannot({
        trainer: NAME,
        what: `is known here only as it was in August 2026, not in version "${request.version}"`,
        instead: 'Leave --trainer-version out, and look over the fields in overrides.yaml.',
      }),
    ]);
  refusePhases(request, NAME);
  refuseTinyShares(request, NAME, stepsOf(request).samples);
  return {
    files: [
      { path: OVERRIDES, text: overridesText(request) },
      { path: SCRIPT, text: scriptText(request) },
    ],
    notes: [
      ...repeatNotes(request, NAME, 'starts over, shuffled anew, and says nothing about it'),
      leftToYou({
        what: 'The shape of the model, its precision and parallel sizes come from the recipe that is named when it starts: RECIPE=megatron.bridge.recipes.llama:llama31_8b_pretrain_config, for example',
      }),
    ],
    command: torchrun(request.gpus, `${SCRIPT} $RECIPE`),
  };
}

function overridesText(request: EmitRequest): string {
  const { run, data, evalData, base, output, tokenizer, microBatch } = request;
  const { steps, globalBatch, warmup, decay, evalEvery, saveEvery } = stepsOf(request);
  const { schedule } = run;
  const corpora = takingPart(run);
  return `${comments(request.header)}

# ${mixtureText(run)}, in sequences; without weights, validation sets have a loss each
dataset:
  blend: null
  blend_per_split: # train, validation, test: paths, and their weights
  - - ${flowList(corpora.map(({ name }) => data[name]))}
    - ${`[${corpora.map(({ share }) => float(share)).join(', ')}]`}
  - - ${flowList(run.evals.map(({ name }) => evalData[name]))} # ${run.evals.map(({ name }) => name).join(', ')}
    - null
  - null
  split: null
  seq_length: ${run.sequenceLength}
${run.seed === null ? '' : `  random_seed: ${run.seed}\n`}  full_validation: true
  multiple_validation_sets: true
model:
  seq_length: ${run.sequenceLength}
tokenizer:
  tokenizer_type: HuggingFaceTokenizer
  tokenizer_model: ${scalar(tokenizer)}

# ${lengthText(run)}
train:
  train_iters: ${steps}
  global_batch_size: ${globalBatch}
  micro_batch_size: ${microBatch}
validation:
  eval_interval: ${evalEvery}
  full_validation: true
  multiple_validation_sets: true

optimizer:
  lr: ${float(schedule.peakLr)}
  min_lr: ${float(finalLr(run))}
scheduler:
  lr_decay_style: ${DECAY_STYLES[schedule.kind]}
  lr_decay_iters: ${steps}
  lr_warmup_fraction: null
  lr_warmup_iters: ${warmup}
${schedule.kind === 'wsd' ? `  lr_wsd_decay_style: linear\n  lr_wsd_decay_iters: ${decay}\n` : ''}
# Starts from the weights of the base, or goes on from the last checkpoint of this run
checkpoint:
  pretrained_checkpoint: ${scalar(base)}
  load: ${scalar(output)}
  save: ${scalar(output)}
  save_interval: ${saveEvery}
logger:
  log_interval: 10
  tensorboard_dir: ${scalar(`${output}/tensorboard`)}
${run.seed === null ? '' : `rng:\n  seed: ${run.seed}\n`}`;
}

function scriptText({ header }: EmitRequest): string {
  return `${comments(header)}
"""Trains with a recipe, named MODULE:FUNCTION, and ${OVERRIDES} laid over it; further words override both."""
import importlib
import sys

from megatron.bridge.training.gpt_step import forward_step
from megatron.bridge.training.pretrain import pretrain
from megatron.bridge.training.utils.omegaconf_utils import process_config_with_overrides

module, recipe = sys.argv[1].split(":")
config = getattr(importlib.import_module(module), recipe)()
config = process_config_with_overrides(
    config, config_filepath="${OVERRIDES}", cli_overrides=sys.argv[2:] or None
)
pretrain(config, forward_step)
`;
}

function readBack(files: readonly EmittedFile[], facts: ReadingFacts): RealisedMixture {
  const config = parseYaml(fileNamed(files, OVERRIDES).text, OVERRIDES);
  const [train, valid] = listAt(config, 'dataset', 'blend_per_split');
  const [paths, weights] = Array.isArray(train) ? (train as readonly unknown[]) : [];
  if (!Array.isArray(paths) || !Array.isArray(weights) || paths.length !== weights.length)
    unreadable('the training blend is no list of paths with as many weights', OVERRIDES);
  const steps = numberAt(config, 'train', 'train_iters');
  for (const other of ['train_samples', 'num_epochs'])
    if (at(config, 'train', other) !== undefined)
      unreadable(`train_iters and ${other} exclude each other`, OVERRIDES);
  const globalBatch = numberAt(config, 'train', 'global_batch_size');
  const sequenceLength = numberAt(config, 'dataset', 'seq_length');
  const { shares, quantum } = blendedShares(normalised(weights.map(Number)), steps * globalBatch);
  const sets: unknown = Array.isArray(valid) ? valid[0] : undefined;
  return realisedRun({
    shares: byName(
      paths.map((path) => corpusAt(String(path), facts)),
      shares,
    ),
    quantum,
    steps,
    batchTokens: globalBatch * sequenceLength,
    sequenceLength,
    warmup: numberAt(config, 'scheduler', 'lr_warmup_iters'),
    peakLr: numberAt(config, 'optimizer', 'lr'),
    schedule: readSchedule(config, steps),
    evals: setsAt(Array.isArray(sets) ? sets : [], facts),
  });
}

function readSchedule(config: unknown, steps: number): ReadSchedule {
  return readDecayStyle({
    style: String(at(config, 'scheduler', 'lr_decay_style')),
    peakLr: numberAt(config, 'optimizer', 'lr'),
    minLr: numberAt(config, 'optimizer', 'min_lr'),
    until: numberAt(config, 'scheduler', 'lr_decay_iters'),
    steps,
    wsd: () => ({
      style: at(config, 'scheduler', 'lr_wsd_decay_style'),
      steps: numberAt(config, 'scheduler', 'lr_wsd_decay_iters'),
    }),
  });
}
