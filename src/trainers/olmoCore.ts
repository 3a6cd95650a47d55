/**
 * OLMo-core: a mixture of sources in YAML (olmo_core/data/source_mixture.py) and a script that trains on it. The mixture counts
 * tokens; a source that would have to be repeated more often than `max_repetition_ratio` is an error, not a repeat.
 */
import { nounFor } from '../problems/counted.ts';
import { leftToYou } from '../problems/trainers.ts';
import type {
  Emission,
  EmitRequest,
  EmittedFile,
  ReadingFacts,
  RealisedMixture,
  TrainerAdapter,
} from './adapter.ts';
import { finalLr, refusePhases, refuseTinyShares, repeatNotes, unknownSizes } from './common.ts';
import { percent } from './documents.ts';
import { everySet, setsAt } from './evaluation.ts';
import { decimals, fixed } from './probabilities.ts';
import {
  asNumber,
  asTexts,
  constantOf,
  pythonConstant,
  pythonConstants,
  pythonLiteral,
  pythonTable,
} from './python.ts';
import { at, byName, corpusAt, fileNamed, listAt, numberAt, unreadable } from './reading.ts';
import { type ReadSchedule, realisedRun } from './realised.ts';
import { type Steps, stepsOf, takingPart } from './steps.ts';
import { torchrun } from './torchrun.ts';
import { comments, parseYaml, scalar } from './yaml.ts';

const NAME = 'OLMo-core';
const MIXTURE = 'mixture.yaml';
const SCRIPT = 'train.py';
/** Room for a corpus that turns out a little smaller than the plan has it. */
const REPETITION_ROOM = 1.05;
/** `np.allclose(sum, 1)`. */
const SUM_TOLERANCE = 1e-5;

export const olmoCore: TrainerAdapter = {
  id: 'olmo-core',
  name: NAME,
  mixing: 'tokens',
  means: {
    data: 'glob of the .npy token files of a corpus',
    base: 'folder of an OLMo-core checkpoint, with its config.json',
  },
  tokenizer: 'unused',
  hasVersions: false,
  evaluates: everySet,
  limits: ['stops at the start where a corpus is smaller than the plan has it by more than 5%'],
  logs: ['olmo-core', 'wandb'],
  emit,
  readBack,
};

function emit(request: EmitRequest): Emission {
  refusePhases(request, NAME);
  const steps = stepsOf(request);
  refuseTinyShares(request, NAME, steps.samples);
  return {
    files: [
      { path: MIXTURE, text: mixtureText(request) },
      { path: SCRIPT, text: scriptText(request, steps) },
    ],
    notes: [
      ...repeatNotes(request, NAME, 'repeats its files, as max_repetition_ratio lets it'),
      ...unknownSizes(
        request,
        `OLMo-core stops with "Insufficient tokens", and max_repetition_ratio in ${MIXTURE} has to be raised`,
      ),
      leftToYou({
        what: "The model and its tokenizer are those of config.json in the base checkpoint; parallelism beyond FSDP, and the optimiser's settings where they are not the defaults, are left to you",
      }),
    ],
    command: torchrun(request.gpus, SCRIPT),
  };
}

/** How often files may be repeated, in hundredths, so that the planned number of epochs fits with some room. */
function repetition(epochs: number | null): number {
  if (epochs === null || epochs <= 1 / REPETITION_ROOM) return 1;
  return Math.ceil(epochs * REPETITION_ROOM * 100) / 100;
}

function mixtureText({ run, data, header }: EmitRequest): string {
  const corpora = takingPart(run);
  const weights = decimals(corpora.map(({ share }) => share));
  const sources = corpora.map(({ name, share, epochs }, k) =>
    [
      `  # ${percent(share)} of the tokens${epochs === null ? '' : `, ${Number(epochs.toPrecision(3))} epochs`}`,
      `  - source_name: ${scalar(name)}`,
      `    target_ratio: ${fixed(weights[k])}`,
      `    max_repetition_ratio: ${scalar(repetition(epochs))}`,
      '    paths:',
      `      - ${scalar(data[name])}`,
    ].join('\n'),
  );
  return `${comments(header)}\n\n# Shares of tokens; they have to sum to 1.\nsources:\n${sources.join('\n')}\n`;
}

/** The scheduler as an expression of OLMo-core, in steps. */
function scheduler(
  { run }: EmitRequest,
  { decay }: Steps,
): { readonly name: string; readonly expression: string } {
  const { kind, finalLrShare } = run.schedule;
  const warmup = 'warmup=WARMUP_STEPS';
  const final = `alpha_f=${pythonLiteral(finalLrShare)}`;
  switch (kind) {
    case 'constant':
      return { name: 'ConstantWithWarmup', expression: `ConstantWithWarmup(${warmup})` };
    case 'cosine':
      return { name: 'CosWithWarmup', expression: `CosWithWarmup(${warmup}, ${final})` };
    case 'linear':
      return { name: 'LinearWithWarmup', expression: `LinearWithWarmup(${warmup}, ${final})` };
    case 'wsd': {
      const rest = `decay=${pythonLiteral(decay)}, decay_fraction=None, decay_min_lr=${pythonLiteral(finalLr(run))}`;
      return { name: 'WSD', expression: `WSD(${warmup}, ${rest})` };
    }
  }
}

function scriptText(request: EmitRequest, steps: Steps): string {
  const { run, evalData } = request;
  const { name, expression } = scheduler(request, steps);
  const evals = run.evals.filter((each) => evalData[each.name] !== undefined);
  const paths = Object.fromEntries(evals.map((each) => [each.name, evalData[each.name]]));
  return `${comments(request.header)}

import json
from glob import glob
from pathlib import Path

from olmo_core.config import DType
from olmo_core.data import (
    NumpyDataLoaderConfig,
    NumpyFSLDatasetConfig,
    NumpyPaddedFSLDatasetConfig,
    TokenizerConfig,
)
from olmo_core.data.source_mixture import SourceMixtureDatasetConfig, SourceMixtureList
from olmo_core.distributed.parallel import DataParallelType
from olmo_core.nn.transformer import TransformerConfig
from olmo_core.optim import AdamWConfig
from olmo_core.optim.scheduler import ${name}
from olmo_core.train import (
    Duration,
    TrainerConfig,
    prepare_training_environment,
    teardown_training_environment,
)
from olmo_core.train.callbacks import (
    CheckpointerCallback,
    ConfigSaverCallback,
    LMEvaluatorCallbackConfig,
    MetricSaverCallback,
)
from olmo_core.train.train_module import (
    TransformerDataParallelConfig,
    TransformerTrainModuleConfig,
)
from olmo_core.utils import seed_all

# Where it starts from and where it goes. The mixture is in ${MIXTURE}.
${pythonConstant('BASE', request.base)}
${pythonConstant('OUTPUT', request.output)}
${pythonConstant('SEED', run.seed ?? 0)}

# How long, and in which batches, all in tokens: the whole is a multiple of the batch, so that shares come out exactly.
${pythonConstant('SEQUENCE_LENGTH', run.sequenceLength)}
${pythonConstant('RANK_MICROBATCH', request.microBatch * run.sequenceLength)}
${pythonConstant('GLOBAL_BATCH', run.batchTokens)}
${pythonConstant('TOKENS', steps.steps * run.batchTokens, `${steps.steps} ${nounFor(steps.steps, 'step')}`)}
${pythonConstant('SAVE_EVERY', steps.saveEvery, 'steps')}

# The learning rate.
${pythonConstant('PEAK_LR', run.schedule.peakLr)}
${pythonConstant('WARMUP_STEPS', steps.warmup)}
SCHEDULER = ${expression}

# Evaluated one by one, as eval/lm/<name>/CE loss.
EVAL_PATHS = ${pythonTable(paths)}
${pythonConstant('EVAL_EVERY', steps.evalEvery, 'steps')}
${BODY}`;
}

const BODY = `

def main():
    seed_all(SEED)
    base = json.loads((Path(BASE) / "config.json").read_text())
    tokenizer = TokenizerConfig.from_dict(base["dataset"]["tokenizer"])
    work_dir = f"{OUTPUT}/dataset-cache"

    sources = SourceMixtureList.from_yaml("${MIXTURE}")
    sources.validate()
    dataset = NumpyFSLDatasetConfig.from_src_mix(
        src_mix=SourceMixtureDatasetConfig(
            source_list=sources,
            requested_tokens=TOKENS,
            global_batch_size=GLOBAL_BATCH,
        ),
        tokenizer=tokenizer,
        work_dir=work_dir,
        sequence_length=SEQUENCE_LENGTH,
    ).build()

    model = TransformerConfig.from_dict(base["model"]).build(init_device="meta")
    train_module = TransformerTrainModuleConfig(
        rank_microbatch_size=RANK_MICROBATCH,
        max_sequence_length=SEQUENCE_LENGTH,
        optim=AdamWConfig(lr=PEAK_LR),
        scheduler=SCHEDULER,
        compile_model=True,
        dp_config=TransformerDataParallelConfig(
            name=DataParallelType.fsdp, param_dtype=DType.bfloat16, reduce_dtype=DType.float32
        ),
        max_grad_norm=1.0,
    ).build(model)
    data_loader = NumpyDataLoaderConfig(
        global_batch_size=GLOBAL_BATCH, seed=SEED, num_workers=4
    ).build(dataset, dp_process_group=train_module.dp_process_group)

    held_out = [(path, name) for name, pattern in EVAL_PATHS.items() for path in sorted(glob(pattern))]
    trainer_config = (
        TrainerConfig(
            save_folder=OUTPUT,
            max_duration=Duration.tokens(TOKENS),
            metrics_collect_interval=10,
        )
        .with_callback("checkpointer", CheckpointerCallback(save_interval=SAVE_EVERY))
        .with_callback("config_saver", ConfigSaverCallback())
        .with_callback("metric_saver", MetricSaverCallback())
    )
    if held_out:
        evaluator = LMEvaluatorCallbackConfig(
            eval_dataset=NumpyPaddedFSLDatasetConfig(
                paths=[path for path, _ in held_out],
                metadata=[{"label": name} for _, name in held_out],
                sequence_length=SEQUENCE_LENGTH,
                tokenizer=tokenizer,
                work_dir=work_dir,
            ),
            eval_interval=EVAL_EVERY,
        )
        trainer_config = trainer_config.with_callback("lm_evaluator", evaluator)
    trainer = trainer_config.build(train_module, data_loader)

    # Goes on with its own checkpoint where there is one, else starts from the weights of the base alone.
    if not trainer.maybe_load_checkpoint():
        trainer.load_checkpoint(BASE, load_trainer_state=False, load_optim_state=False)
    trainer.fit()


if __name__ == "__main__":
    prepare_training_environment()
    main()
    teardown_training_environment()
`;

function readBack(files: readonly EmittedFile[], facts: ReadingFacts): RealisedMixture {
  const mixture = parseYaml(fileNamed(files, MIXTURE).text, MIXTURE);
  const sources = listAt(mixture, 'sources').map((source) => ({
    corpus: corpusAt(String(listAt(source, 'paths')[0]), facts),
    ratio: numberAt(source, 'target_ratio'),
    repetition:
      at(source, 'max_repetition_ratio') === undefined ? 1 : numberAt(source, 'max_repetition_ratio'),
  }));
  const sum = sources.reduce((total, { ratio }) => total + ratio, 0);
  if (Math.abs(sum - 1) > SUM_TOLERANCE) unreadable(`target_ratios must sum to 1.0, got ${sum}`, MIXTURE);
  if (sources.some(({ ratio }) => !(ratio > 0 && ratio <= 1)))
    unreadable('target_ratio must be > 0 and <= 1', MIXTURE);
  if (sources.some(({ repetition: most }) => most < 1))
    unreadable('max_repetition_ratio must be >= 1', MIXTURE);

  const script = fileNamed(files, SCRIPT).text;
  const constants = pythonConstants(script, ['SCHEDULER']);
  const number = (name: string): number => constantOf(constants, name, asNumber);
  const batchTokens = number('GLOBAL_BATCH');
  const sequences = number('TOKENS') / number('SEQUENCE_LENGTH');
  const steps = Math.ceil(number('TOKENS') / batchTokens);
  const selected = instances(
    sources.map(({ ratio }) => ratio),
    number('TOKENS'),
    number('SEQUENCE_LENGTH'),
    (steps * batchTokens) / number('SEQUENCE_LENGTH'),
  );
  const all = selected.reduce((total, each) => total + each, 0);
  return realisedRun({
    shares: byName(
      sources.map(({ corpus }) => corpus),
      selected.map((each) => each / all),
    ),
    quantum: sources.length / sequences,
    steps,
    batchTokens,
    sequenceLength: number('SEQUENCE_LENGTH'),
    warmup: number('WARMUP_STEPS'),
    peakLr: number('PEAK_LR'),
    schedule: readScheduler(script, number('PEAK_LR')),
    evals: setsAt(Object.values(constantOf(constants, 'EVAL_PATHS', asTexts)), facts),
  });
}

/** The expression that `scheduler` writes; what it does not tell of the end is left to OLMo-core. */
function readScheduler(script: string, peakLr: number): ReadSchedule {
  const [, name = 'unknown', given = ''] = /^SCHEDULER = (\w+)\((.*)\)$/m.exec(script) ?? [];
  const value = (key: string): number | undefined => {
    const text = new RegExp(`\\b${key}=([^,]+)`).exec(given)?.[1];
    return text === undefined ? undefined : Number(text.replaceAll('_', ''));
  };
  const share = value('alpha_f');
  const finalLr = share === undefined ? null : peakLr * share;
  const decay = value('decay');
  if (name === 'ConstantWithWarmup') return { kind: 'constant', finalLr: peakLr };
  if (name === 'CosWithWarmup') return { kind: 'cosine', finalLr };
  if (name === 'LinearWithWarmup') return { kind: 'linear', finalLr };
  if (name === 'WSD' && decay !== undefined)
    return { kind: 'wsd', decay, finalLr: value('decay_min_lr') ?? null };
  return { kind: name, finalLr: null };
}

/**
 * Sequences of each source, one path a source, as `SourceMixtureDatasetConfig.build` deals them out: whole ones first, what is
 * missing evenly, and the last of it by largest remainder. Only a whole number of batches keeps "evenly" at nothing.
 */
export function instances(
  ratios: readonly number[],
  requestedTokens: number,
  sequenceLength: number,
  sequences: number,
): readonly number[] {
  const tokens = ratios.map((ratio) => Math.trunc(requestedTokens * ratio));
  const dealt = tokens.map((each) => Math.floor(each / sequenceLength));
  const missing = sequences - dealt.reduce((total, each) => total + each, 0);
  const evenly = Math.max(Math.floor(missing / ratios.length), 0);
  const whole = dealt.map((each) => each + evenly);
  const left = sequences - whole.reduce((total, each) => total + each, 0);
  const remainders = tokens.map((each, k) => ({ k, rest: each % sequenceLength }));
  const first = remainders.toSorted((a, b) => b.rest - a.rest || b.k - a.k).slice(0, Math.max(left, 0));
  return whole.map((each, k) => each + (first.some((source) => source.k === k) ? 1 : 0));
}
