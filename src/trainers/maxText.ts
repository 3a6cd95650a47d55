/**
 * MaxText: a configuration and a JSON mixture for its Grain pipeline. Documents are mixed before they are tokenised and packed,
 * so a weight is a share of documents; a corpus ends after `num_epoch` passes, and the first one to end ends the run.
 */
import { leftToYou } from '../problems/trainers.ts';
import type {
  CompleteRun,
  Emission,
  EmitRequest,
  EmittedFile,
  ReadingFacts,
  RealisedMixture,
  TrainerAdapter,
} from './adapter.ts';
import { batchText, refusePhases, refuseTinyShares, repeatNotes, unknownSizes } from './common.ts';
import { meanTokensOf, mixtureComment, realisedShares, weightsOf } from './documents.ts';
import { leftOutSets, oneSet, setsAt, watchedSet } from './evaluation.ts';
import { at, corpusAt, fileNamed, normalised, numberAt, parseJson, unreadable } from './reading.ts';
import { type ReadSchedule, realisedRun, wsdOf } from './realised.ts';
import { type Steps, stepsOf, takingPart } from './steps.ts';
import { comments, parseYaml } from './yaml.ts';
import { section } from './yamlText.ts';

const NAME = 'MaxText';
const CONFIG = 'train.yml';
const MIXTURE = 'mixture.json';

export const maxText: TrainerAdapter = {
  id: 'maxtext',
  name: NAME,
  mixing: 'documents',
  means: {
    data: 'glob of the ArrayRecord files of a corpus, with a "text" feature',
    base: 'folder of the parameters in a MaxText checkpoint (.../items)',
  },
  tokenizer: 'needed',
  hasVersions: false,
  evaluates: oneSet,
  limits: ['evaluates one set', 'draws documents, not tokens', 'ends early where a corpus runs out'],
  logs: ['maxtext', 'tensorboard'],
  emit,
  readBack,
};

function emit(request: EmitRequest): Emission {
  refusePhases(request, NAME);
  const meanTokens = meanTokensOf(request, NAME);
  const steps = stepsOf(request);
  refuseTinyShares(request, NAME, steps.samples);
  const { run, data } = request;
  const corpora = takingPart(run);
  const weights = weightsOf(run, meanTokens);
  const mixture = Object.fromEntries(
    corpora.map(({ name }, k) => [name, { path: data[name], weight: weights[k] }]),
  );
  return {
    files: [
      { path: CONFIG, text: configText(request, steps, meanTokens, watchedSet(request)) },
      { path: MIXTURE, text: `${JSON.stringify(mixture, null, 2)}\n` },
    ],
    notes: [
      ...repeatNotes(request, NAME, 'goes through it as often as num_epoch lets it'),
      ...leftOutSets(request, NAME, 'evaluates one set'),
      ...unknownSizes(request, `MaxText ends early, and num_epoch in ${CONFIG} has to be raised`),
      leftToYou({
        what: `model_name in ${CONFIG} has to be as MaxText spells it, and over several slices dcn_data_parallelism shares the devices with ici_fsdp_parallelism`,
      }),
    ],
    command: `python3 -m maxtext.trainers.pre_train.train ${CONFIG}`,
  };
}

/** Passes that let every corpus last for the run, with 5% to spare since documents differ in length. */
function epochsNeeded(run: CompleteRun): number {
  return Math.max(
    ...takingPart(run).map(({ epochs }) => (epochs === null ? 1 : Math.ceil(epochs * 1.05))),
    1,
  );
}

/**
 * The shortest decimal whose product with the steps is truncated to this many of them: MaxText computes `int(steps * fraction)`.
 */
export function fractionOf(part: number, steps: number): number {
  for (let digits = 1; digits <= 17; digits++) {
    const fraction = Number((part / steps).toPrecision(digits));
    if (Math.trunc(steps * fraction) === part) return fraction;
  }
  // The quotient itself may fall short by its last bit; half a step more does not.
  return (part + 0.5) / steps;
}

function configText(
  request: EmitRequest,
  steps: Steps,
  meanTokens: readonly number[],
  watched: string | undefined,
): string {
  const { run } = request;
  const { kind, finalLrShare } = run.schedule;
  const settles = kind === 'wsd' || kind === 'linear';
  const parts = [
    comments(request.header),
    // A configuration names the one whose values it changes.
    section('What is not said here is as in the defaults of MaxText', { base_config: 'base.yml' }),
    section('The model that goes on training', {
      model_name: run.model.name ?? undefined,
      load_parameters_path: request.base,
      tokenizer_path: request.tokenizer ?? request.base,
      tokenizer_type: 'huggingface',
    }),
    section(
      takingPart(run).length === 1 ? 'The corpus' : `The mixture: ${mixtureComment(request, meanTokens)}`,
      {
        dataset_type: 'grain',
        grain_file_type: 'arrayrecord',
        grain_train_mixture_config_path: MIXTURE,
        packing: true,
        num_epoch: epochsNeeded(run),
        data_shuffle_seed: run.seed ?? 0,
      },
    ),
    section(`Length: ${batchText(request, 'device')}`, {
      steps: steps.steps,
      max_target_length: run.sequenceLength,
      per_device_batch_size: request.microBatch,
      gradient_accumulation_steps: steps.accumulation,
      ici_fsdp_parallelism: request.gpus,
    }),
    section('Learning rate; MaxText truncates steps × fraction to whole steps', {
      learning_rate: run.schedule.peakLr,
      warmup_steps_fraction: fractionOf(steps.warmup, steps.steps),
      lr_schedule_type: settles ? 'wsd' : 'cosine',
      learning_rate_final_fraction: finalLrShare,
      wsd_decay_steps_fraction: settles ? fractionOf(steps.decay, steps.steps) : undefined,
      wsd_decay_style: settles ? 'linear' : undefined,
    }),
    ...(watched === undefined
      ? []
      : [
          section(`Evaluation of ${watched}, as eval/avg_loss`, {
            grain_eval_files: request.evalData[watched],
            eval_interval: steps.evalEvery,
            eval_steps: 50,
          }),
        ]),
    section('Output', {
      run_name: run.name,
      base_output_directory: request.output,
      checkpoint_period: steps.saveEvery,
      metrics_file: 'metrics.jsonl',
    }),
  ];
  return `${parts.join('\n\n')}\n`;
}

function readBack(files: readonly EmittedFile[], facts: ReadingFacts): RealisedMixture {
  const config = parseYaml(fileNamed(files, CONFIG).text, CONFIG);
  const mixture = parseJson(fileNamed(files, String(at(config, 'grain_train_mixture_config_path'))));
  const names = Object.keys(mixture ?? {});
  if (names.length === 0) unreadable('there are no corpora', MIXTURE);
  const weights = normalised(names.map((name) => numberAt(mixture, name, 'weight')));
  const steps = numberAt(config, 'steps');
  const corpora = names.map((name) => corpusAt(String(at(mixture, name, 'path')), facts));
  const sequenceLength = numberAt(config, 'max_target_length');
  const batchTokens =
    numberAt(config, 'per_device_batch_size') *
    numberAt(config, 'gradient_accumulation_steps') *
    numberAt(config, 'ici_fsdp_parallelism') *
    sequenceLength;
  const watched = at(config, 'grain_eval_files');
  return realisedRun({
    shares: realisedShares(corpora, weights, facts.meanTokens),
    quantum: 0,
    steps,
    batchTokens,
    sequenceLength,
    warmup: Math.trunc(steps * numberAt(config, 'warmup_steps_fraction')),
    peakLr: numberAt(config, 'learning_rate'),
    schedule: readSchedule(config, steps),
    evals: watched === undefined ? [] : setsAt([watched], facts),
  });
}

/** A cosine falls over all that follows the warm-up, wsd over its last steps. */
function readSchedule(config: unknown, steps: number): ReadSchedule {
  const kind = String(at(config, 'lr_schedule_type'));
  const finalLr = numberAt(config, 'learning_rate') * numberAt(config, 'learning_rate_final_fraction');
  if (kind !== 'wsd') return { kind, finalLr };
  const style = at(config, 'wsd_decay_style');
  if (style !== 'linear') return { kind: wsdOf(style), finalLr };
  return { kind, decay: Math.trunc(steps * numberAt(config, 'wsd_decay_steps_fraction')), finalLr };
}
