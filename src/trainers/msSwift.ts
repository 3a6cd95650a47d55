/**
 * ms-swift: a script that runs `swift pt` (3.11 and later). Data sets are interleaved row by row before rows are packed, so a
 * probability is a share of documents (swift/arguments/base_args/data_args.py).
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
import { refusePhases, refuseTinyShares, repeatNotes } from './common.ts';
import { meanTokensOf, mixtureComment, realisedShares, weightsOf } from './documents.ts';
import { leftOutSets, oneSet, setsAt, watchedSet } from './evaluation.ts';
import { hfSchedule, readHfSchedule } from './hfSchedule.ts';
import { HUB_MODEL } from './hub.ts';
import { refuseUnsafeNames } from './names.ts';
import { checkedProbabilities, decimals, fixed } from './probabilities.ts';
import { corpusAt, fileNamed, parseJson, unreadable } from './reading.ts';
import { realisedRun } from './realised.ts';
import { gpusOf, START, shellWord, shellWords, startScript } from './startScript.ts';
import { allLast, stepsOf, takingPart } from './steps.ts';

const NAME = 'ms-swift';

export const msSwift: TrainerAdapter = {
  id: 'ms-swift',
  name: NAME,
  mixing: 'documents',
  means: {
    data: 'file of JSON Lines, or a data set on the Hub, as ms-swift takes it',
    base: HUB_MODEL,
  },
  tokenizer: 'unused',
  hasVersions: true,
  evaluates: oneSet,
  limits: ['evaluates all sets as one, so only one is given', 'draws documents, not tokens'],
  logs: ['hf-trainer', 'tensorboard'],
  emit,
  readBack,
};

function emit(request: EmitRequest): Emission {
  refusePhases(request, NAME);
  refuseUnsafeNames(request, /[#\n]/, 'holds a #, and what follows one is a number of rows');
  const meanTokens = meanTokensOf(request, NAME);
  refuseTinyShares(request, NAME, stepsOf(request).samples);
  const mixture =
    takingPart(request.run).length === 1
      ? []
      : ['', `interleave_prob: ${mixtureComment(request, meanTokens)}`];
  const header = [...request.header, ...mixture.flatMap((text) => text.split('\n'))];
  return {
    files: [startScript(header, request.gpus, commandText(request, meanTokens))],
    notes: [
      ...repeatNotes(request, NAME, 'starts it again with all_exhausted, while the other corpora go on'),
      ...leftOutSets(request, NAME, 'gives one loss for all its validation sets'),
      leftToYou({
        what: "How the model is sharded over GPUs is left to you: add --deepspeed or --fsdp, and the optimiser's settings where they are not the defaults",
      }),
    ],
    command: `sh ${START}`,
  };
}

/** Null for the newest. */
function majorVersion(version: string | null): number | null {
  const number = /^v?(\d+)(\.\d+)*$/.exec(version ?? '')?.[1];
  if (version === null || number !== undefined) return number === undefined ? null : Number(number);
  throw new Refusal([
    trainerCannot({
      trainer: NAME,
      what: `is not known here in version "${version}": expected a number such as 3.11 or 4.0`,
    }),
  ]);
}

type Flag = readonly [name: string, ...values: (string | number)[]];

/** `swift pt`, one flag a line. Comments cannot stand between continued lines; they are at the head of the script. */
function commandText(request: EmitRequest, meanTokens: readonly number[]): string {
  const { run } = request;
  const watched = watchedSet(request);
  const steps = stepsOf(request);
  const corpora = takingPart(run);
  const schedule = hfSchedule(run, steps);
  const mixture: readonly Flag[] =
    corpora.length === 1
      ? []
      : [
          ['interleave_prob', ...decimals(weightsOf(run, meanTokens)).map(fixed)],
          ['stopping_strategy', allLast(run) ? 'first_exhausted' : 'all_exhausted'],
        ];
  const flags: readonly Flag[] = [
    ['model', request.base],
    [majorVersion(request.version) === 3 ? 'train_type' : 'tuner_type', 'full'],
    ['torch_dtype', 'bfloat16'],
    ['dataset', ...corpora.map(({ name }) => request.data[name])],
    ...mixture,
    ['streaming', 'true'],
    ['max_length', run.sequenceLength],
    ['packing', 'true'],
    // Left out, documents longer than a sequence would be dropped.
    ['truncation_strategy', 'split'],
    ['max_steps', steps.steps],
    ['per_device_train_batch_size', request.microBatch],
    ['gradient_accumulation_steps', steps.accumulation],
    ['learning_rate', run.schedule.peakLr],
    ['warmup_steps', steps.warmup],
    ['lr_scheduler_type', schedule.type],
    ...(Object.keys(schedule.options).length === 0
      ? []
      : [['lr_scheduler_kwargs', JSON.stringify(schedule.options)] satisfies Flag]),
    ...(watched === undefined
      ? []
      : ([
          ['val_dataset', request.evalData[watched]],
          ['eval_strategy', 'steps'],
          ['eval_steps', steps.evalEvery],
          ['per_device_eval_batch_size', request.microBatch],
        ] satisfies Flag[])),
    ['output_dir', request.output],
    ['save_steps', steps.saveEvery],
    ['logging_steps', 10],
    ...(run.seed === null ? [] : [['seed', run.seed] satisfies Flag]),
  ];
  const lines = flags.map(
    ([name, ...values]) => `    --${name} ${values.map((each) => shellWord(String(each))).join(' ')}`,
  );
  return `swift pt \\\n${lines.join(' \\\n')}`;
}

function readBack(files: readonly EmittedFile[], facts: ReadingFacts): RealisedMixture {
  const flags = flagsOf(fileNamed(files, START).text);
  const values = (name: string): readonly string[] =>
    flags.get(name) ?? unreadable(`--${name} is not given`, START);
  const number = (name: string): number => {
    const value = Number(values(name)[0]);
    return Number.isFinite(value) ? value : unreadable(`--${name} is no number`, START);
  };
  const corpora = values('dataset').map((path) => corpusAt(path, facts));
  const probabilities = corpora.length === 1 ? [1] : values('interleave_prob').map(Number);
  if (probabilities.length !== corpora.length)
    unreadable('there are not as many probabilities as data sets', START);
  if (values('streaming')[0] === 'true' && !flags.has('max_steps'))
    unreadable('streaming needs --max_steps', START);
  const sequenceLength = number('max_length');
  const batchTokens =
    number('per_device_train_batch_size') *
    number('gradient_accumulation_steps') *
    gpusOf(files) *
    sequenceLength;
  const peakLr = number('learning_rate');
  const warmup = number('warmup_steps');
  const steps = number('max_steps');
  const [options = '{}'] = flags.get('lr_scheduler_kwargs') ?? [];
  return realisedRun({
    shares: realisedShares(corpora, checkedProbabilities(probabilities, START), facts.meanTokens),
    quantum: 0,
    steps,
    batchTokens,
    sequenceLength,
    warmup,
    peakLr,
    schedule: readHfSchedule(flags.get('lr_scheduler_type')?.[0], parseJson({ path: START, text: options }), {
      peakLr,
      warmup,
      steps,
    }),
    evals: setsAt(flags.get('val_dataset') ?? [], facts),
  });
}

/** Flags with their values, as argparse gathers them. */
function flagsOf(script: string): ReadonlyMap<string, readonly string[]> {
  const words = shellWords(script);
  const start = words.findIndex((word, k) => word === 'swift' && words[k + 1] === 'pt');
  if (start === -1) unreadable('it does not run swift pt', START);
  const flags = new Map<string, string[]>();
  let values: string[] = [];
  for (const word of words.slice(start + 2)) {
    if (!word.startsWith('--')) values.push(word);
    else {
      values = [];
      flags.set(word.slice(2), values);
    }
  }
  return flags;
}
