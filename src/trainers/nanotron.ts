/**
 * nanotron: what the plan settles, as YAML, and a script that lays it over the configuration of the base checkpoint, which
 * holds the shape of the model. Keys are those of src/nanotron/config/config.py, where numbers with a dot are floats and
 * others are not.
 */
import { leftToYou, trainerLimit } from '../problems/trainers.ts';
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
import { at, byName, corpusAt, fileNamed, listAt, normalised, numberAt, unreadable } from './reading.ts';
import { type ReadSchedule, realisedRun } from './realised.ts';
import { stepsOf, takingPart } from './steps.ts';
import { torchrun } from './torchrun.ts';
import { comments, float, parseYaml, scalar } from './yaml.ts';

const NAME = 'nanotron';
const PLAN = 'plan.yaml';
const SCRIPT = 'make_config.py';

export const nanotron: TrainerAdapter = {
  id: 'nanotron',
  name: NAME,
  mixing: 'tokens',
  means: {
    data: 'folder of .ds token files of a corpus',
    base: 'folder of a nanotron checkpoint, with its config.yaml',
  },
  tokenizer: 'optional',
  hasVersions: false,
  evaluates: null,
  limits: ['evaluates nothing while it trains', 'a mixture changes only where the run is started anew'],
  logs: ['wandb'],
  emit,
  readBack,
};

function emit(request: EmitRequest): Emission {
  refusePhases(request, NAME);
  refuseTinyShares(request, NAME, stepsOf(request).samples);
  return {
    files: [
      { path: PLAN, text: planText(request) },
      { path: SCRIPT, text: scriptText(request) },
    ],
    notes: [
      ...repeatNotes(request, NAME, 'starts over in the same order and says nothing about it'),
      trainerLimit({
        trainer: NAME,
        what: 'evaluates nothing while it trains, so there is no loss to compare with the plan',
        instead: 'Evaluate its checkpoints on every set, and import those losses.',
      }),
      leftToYou({
        what: `The shape of the model, the optimiser and parallel sizes within a copy of the model come from the config.yaml of the base, which ${SCRIPT} reads`,
      }),
    ],
    command: `python ${SCRIPT} && ${torchrun(request.gpus, '$NANOTRON/run_train.py')} --config-file config.yaml`,
  };
}

function planText(request: EmitRequest): string {
  const { run, data, base, output, tokenizer, gpus, microBatch } = request;
  const { steps, accumulation, warmup, decay, saveEvery } = stepsOf(request);
  const { schedule } = run;
  const corpora = takingPart(run);
  const constant = schedule.kind === 'constant';
  const item = (text: string): string => `      - ${text}\n`;
  return `${comments(request.header)}

general:
  project: mixplan
  run: ${scalar(run.name)}
${run.seed === null ? '' : `  seed: ${run.seed}\n`}
# Starts from the weights of the base; its optimiser and its step count are left behind
model:
  init_method:
    path: ${scalar(base)}

# ${mixtureText(run)}, in sequences
data_stages:
- name: ${scalar(run.name)}
  start_training_step: 1
  data:
    dataset:
      dataset_folder:
${corpora.map(({ name }) => item(scalar(data[name]))).join('')}      dataset_weights:
${corpora.map(({ share }) => item(float(share))).join('')}    num_loading_workers: 1
    seed: ${run.seed ?? 42}

# ${lengthText(run)}
tokens:
  sequence_length: ${run.sequenceLength}
  train_steps: ${steps}
  micro_batch_size: ${microBatch}
  batch_accumulation_per_replica: ${accumulation}
parallelism:
  dp: ${gpus}

optimizer:
  learning_rate_scheduler:
    learning_rate: ${float(schedule.peakLr)}
    lr_warmup_steps: ${warmup}
    lr_warmup_style: linear
    lr_decay_style: ${schedule.kind === 'cosine' ? 'cosine' : 'linear'}${constant ? ' # to where it is: constant' : ''}
    lr_decay_starting_step: ${constant ? warmup : steps - decay}
    lr_decay_steps: ${constant ? steps - warmup : decay}
    min_decay_lr: ${float(constant ? schedule.peakLr : finalLr(run))}

checkpoints:
  checkpoints_path: ${scalar(output)}
  checkpoint_interval: ${saveEvery}
  resume_checkpoint_path: null
${tokenizer === null ? '' : `\ntokenizer:\n  tokenizer_name_or_path: ${scalar(tokenizer)}\n`}`;
}

function scriptText({ header, base }: EmitRequest): string {
  return `${comments(header)}
"""Writes config.yaml: the configuration of the base checkpoint, with ${PLAN} laid over it."""
import yaml

BASE = ${JSON.stringify(`${base}/config.yaml`)}
# Taken from the plan as a whole: nothing of the base's own is kept in it.
WHOLE = {"init_method", "data_stages", "learning_rate_scheduler"}


def laid_over(base, plan):
    if not (isinstance(base, dict) and isinstance(plan, dict)):
        return plan
    kept = {key: value for key, value in base.items() if key not in plan}
    return kept | {
        key: value if key in WHOLE else laid_over(base.get(key), value)
        for key, value in plan.items()
    }


with open(BASE) as base, open("${PLAN}") as plan, open("config.yaml", "w") as config:
    yaml.safe_dump(laid_over(yaml.safe_load(base), yaml.safe_load(plan)), config)
`;
}

function readBack(files: readonly EmittedFile[], facts: ReadingFacts): RealisedMixture {
  const plan = parseYaml(fileNamed(files, PLAN).text, PLAN);
  const stages = listAt(plan, 'data_stages');
  if (!stages.some((stage) => at(stage, 'start_training_step') === 1))
    unreadable('no stage has start_training_step: 1', PLAN);
  if (stages.length !== 1) unreadable('it trains on its last stage until it is started anew', PLAN);
  const folders = listAt(stages[0], 'data', 'dataset', 'dataset_folder');
  const weights = listAt(stages[0], 'data', 'dataset', 'dataset_weights');
  if (folders.length !== weights.length)
    unreadable(`${folders.length} folders have ${weights.length} weights`, PLAN);
  const style = at(plan, 'optimizer', 'learning_rate_scheduler', 'lr_warmup_style');
  if (style !== 'linear' && style !== 'constant')
    unreadable('lr_warmup_style is neither linear nor constant', PLAN);
  const steps = numberAt(plan, 'tokens', 'train_steps');
  const globalBatch =
    numberAt(plan, 'tokens', 'micro_batch_size') *
    numberAt(plan, 'tokens', 'batch_accumulation_per_replica') *
    numberAt(plan, 'parallelism', 'dp');
  const sequenceLength = numberAt(plan, 'tokens', 'sequence_length');
  const { shares, quantum } = blendedShares(normalised(weights.map(Number)), steps * globalBatch);
  const scheduler = at(plan, 'optimizer', 'learning_rate_scheduler');
  const warmup = numberAt(scheduler, 'lr_warmup_steps');
  return realisedRun({
    shares: byName(
      folders.map((folder) => corpusAt(String(folder), facts)),
      shares,
    ),
    quantum,
    steps,
    batchTokens: globalBatch * sequenceLength,
    sequenceLength,
    // Constant: at the peak from the first step on.
    warmup: style === 'linear' ? warmup : 0,
    peakLr: numberAt(scheduler, 'learning_rate'),
    schedule: readSchedule(scheduler, warmup, steps),
    evals: [],
  });
}

/** It decays from one step on, for some steps; what is linear and begins after the warm-up is wsd. */
function readSchedule(scheduler: unknown, warmup: number, steps: number): ReadSchedule {
  const style = String(at(scheduler, 'lr_decay_style'));
  const start = numberAt(scheduler, 'lr_decay_starting_step');
  const decay = numberAt(scheduler, 'lr_decay_steps');
  const finalLr = numberAt(scheduler, 'min_decay_lr');
  if (start + decay !== steps) return { kind: `${style} until step ${start + decay}`, finalLr };
  if (start === warmup) return { kind: style, finalLr };
  return style === 'linear'
    ? { kind: 'wsd', decay, finalLr }
    : { kind: `${style} from step ${start} on`, finalLr };
}
