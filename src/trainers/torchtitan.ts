/**
 * torchtitan. Its main branch is configured by recipes in Python and mixes data sets (torchtitan/components/data); each is packed
 * first, so that weights are shares of tokens. Up to v0.2.2 it is configured by TOML and takes one data set, which a script mixes
 * beforehand.
 */
import { leftToYou, trainerLimit } from '../problems/trainers.ts';
import type {
  CompleteRun,
  Emission,
  EmitRequest,
  EmittedFile,
  RealisedMixture,
  TrainerAdapter,
} from './adapter.ts';
import { refusePhases, refuseTinyShares, repeatNotes } from './common.ts';
import { MIXED_FOLDER, PREMIX, premixedShares, premixScript } from './premix.ts';
import { decimals } from './probabilities.ts';
import { asNumber, asNumbers, constantOf, pythonConstant, pythonConstants, pythonTable } from './python.ts';
import { fileNamed, normalised, unreadable } from './reading.ts';
import { type Steps, stepsOf, takingPart } from './steps.ts';
import { torchrun } from './torchrun.ts';
import { comments } from './yaml.ts';

const NAME = 'torchtitan';
const RECIPE = 'config_registry.py';
const CONFIG = 'train.toml';

export const torchtitan: TrainerAdapter = {
  id: 'torchtitan',
  name: NAME,
  mixing: 'tokens',
  means: {
    data: 'file or folder of JSON Lines or Parquet with a "text" field, or a data set on the Hub',
    base: 'folder of a Hugging Face checkpoint (safetensors)',
  },
  needsTokenizer: false,
  evaluates: false,
  limits: [
    'up to v0.2.2 it cannot weight: a script writes the mixture beforehand',
    'its validation takes one set, and is left as the shipped recipe has it',
  ],
  logs: ['tensorboard', 'wandb'],
  emit,
  readBack,
};

/** Versions with a number are those that TOML configures; the others are the main branch. */
const hasToml = (version: string | null): boolean => version !== null && /^v?0\.[0-2](\.|$)/.test(version);

function emit(request: EmitRequest): Emission {
  refusePhases(request, NAME);
  const { run } = request;
  const steps = stepsOf(request);
  refuseTinyShares(request, NAME, steps.samples);
  const validation = trainerLimit({
    trainer: NAME,
    what: 'validates on one set at most, so the general and domain sets are not evaluated while it trains',
    instead: 'Evaluate both on its checkpoints.',
  });
  if (hasToml(request.version))
    return {
      files: [premixScript(request), { path: CONFIG, text: tomlText(request, steps) }],
      notes: [
        trainerLimit({
          trainer: `${NAME} ${request.version}`,
          what: `takes one data set, so ${PREMIX} writes the mixture to ${MIXED_FOLDER}/ first`,
          instead: `Run it once, where the data lies: python ${PREMIX}. It needs room for all tokens of the run as text.`,
        }),
        ...repeatNotes(request, PREMIX, 'goes through it again, in another order'),
        validation,
        leftToYou({ what: `The name and flavour of the model in ${CONFIG} have to be those of torchtitan` }),
      ],
      command: torchrun(request.gpus, `-m torchtitan.train --job.config_file ${CONFIG}`),
    };
  const recipes = packageOf(run);
  const recipe = `${recipes}/${RECIPE}`;
  return {
    files: [{ path: recipe, text: recipeText(request, steps) }],
    notes: [
      ...repeatNotes(request, NAME, 'starts it again, while the other corpora go on'),
      validation,
      leftToYou({
        what: `TORCHTITAN names a checkout, where recipes are looked up among the experiments; the recipe that ${recipe} starts from has to be that of the model`,
      }),
    ],
    command: `ln -sfn "$PWD/${recipes}" "$TORCHTITAN/torchtitan/experiments/${recipes}" && cd "$TORCHTITAN" && ${torchrun(request.gpus, `-m torchtitan.train --module ${recipes} --config plan`)}`,
  };
}

/** A package of its own for each run, since those of a list of pilots are linked into one checkout. */
function packageOf({ name }: CompleteRun): string {
  return `mixplan_${name.replaceAll(/\W/g, '_')}`;
}

interface Decay {
  /** Share of the run over which the rate falls; null: all of it after the warm-up. */
  readonly ratio: number | null;
  readonly type: 'linear' | 'cosine';
}

function decayOf({ schedule }: CompleteRun, steps: Steps): Decay {
  switch (schedule.kind) {
    case 'constant':
      return { ratio: 0, type: 'linear' };
    case 'wsd':
      return { ratio: steps.decay / steps.steps, type: 'linear' };
    default:
      return { ratio: null, type: schedule.kind };
  }
}

/** `llama-3.1-8b` is `llama3` with the recipe `llama3_8b`. */
function shippedRecipe({ model }: CompleteRun): {
  readonly family: string;
  readonly recipe: string;
  readonly size: string;
} {
  const parts = /^([a-z]+)-?(\d+)?(?:\.\d+)?-(.*)$/.exec(model.name ?? '');
  const family = parts === null ? 'llama3' : `${parts[1]}${parts[2] ?? ''}`;
  const size = parts?.[3] ?? '8b';
  return { family, size, recipe: `${family}_${size.replaceAll(/\W/g, '_')}` };
}

function recipeText(request: EmitRequest, steps: Steps): string {
  const { run, data } = request;
  const corpora = takingPart(run);
  const weights = decimals(corpora.map(({ share }) => share));
  const decay = decayOf(run, steps);
  const { family, recipe } = shippedRecipe(run);
  return `${comments(request.header)}

from dataclasses import replace
from pathlib import Path

from torchtitan.components.data import (
    ConcatThenSplitPackingConfig,
    DatasetMixConfig,
    GrainDataLoader,
    HuggingFaceStreamingSource,
    SingleDatasetConfig,
    WeightedDataset,
)
from torchtitan.components.optimizer import LRSchedulersContainer, default_adamw
from torchtitan.hf_datasets.text_datasets import TextProcessor
from torchtitan.models.${family}.config_registry import ${recipe} as shipped

# The mixture: shares of training tokens, since each corpus is packed before they are mixed.
SHARES = ${pythonTable(Object.fromEntries(corpora.map(({ name }, k) => [name, weights[k]])))}
DATA = ${pythonTable(Object.fromEntries(corpora.map(({ name }) => [name, data[name]])))}
${pythonConstant('SEED', run.seed ?? 0)}

# Where it starts from and where it goes.
${pythonConstant('BASE', request.base)}
${pythonConstant('TOKENIZER', request.tokenizer ?? request.base)}
${pythonConstant('OUTPUT', request.output)}

# How long, and in which batches.
${pythonConstant('STEPS', steps.steps)}
${pythonConstant('SEQUENCE_LENGTH', run.sequenceLength, 'tokens')}
${pythonConstant('MICRO_BATCH', request.microBatch * run.sequenceLength, 'tokens on a data-parallel rank')}
${pythonConstant('GLOBAL_BATCH', run.batchTokens, 'tokens')}
${pythonConstant('SAVE_EVERY', steps.saveEvery, 'steps')}

# The learning rate.
${pythonConstant('PEAK_LR', run.schedule.peakLr)}
${pythonConstant('WARMUP_STEPS', steps.warmup)}
${pythonConstant('DECAY_RATIO', decay.ratio, decay.ratio === null ? 'all steps after the warm-up' : 'of all steps')}
${pythonConstant('DECAY_TYPE', decay.type)}
${pythonConstant('FINAL_LR_SHARE', run.schedule.finalLrShare, 'of the peak')}
${RECIPE_BODY}`;
}

const RECIPE_BODY = `
FORMATS = {".json": "json", ".jsonl": "json", ".parquet": "parquet", ".txt": "text"}


def packed(where):
    """Rows of SEQUENCE_LENGTH tokens: of a file, of a folder, or of a data set on the Hub."""
    kind = FORMATS.get(Path(where.removesuffix(".gz").removesuffix(".zst")).suffix)
    files = {} if kind is None else {"load_dataset_kwargs": {"data_files": where}}
    source = HuggingFaceStreamingSource.Config(path=kind or where, split="train", **files)
    return ConcatThenSplitPackingConfig(
        dataset=SingleDatasetConfig(source=source, processor=TextProcessor.Config())
    )


def plan():
    config = shipped()
    config.dump_folder = OUTPUT
    config.hf_assets_path = TOKENIZER
    config.dataloader = GrainDataLoader.Config(
        dataset=DatasetMixConfig(
            datasets=tuple(
                WeightedDataset(dataset=packed(DATA[name]), weight=share)
                for name, share in SHARES.items()
            )
        ),
        seed=SEED,
        shuffle=True,
        repeat=True,
    )
    config.training = replace(
        config.training,
        steps=STEPS,
        max_context_length=SEQUENCE_LENGTH,
        num_tokens_per_microbatch_per_dp_rank=MICRO_BATCH,
        num_tokens_per_train_step=GLOBAL_BATCH,
    )
    config.optimizer = default_adamw(lr=PEAK_LR)
    config.lr_scheduler = LRSchedulersContainer.Config(
        warmup_steps=WARMUP_STEPS,
        decay_ratio=DECAY_RATIO,
        decay_type=DECAY_TYPE,
        min_lr_factor=FINAL_LR_SHARE,
    )
    config.checkpointer = replace(
        config.checkpointer,
        interval=SAVE_EVERY,
        initial_load_path=BASE,
        initial_load_in_hf=True,
        initial_load_model_only=True,
    )
    return config
`;

function tomlText(request: EmitRequest, steps: Steps): string {
  const { run } = request;
  const decay = decayOf(run, steps);
  const { family, size } = shippedRecipe(run);
  const text = JSON.stringify;
  return `${comments(request.header)}

[job]
dump_folder = ${text(request.output)}
description = ${text(run.name)}

[model]
name = ${text(family)}
flavor = ${text(size.toUpperCase())}
hf_assets_path = ${text(request.tokenizer ?? request.base)}

# The mixture, as ${PREMIX} writes it: any folder with a "text" field is read as this data set is.
[training]
dataset = "c4_test"
dataset_path = ${text(MIXED_FOLDER)}
seq_len = ${run.sequenceLength}
local_batch_size = ${request.microBatch}
global_batch_size = ${steps.globalBatch}
steps = ${steps.steps}

[optimizer]
name = "AdamW"
lr = ${run.schedule.peakLr}

[lr_scheduler]
warmup_steps = ${steps.warmup}
${decay.ratio === null ? '# Without decay_ratio it decays from the end of the warm-up.' : `decay_ratio = ${decimal(decay.ratio)}`}
decay_type = ${text(decay.type)}
min_lr_factor = ${decimal(run.schedule.finalLrShare)}

[checkpoint]
enable = true
interval = ${steps.saveEvery}
initial_load_path = ${text(request.base)}
initial_load_in_hf = true
initial_load_model_only = true

[metrics]
log_freq = 10
enable_tensorboard = true
`;
}

/** A TOML float has a dot or an exponent. */
function decimal(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

function readBack(files: readonly EmittedFile[]): RealisedMixture {
  return files.some(({ path }) => path === CONFIG) ? readToml(files) : readRecipe(files);
}

function readRecipe(files: readonly EmittedFile[]): RealisedMixture {
  const recipe =
    files.find(({ path }) => path.endsWith(`/${RECIPE}`)) ?? unreadable('there is no recipe', RECIPE);
  const constants = pythonConstants(recipe.text);
  const number = (name: string): number => constantOf(constants, name, asNumber);
  const weights = constantOf(constants, 'SHARES', asNumbers);
  if (Object.values(weights).some((weight) => !(weight > 0)))
    unreadable('the weights in SHARES have to be positive', RECIPE);
  const shares = normalised(Object.values(weights));
  const batchTokens = number('GLOBAL_BATCH');
  return {
    shares: Object.fromEntries(Object.keys(weights).map((name, k) => [name, shares[k]])),
    quantum: 0,
    tokens: number('STEPS') * batchTokens,
    batchTokens,
    steps: number('STEPS'),
    warmupTokens: number('WARMUP_STEPS') * batchTokens,
    peakLr: number('PEAK_LR'),
  };
}

function readToml(files: readonly EmittedFile[]): RealisedMixture {
  const settings = tomlSettings(fileNamed(files, CONFIG).text);
  const number = (key: string): number => {
    const value = settings.get(key);
    return typeof value === 'number' ? value : unreadable(`${key} is no number`, CONFIG);
  };
  if (settings.get('training.dataset_path') !== MIXED_FOLDER)
    unreadable(`it does not train on ${MIXED_FOLDER}`, CONFIG);
  const steps = number('training.steps');
  const batchTokens = number('training.global_batch_size') * number('training.seq_len');
  return {
    shares: premixedShares(files),
    // Tokens of each corpus are whole numbers, and the script stops within one document of them.
    quantum: 1 / (steps * batchTokens),
    tokens: steps * batchTokens,
    batchTokens,
    steps,
    warmupTokens: number('lr_scheduler.warmup_steps') * batchTokens,
    peakLr: number('optimizer.lr'),
  };
}

/** `section.key` of a TOML text whose values are all numbers, strings and truth values, which JSON writes the same way. */
function tomlSettings(text: string): ReadonlyMap<string, unknown> {
  const settings = new Map<string, unknown>();
  let section = '';
  for (const [k, line] of text.split('\n').entries()) {
    const header = /^\[(\w+)\]$/.exec(line)?.[1];
    const [, key, value] = /^(\w+) = (.*)$/.exec(line) ?? [];
    if (header !== undefined) section = header;
    else if (key !== undefined) settings.set(`${section}.${key}`, tomlValue(value, k + 1));
    else if (line !== '' && !line.startsWith('#')) unreadable(`line ${k + 1} is no TOML`, CONFIG);
  }
  return settings;
}

function tomlValue(text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    unreadable(`line ${line} has no value that is understood`, CONFIG);
  }
}
