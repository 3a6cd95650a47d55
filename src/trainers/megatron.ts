/**
 * Megatron-LM: an arguments file, a JSON blend of each split, and a script that starts them. Flags and their versions are
 * those of megatron/training/arguments.py from core_v0.11 on.
 */
import { Refusal } from '../problems/problem.ts';
import { leftToYou, nameUnsafe, trainerCannot, trainerLimit } from '../problems/trainers.ts';
import type {
  Emission,
  EmitRequest,
  EmittedFile,
  ReadingFacts,
  RealisedMixture,
  TrainerAdapter,
  Watching,
} from './adapter.ts';
import { blendedShares } from './blend.ts';
import { finalLr, lengthText, mixtureText, refusePhases, refuseTinyShares, repeatNotes } from './common.ts';
import { setsAt } from './evaluation.ts';
import { type Arguments, argumentsOf, isNumber } from './megatronArguments.ts';
import { DECAY_STYLES, readDecayStyle } from './megatronSchedule.ts';
import { refuseUnsafeNames } from './names.ts';
import { at, byName, corpusAt, fileNamed, listAt, normalised, parseJson, unreadable } from './reading.ts';
import { type ReadSchedule, realisedRun } from './realised.ts';
import { stepsOf, takingPart } from './steps.ts';
import { torchrun } from './torchrun.ts';
import { comments } from './yaml.ts';

const NAME = 'Megatron-LM';
const ARGUMENTS = 'arguments.txt';
const BLEND = 'blend.json';
const SCRIPT = 'train.sh';

/** Minor version of core_v0.MINOR in which a flag came. */
const SINCE = { perSplitJson: 11, severalValidationSets: 14, validationSetNames: 18 } as const;

export const megatron: TrainerAdapter = {
  id: 'megatron',
  name: NAME,
  mixing: 'tokens',
  means: {
    data: 'prefix of the .bin and .idx files of a corpus',
    base: 'folder of a Megatron checkpoint',
  },
  tokenizer: 'needed',
  hasVersions: true,
  evaluates: (watching) => evaluatedSets(watching).map(({ name }) => name),
  limits: ['before core_v0.14 all validation sets give one loss', 'a mixture cannot change within a run'],
  logs: ['megatron', 'tensorboard', 'wandb'],
  emit,
  readBack,
};

function emit(request: EmitRequest): Emission {
  const minor = minorVersion(request.version);
  refusePhases(request, NAME);
  refuseUnsafeNames(
    request,
    /[\s#'"\\$`*?[\]{}();&|<>!]/,
    'holds a character that a shell or the arguments file would take apart',
  );
  refuseNumbers(request);
  const { samples } = stepsOf(request);
  refuseTinyShares(request, NAME, samples);
  const separate = minor >= SINCE.severalValidationSets;
  const evaluated = evaluatedSets(request).map(({ name }) => name);
  const files: EmittedFile[] = [
    { path: ARGUMENTS, text: argumentsText(request, minor, evaluated) },
    { path: BLEND, text: blendText(request, evaluated) },
    { path: SCRIPT, text: scriptText(request) },
  ];
  const notes = [
    ...repeatNotes(request, NAME, 'starts over, shuffled anew, and says nothing about it'),
    ...(separate
      ? []
      : [
          trainerLimit({
            trainer: `${NAME} ${request.version}`,
            what: 'gives one loss for all validation sets, so only the general ones are evaluated',
            instead: 'From core_v0.14 on each set has a loss of its own.',
          }),
        ]),
    leftToYou({
      what: 'The shape of the model comes from the base checkpoint; how it is split over GPUs and the details of the optimiser are arguments of train.sh, such as --tensor-model-parallel-size 2',
    }),
  ];
  return { files, notes, command: `MEGATRON=~/Megatron-LM bash ${SCRIPT}` };
}

/** Where all sets give one loss, the general ones: it shows what the run forgets. */
function evaluatedSets({ run, version }: Watching): Watching['run']['evals'] {
  const separate = minorVersion(version) >= SINCE.severalValidationSets;
  return separate ? run.evals : run.evals.filter(({ role }) => role === 'general');
}

function minorVersion(version: string | null): number {
  if (version === null) return Number.POSITIVE_INFINITY;
  const found = /^(?:core_)?v?0\.(\d+)(?:\.\d+)?$/.exec(version);
  if (found === null || Number(found[1]) < SINCE.perSplitJson)
    throw new Refusal([
      trainerCannot({
        trainer: NAME,
        what: `is not known here in version "${version}": expected core_v0.${SINCE.perSplitJson} or newer, written core_v0.15`,
      }),
    ]);
  return Number(found[1]);
}

/** A path that reads as a number would be taken for a weight. */
function refuseNumbers({ evalData }: EmitRequest): void {
  const problems = Object.entries(evalData)
    .filter(([, path]) => isNumber(path))
    .map(([set, value]) =>
      nameUnsafe({ what: `evaluation data of ${set}`, value, why: 'would be taken for a weight' }),
    );
  if (problems.length > 0) throw new Refusal(problems);
}

function argumentsText(request: EmitRequest, minor: number, evaluated: readonly string[]): string {
  const { run, output, tokenizer, microBatch } = request;
  const { steps, globalBatch, warmup, decay, evalEvery, saveEvery } = stepsOf(request);
  const { schedule } = run;
  const validation = [
    `--eval-interval ${evalEvery}`,
    ...(minor >= SINCE.severalValidationSets
      ? ['--full-validation', '--multiple-validation-sets']
      : ['--eval-iters 32']),
    ...(minor >= SINCE.validationSetNames ? [`--validation-set-names ${evaluated.join(' ')}`] : []),
  ];
  return `${comments(request.header)}

# Data: ${mixtureText(run)}, in sequences
--per-split-data-args-path ${BLEND}
--tokenizer-type HuggingFaceTokenizer
--tokenizer-model ${tokenizer}
--seq-length ${run.sequenceLength}
${run.seed === null ? '' : `--seed ${run.seed}\n`}
# Length: ${lengthText(run)}
--train-iters ${steps}
--global-batch-size ${globalBatch}
--micro-batch-size ${microBatch}

# Learning rate
--lr ${schedule.peakLr}
--min-lr ${finalLr(run)}
--lr-decay-style ${DECAY_STYLES[schedule.kind]}
--lr-decay-iters ${steps}
--lr-warmup-iters ${warmup}
${schedule.kind === 'wsd' ? `--lr-wsd-decay-style linear\n--lr-wsd-decay-iters ${decay}\n` : ''}
# Evaluation: ${evaluated.join(', ')}${minor >= SINCE.severalValidationSets ? ', each with a loss of its own' : ''}
${validation.join('\n')}

# Checkpoints and logs (evaluations reach W&B only beside TensorBoard)
--use-checkpoint-args
--save ${output}
--save-interval ${saveEvery}
--tensorboard-dir ${output}/tensorboard
--log-interval 10
--bf16
`;
}

/** Weight and path of a corpus on one line; the trainer takes no further keys, so the header stays in the other files. */
function blendText({ run, data, evalData }: EmitRequest, evaluated: readonly string[]): string {
  const train = takingPart(run).map(({ name, share }) => `    "${share}", ${JSON.stringify(data[name])}`);
  const valid = evaluated.map((name) => `    ${JSON.stringify(evalData[name])}`);
  return `{
  "train": [
${train.join(',\n')}
  ],
  "valid": [
${valid.join(',\n')}
  ],
  "test": null
}
`;
}

function scriptText({ header, base, output, gpus }: EmitRequest): string {
  return `#!/usr/bin/env bash
${comments(header)}
#
# Starts from the weights of the base, or goes on from the last checkpoint of this run.
# Further arguments go to Megatron-LM: bash ${SCRIPT} --tensor-model-parallel-size 2
set -euo pipefail
cd "$(dirname "$0")"
: "\${MEGATRON:?folder of a Megatron-LM checkout}"

if [[ -f ${output}/latest_checkpointed_iteration.txt ]]; then
  start=(--load ${output})
else
  start=(--load ${base} --finetune)
fi

export CUDA_DEVICE_MAX_CONNECTIONS=1
exec ${torchrun(gpus, '"$MEGATRON/pretrain_gpt.py"')} \\
  $(sed 's/#.*//' ${ARGUMENTS}) "\${start[@]}" "$@"
`;
}

function readBack(files: readonly EmittedFile[], facts: ReadingFacts): RealisedMixture {
  const flags = argumentsOf(fileNamed(files, ARGUMENTS).text, ARGUMENTS);
  const steps = flags.whole('--train-iters');
  const bySamples = ['--train-samples', '--lr-decay-samples', '--lr-warmup-samples'];
  const mixed = bySamples.find((flag) => flags.has(flag));
  if (mixed !== undefined) unreadable(`--train-iters and ${mixed} exclude each other`, ARGUMENTS);
  const globalBatch = flags.whole('--global-batch-size');
  const sequenceLength = flags.whole('--seq-length');
  const blend = parseJson(fileNamed(files, flags.one('--per-split-data-args-path')));
  const { prefixes, weights } = weightedBlend(listAt(blend, 'train').map(String));
  const { shares, quantum } = blendedShares(normalised(weights), steps * globalBatch);
  return realisedRun({
    shares: byName(
      prefixes.map((prefix) => corpusAt(prefix, facts)),
      shares,
    ),
    quantum,
    steps,
    batchTokens: globalBatch * sequenceLength,
    sequenceLength,
    warmup: flags.whole('--lr-warmup-iters'),
    peakLr: flags.number('--lr'),
    schedule: readSchedule(flags, steps),
    evals: setsAt(Array.isArray(at(blend, 'valid')) ? listAt(blend, 'valid') : [], facts),
  });
}

function readSchedule(flags: Arguments, steps: number): ReadSchedule {
  return readDecayStyle({
    style: flags.one('--lr-decay-style'),
    peakLr: flags.number('--lr'),
    minLr: flags.has('--min-lr') ? flags.number('--min-lr') : null,
    until: flags.has('--lr-decay-iters') ? flags.whole('--lr-decay-iters') : steps,
    steps,
    wsd: () => ({
      style: flags.text('--lr-wsd-decay-style'),
      steps: flags.whole('--lr-wsd-decay-iters'),
    }),
  });
}

/**
 * Weights and prefixes in turns, as `get_blend_from_list` takes them apart. Where that would silently fall back to equal
 * weights (a list of odd length, a weight that is no number) or fail later (a weight of 0), this refuses.
 */
export function weightedBlend(blend: readonly string[]): {
  readonly prefixes: readonly string[];
  readonly weights: readonly number[];
} {
  const weights = blend.filter((_, k) => k % 2 === 0);
  const prefixes = blend.filter((_, k) => k % 2 === 1).map((prefix) => prefix.trim());
  if (blend.length % 2 === 1)
    unreadable(`the blend has ${blend.length} entries, so its weights would be taken for paths`, BLEND);
  const wrong = weights.find((weight) => !isNumber(weight));
  if (wrong !== undefined)
    unreadable(`"${wrong}" stands for a weight and is no number, so all weights would be dropped`, BLEND);
  const zero = weights.findIndex((weight) => !(Number(weight) > 0));
  if (zero >= 0) unreadable(`the weight of ${prefixes[zero]} is not above 0`, BLEND);
  return { prefixes, weights: weights.map(Number) };
}
