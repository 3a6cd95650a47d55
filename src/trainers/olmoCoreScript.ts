/** The script that trains with OLMo-core; what a run decides is in its constants. */
import { nounFor } from '../problems/counted.ts';
import type { EmitRequest } from './adapter.ts';
import { finalLr } from './common.ts';
import { pythonConstant, pythonLiteral, pythonTable } from './python.ts';
import type { ReadSchedule } from './realised.ts';
import type { Steps } from './steps.ts';
import { comments } from './yaml.ts';

/** File of the mixture, beside the script. */
export const MIXTURE = 'mixture.yaml';

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

export function scriptText(request: EmitRequest, steps: Steps): string {
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

/** The expression that `scheduler` writes; what it does not tell of the end is left to OLMo-core. */
export function readScheduler(script: string, peakLr: number): ReadSchedule {
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
