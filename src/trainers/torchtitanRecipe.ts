/** torchtitan's main branch: a recipe in Python, which starts from the one that is shipped for the model. */
import type { EmitRequest, EmittedFile, ReadingFacts, RealisedMixture } from './adapter.ts';
import { decimals } from './probabilities.ts';
import {
  asNumber,
  asNumbers,
  asTexts,
  constantOf,
  pythonConstant,
  pythonConstants,
  pythonTable,
} from './python.ts';
import { byName, corpusAt, normalised, unreadable } from './reading.ts';
import { realisedRun } from './realised.ts';
import { type Steps, takingPart } from './steps.ts';
import { decayOf, readDecay, shippedRecipe } from './torchtitanRun.ts';
import { comments } from './yaml.ts';

export const RECIPE = 'config_registry.py';

export function recipeText(request: EmitRequest, steps: Steps): string {
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

/** Weights are divided by their sum. */
export function readRecipe(files: readonly EmittedFile[], facts: ReadingFacts): RealisedMixture {
  const recipe =
    files.find(({ path }) => path.endsWith(`/${RECIPE}`)) ?? unreadable('there is no recipe', RECIPE);
  const constants = pythonConstants(recipe.text);
  const number = (name: string): number => constantOf(constants, name, asNumber);
  const weights = constantOf(constants, 'SHARES', asNumbers);
  if (Object.values(weights).some((weight) => !(weight > 0)))
    unreadable('the weights in SHARES have to be positive', RECIPE);
  const data = constantOf(constants, 'DATA', asTexts);
  const steps = number('STEPS');
  const peakLr = number('PEAK_LR');
  const ratio = constants.get('DECAY_RATIO') === null ? null : number('DECAY_RATIO');
  return realisedRun({
    shares: byName(
      Object.keys(weights).map((name) => corpusAt(data[name], facts)),
      normalised(Object.values(weights)),
    ),
    quantum: 0,
    steps,
    batchTokens: number('GLOBAL_BATCH'),
    sequenceLength: number('SEQUENCE_LENGTH'),
    warmup: number('WARMUP_STEPS'),
    peakLr,
    schedule: readDecay(
      { ratio, type: constants.get('DECAY_TYPE') },
      { steps, peakLr, finalShare: number('FINAL_LR_SHARE') },
    ),
    evals: [],
  });
}
