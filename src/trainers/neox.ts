/**
 * gpt-neox: one YAML file that stands beside the model's own. Keys are those of megatron/neox_arguments; a key that both files
 * have stops it, so what is here has to go from the other.
 */
import { nounFor } from '../problems/counted.ts';
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
import { blendedShares } from './blend.ts';
import { finalLr, lengthText, mixtureText, refusePhases, refuseTinyShares, repeatNotes } from './common.ts';
import { everySet, setsAt } from './evaluation.ts';
import { readDecayStyle } from './megatronSchedule.ts';
import { at, byName, corpusAt, fileNamed, listAt, normalised, numberAt, unreadable } from './reading.ts';
import { realisedRun } from './realised.ts';
import { stepsOf, takingPart } from './steps.ts';
import { comments, float, flowList, parseYaml, scalar } from './yaml.ts';

const NAME = 'gpt-neox';
const FILE = 'plan.yml';
/** Batches of an evaluation. */
const EVAL_ITERS = 32;

export const neox: TrainerAdapter = {
  id: 'gpt-neox',
  name: NAME,
  mixing: 'tokens',
  means: { data: 'prefix of the .bin and .idx files of a corpus', base: 'folder of a gpt-neox checkpoint' },
  tokenizer: 'optional',
  hasVersions: false,
  evaluates: everySet,
  limits: [
    'gives one loss for all validation sets: general sets are evaluated on the way, domain sets at the end',
    'knows no wsd schedule',
    'a mixture cannot change within a run',
  ],
  logs: ['tensorboard', 'wandb'],
  emit,
  readBack,
};

function emit(request: EmitRequest): Emission {
  const { run } = request;
  refusePhases(request, NAME);
  if (run.schedule.kind === 'wsd')
    throw new Refusal([
      trainerCannot({
        trainer: NAME,
        what: 'knows no wsd schedule',
        instead:
          'Emit it with --schedule constant, and its last decay as a run of its own with --schedule linear that starts from the checkpoint before.',
      }),
    ]);
  refuseTinyShares(request, NAME, stepsOf(request).samples);
  const general = run.evals.filter(({ role }) => role === 'general');
  const others = run.evals.filter(({ role }) => role !== 'general');
  const separate = general.length > 0 && others.length > 0;
  const notes = [
    ...repeatNotes(request, NAME, 'starts over, shuffled anew, and says nothing about it'),
    ...(separate
      ? [
          trainerLimit({
            trainer: NAME,
            what: `gives one loss for all validation sets: ${namesOf(general)} ${general.length === 1 ? 'is' : 'are'} evaluated on the way, ${namesOf(others)} as its test set at the end`,
            instead: 'Evaluate checkpoints on the domain sets to watch both losses.',
          }),
        ]
      : []),
    leftToYou({
      what: 'The shape of the model, its tokenizer, precision and parallel sizes stay in the YAML file of the model, without the keys that are in plan.yml; to go on after a stop, set load to the folder of save and finetune to false',
    }),
  ];
  return {
    files: [
      {
        path: FILE,
        text: configText(request, separate ? general : run.evals, separate ? others : run.evals),
      },
    ],
    notes,
    command: `python $NEOX/deepy.py $NEOX/train.py MODEL.yml ${FILE}`,
  };
}

type Sets = EmitRequest['run']['evals'];

const namesOf = (sets: Sets): string => sets.map(({ name }) => name).join(', ');

function configText(request: EmitRequest, valid: Sets, test: Sets): string {
  const { run, data, evalData, base, output, tokenizer, microBatch } = request;
  const { steps, globalBatch, accumulation, warmup, evalEvery, saveEvery } = stepsOf(request);
  const { schedule } = run;
  const corpora = takingPart(run);
  const places = (sets: Sets): string => flowList(sets.map(({ name }) => evalData[name]));
  const evenly = (sets: Sets): string => flowList(sets.map(() => 1));
  return `${comments(request.header)}

# Data: ${mixtureText(run)}, in sequences. ${namesOf(valid)} on the way, ${namesOf(test)} at the end.
train_data_paths: ${flowList(corpora.map(({ name }) => data[name]))}
train_data_weights: ${flowList(corpora.map(({ share }) => share))}
valid_data_paths: ${places(valid)}
valid_data_weights: ${evenly(valid)}
test_data_paths: ${places(test)}
test_data_weights: ${evenly(test)}
data_impl: mmap
seq_length: ${run.sequenceLength}
${tokenizer === null ? '' : `tokenizer_type: HFTokenizer\nvocab_file: ${scalar(tokenizer)}\n`}${run.seed === null ? '' : `seed: ${run.seed}\n`}
# Length: ${lengthText(run)}
train_iters: ${steps}
train_batch_size: ${globalBatch}
train_micro_batch_size_per_gpu: ${microBatch}
gradient_accumulation_steps: ${accumulation}

# Learning rate: a warm-up of ${warmup} ${nounFor(warmup, 'step')}
optimizer:
  type: Adam
  params:
    lr: ${float(schedule.peakLr)}
    betas: [0.9, 0.95]
    eps: 1.0e-8
min_lr: ${float(finalLr(run))}
lr_decay_style: ${schedule.kind}
lr_decay_iters: ${steps}
warmup: ${float(warmup / steps)}

# Evaluation
eval_interval: ${evalEvery}
eval_iters: ${EVAL_ITERS}

# From the weights of the base
load: ${scalar(base)}
finetune: true

# Checkpoints and logs
save: ${scalar(output)}
checkpoint_scale: linear
checkpoint_factor: ${saveEvery}
tensorboard_dir: ${scalar(`${output}/tensorboard`)}
log_interval: 10
`;
}

function readBack(files: readonly EmittedFile[], facts: ReadingFacts): RealisedMixture {
  const config = parseYaml(fileNamed(files, FILE).text, FILE);
  if (at(config, 'train_epochs') !== undefined) unreadable('train_epochs forbids weights', FILE);
  const given = ['train', 'valid', 'test'].filter((split) => at(config, `${split}_data_paths`) !== undefined);
  if (given.length !== 3) unreadable('of train, valid and test data either all are given or none', FILE);
  for (const split of given) {
    const [paths, weights] = ['paths', 'weights'].map((what) => listAt(config, `${split}_data_${what}`));
    if (paths.length !== weights.length)
      unreadable(`${paths.length} ${split} paths have ${weights.length} weights`, FILE);
  }
  const steps = numberAt(config, 'train_iters');
  const globalBatch = numberAt(config, 'train_batch_size');
  const micro =
    numberAt(config, 'train_micro_batch_size_per_gpu') * numberAt(config, 'gradient_accumulation_steps');
  if (globalBatch % micro !== 0)
    unreadable(`a batch of ${globalBatch} is no multiple of ${micro} sequences a GPU`, FILE);
  const sequenceLength = numberAt(config, 'seq_length');
  const weights = normalised(listAt(config, 'train_data_weights').map(Number));
  const { shares, quantum } = blendedShares(weights, steps * globalBatch);
  const names = listAt(config, 'train_data_paths').map((path) => corpusAt(String(path), facts));
  const until = numberAt(config, 'lr_decay_iters');
  const peakLr = numberAt(config, 'optimizer', 'params', 'lr');
  return realisedRun({
    shares: byName(names, shares),
    quantum,
    steps,
    batchTokens: globalBatch * sequenceLength,
    sequenceLength,
    warmup: Math.round(numberAt(config, 'warmup') * until),
    peakLr,
    schedule: readDecayStyle({
      style: String(at(config, 'lr_decay_style')),
      peakLr,
      minLr: numberAt(config, 'min_lr'),
      until,
      steps,
    }),
    evals: setsAt([...listAt(config, 'valid_data_paths'), ...listAt(config, 'test_data_paths')], facts),
  });
}
