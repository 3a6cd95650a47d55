/**
 * axolotl: it concatenates its data sets and takes only the first of those for pre-training, so the mixture is written beforehand by
 * a script, and the configuration reads that one file.
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
import { batchText, refusePhases, refuseTinyShares, repeatNotes } from './common.ts';
import { leftOutSets, oneSet, setsAt, watchedSet } from './evaluation.ts';
import { hfSchedule, readHfSchedule } from './hfSchedule.ts';
import { HUB_MODEL, HUB_TEXT, outputSection } from './hub.ts';
import { MIXED, PREMIX, premixedShares, premixScript } from './premix.ts';
import { at, fileNamed, listAt, numberAt, unreadable } from './reading.ts';
import { realisedRun } from './realised.ts';
import { gpusOf, START, startScript } from './startScript.ts';
import { stepsOf } from './steps.ts';
import { torchrun } from './torchrun.ts';
import { comments, parseYaml, scalar } from './yaml.ts';
import { section } from './yamlText.ts';

const NAME = 'axolotl';
const CONFIG = 'train.yaml';

export const axolotl: TrainerAdapter = {
  id: 'axolotl',
  name: NAME,
  mixing: 'none',
  means: {
    data: HUB_TEXT,
    base: HUB_MODEL,
  },
  tokenizer: 'optional',
  hasVersions: false,
  evaluates: oneSet,
  limits: [
    'cannot weight: a script writes the mixture beforehand',
    'evaluates all sets as one, so only one is given',
  ],
  logs: ['hf-trainer'],
  emit,
  readBack,
};

function emit(request: EmitRequest): Emission {
  refusePhases(request, NAME);
  refuseTinyShares(request, NAME, stepsOf(request).samples);
  return {
    files: [
      premixScript(request),
      { path: CONFIG, text: configText(request, watchedSet(request)) },
      startScript(request.header, request.gpus, torchrun(request.gpus, `-m axolotl.cli.train ${CONFIG}`)),
    ],
    notes: [
      trainerLimit({
        trainer: NAME,
        what: `cannot weight data sets, so ${PREMIX} writes the mixture to ${MIXED} first`,
        instead: `Run it once, where the data lies: python ${PREMIX}. It needs room for all tokens of the run as text.`,
      }),
      ...repeatNotes(request, PREMIX, 'goes through it again, in another order'),
      ...leftOutSets(request, NAME, 'gives one loss for all its test sets'),
      leftToYou({
        what: `How the model is sharded over GPUs is left to you: add deepspeed or fsdp to ${CONFIG}, and the optimiser's settings where they are not the defaults`,
      }),
    ],
    command: `sh ${START}`,
  };
}

function configText(request: EmitRequest, watched: string | undefined): string {
  const { run } = request;
  const steps = stepsOf(request);
  const schedule = hfSchedule(run, steps);
  const parts = [
    comments(request.header),
    section('The model that goes on training', {
      base_model: request.base,
      tokenizer_config: request.tokenizer ?? undefined,
    }),
    `# The mixture, as ${PREMIX} writes it
pretraining_dataset:
  - path: json
    data_files:
      - ${MIXED}
    split: train
    text_column: text
    type: pretrain
sequence_len: ${run.sequenceLength}
sample_packing: false
pad_to_sequence_len: true
val_set_size: 0`,
    section(`Length: ${batchText(request)}`, {
      max_steps: steps.steps,
      micro_batch_size: request.microBatch,
      gradient_accumulation_steps: steps.accumulation,
    }),
    section('Learning rate', {
      learning_rate: run.schedule.peakLr,
      warmup_steps: steps.warmup,
      lr_scheduler: schedule.type,
      lr_scheduler_kwargs: Object.keys(schedule.options).length === 0 ? undefined : schedule.options,
      optimizer: 'adamw_torch',
      bf16: true,
    }),
    ...(watched === undefined
      ? []
      : [
          `# Evaluation of ${watched}, as eval_loss
test_datasets:
  - path: ${scalar(request.evalData[watched])}
    ds_type: json
    split: train
    type: completion
eval_strategy: steps
eval_steps: ${steps.evalEvery}`,
        ]),
    outputSection(request),
  ];
  return `${parts.join('\n\n')}\n`;
}

function readBack(files: readonly EmittedFile[], facts: ReadingFacts): RealisedMixture {
  const config = parseYaml(fileNamed(files, CONFIG).text, CONFIG);
  // Only the first is used, whatever follows it.
  const [dataset] = listAt(config, 'pretraining_dataset');
  if (listAt(dataset, 'data_files')[0] !== MIXED) unreadable(`it does not train on ${MIXED}`, CONFIG);
  if (at(config, 'val_set_size') !== 0) unreadable('pretraining_dataset goes without val_set_size', CONFIG);
  const steps = numberAt(config, 'max_steps');
  const sequenceLength = numberAt(config, 'sequence_len');
  const batchTokens =
    numberAt(config, 'micro_batch_size') *
    numberAt(config, 'gradient_accumulation_steps') *
    gpusOf(files) *
    sequenceLength;
  const peakLr = numberAt(config, 'learning_rate');
  const warmup = numberAt(config, 'warmup_steps');
  const sets = at(config, 'test_datasets') === undefined ? [] : listAt(config, 'test_datasets');
  return realisedRun({
    shares: premixedShares(files, facts),
    // Tokens of each corpus are whole numbers, and the script stops within one document of them.
    quantum: 1 / (steps * batchTokens),
    steps,
    batchTokens,
    sequenceLength,
    warmup,
    peakLr,
    schedule: readHfSchedule(at(config, 'lr_scheduler'), at(config, 'lr_scheduler_kwargs'), {
      peakLr,
      warmup,
      steps,
    }),
    evals: setsAt(
      sets.map((set) => at(set, 'path')),
      facts,
    ),
  });
}
