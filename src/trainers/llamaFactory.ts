/**
 * LLaMA-Factory: a `dataset_info.json` and a configuration for `llamafactory-cli train`. Data sets are mixed before they are
 * tokenised and packed (src/llamafactory/data/loader.py), so a probability is a share of documents.
 */
import { type Problem, Refusal } from '../problems/problem.ts';
import { leftToYou, nameUnsafe, trainerLimit } from '../problems/trainers.ts';
import type {
  Emission,
  EmitRequest,
  EmittedFile,
  ReadingFacts,
  RealisedMixture,
  TrainerAdapter,
  Watching,
} from './adapter.ts';
import { batchText, refusePhases, refuseTinyShares, repeatNotes } from './common.ts';
import { meanTokensOf, mixtureComment, realisedShares, weightsOf } from './documents.ts';
import { setsAt } from './evaluation.ts';
import { hfSchedule, readHfSchedule } from './hfSchedule.ts';
import { HUB_MODEL, outputSection } from './hub.ts';
import { checkedProbabilities, decimals, fixed } from './probabilities.ts';
import { at, corpusAt, fileNamed, numberAt, parseJson, unreadable } from './reading.ts';
import { realisedRun } from './realised.ts';
import { gpusOf, START, startScript } from './startScript.ts';
import { allLast, stepsOf, takingPart } from './steps.ts';
import { comments, parseYaml } from './yaml.ts';
import { section } from './yamlText.ts';

const NAME = 'LLaMA-Factory';
const CONFIG = 'train.yaml';
const DATASETS = 'dataset_info.json';
const HUB = 'hf://datasets/';
/** Of all that follows the warm-up wsd holds the peak for a third, unless told otherwise (create_custom_scheduler). */
const STABLE_PART = 3;

export const llamaFactory: TrainerAdapter = {
  id: 'llama-factory',
  name: NAME,
  mixing: 'documents',
  means: {
    data: `file or folder of JSON Lines or Parquet with a "text" field, or ${HUB}NAME for a data set on the Hub`,
    base: HUB_MODEL,
  },
  tokenizer: 'unused',
  hasVersions: false,
  evaluates: (watching) => [...new Set(evaluationSets(watching).map(({ set }) => set))],
  limits: ['takes as many evaluation sets as corpora, no more and no fewer', 'draws documents, not tokens'],
  logs: ['hf-trainer', 'llama-factory'],
  emit,
  readBack,
};

function emit(request: EmitRequest): Emission {
  refusePhases(request, NAME);
  refuseNames(request);
  const meanTokens = meanTokensOf(request, NAME);
  refuseTinyShares(request, NAME, stepsOf(request).samples);
  const evals = evaluationSets(request);
  const missing = request.run.evals.filter(({ name }) => !evals.some((each) => each.set === name));
  return {
    files: [
      { path: CONFIG, text: configText(request, meanTokens, evals) },
      { path: DATASETS, text: datasetsText(request, evals) },
      startScript(request.header, request.gpus, `llamafactory-cli train ${CONFIG}`, { FORCE_TORCHRUN: '1' }),
    ],
    notes: [
      ...repeatNotes(request, NAME, 'starts it again with interleave_over, while the other corpora go on'),
      ...(missing.length === 0
        ? []
        : [
            trainerLimit({
              trainer: NAME,
              what: `takes as many evaluation sets as corpora, so ${missing.map(({ name }) => name).join(', ')} is not evaluated`,
              instead: 'Evaluate it on the checkpoints.',
            }),
          ]),
      leftToYou({
        what: "How the model is sharded over GPUs is left to you: add deepspeed or fsdp to train.yaml, and the optimiser's settings where they are not the defaults",
      }),
    ],
    command: `sh ${START}`,
  };
}

function refuseNames({ run }: EmitRequest): void {
  const why = 'holds a comma or a space, and lists of data sets are split at commas';
  const check = (what: string, names: readonly string[]): Problem[] =>
    names.filter((name) => /[\s,]/.test(name)).map((value) => nameUnsafe({ what, value, why }));
  const problems = [
    ...check(
      'the corpus',
      takingPart(run).map(({ name }) => name),
    ),
    ...check(
      'the evaluation set',
      run.evals.map(({ name }) => name),
    ),
  ];
  if (problems.length > 0) throw new Refusal(problems);
}

interface EvaluationSet {
  readonly set: string;
  /** Its name among the data sets; the training corpora have theirs without a suffix. */
  readonly id: string;
}

/**
 * As many as corpora where these are mixed, since the lengths of `eval_dataset` and `interleave_probs` have to agree even when
 * each set is evaluated by itself. One general and one domain set come first; where there are too few, one is taken again.
 */
function evaluationSets({ run, evalData }: Watching): readonly EvaluationSet[] {
  const known = run.evals.filter(({ name }) => evalData[name] !== undefined);
  const first = [known.find(({ role }) => role === 'general'), known.find(({ role }) => role === 'domain')];
  const ordered = [...new Set([...first, ...known])].filter((each) => each !== undefined);
  const wanted = takingPart(run).length;
  if (ordered.length === 0 || wanted === 1)
    return ordered.map(({ name }) => ({ set: name, id: `${name}_eval` }));
  return Array.from({ length: wanted }, (_, k) => {
    const { name } = ordered[k % ordered.length];
    const turn = Math.floor(k / ordered.length);
    return { set: name, id: turn === 0 ? `${name}_eval` : `${name}_eval_${turn + 1}` };
  });
}

function configText(
  request: EmitRequest,
  meanTokens: readonly number[],
  evals: readonly EvaluationSet[],
): string {
  const { run } = request;
  const steps = stepsOf(request);
  const corpora = takingPart(run);
  const weights = weightsOf(run, meanTokens);
  const mixed = corpora.length > 1;
  const schedule = hfSchedule(run, steps);
  // Left out, LLaMA-Factory would hold the peak for a part of the run only.
  const stable =
    schedule.type === 'warmup_stable_decay'
      ? { num_stable_steps: steps.steps - steps.warmup - steps.decay }
      : {};
  const options = { ...stable, ...schedule.options };
  const parts = [
    comments(request.header),
    section('The model that goes on training', {
      model_name_or_path: request.base,
      stage: 'pt',
      do_train: true,
      finetuning_type: 'full',
    }),
    section(mixed ? `The mixture: ${mixtureComment(request, meanTokens)}` : 'The corpus', {
      dataset_dir: '.',
      dataset: corpora.map(({ name }) => name).join(','),
      mix_strategy: mixed ? (allLast(run) ? 'interleave_under' : 'interleave_over') : undefined,
      interleave_probs: mixed ? decimals(weights).map(fixed).join(',') : undefined,
      streaming: true,
      cutoff_len: run.sequenceLength,
      // Streaming local files are cut into as many parts as there are workers, and none makes none.
      dataloader_num_workers: 1,
    }),
    section(`Length: ${batchText(request)}`, {
      max_steps: steps.steps,
      per_device_train_batch_size: request.microBatch,
      gradient_accumulation_steps: steps.accumulation,
    }),
    section('Learning rate', {
      learning_rate: run.schedule.peakLr,
      warmup_steps: steps.warmup,
      lr_scheduler_type: schedule.type,
      lr_scheduler_kwargs: Object.keys(options).length === 0 ? undefined : options,
      bf16: true,
    }),
    ...(evals.length === 0
      ? []
      : [
          section('Evaluation of each set by itself, as eval_<set>_eval_loss', {
            eval_dataset: evals.map(({ id }) => id).join(','),
            eval_on_each_dataset: true,
            eval_strategy: 'steps',
            eval_steps: steps.evalEvery,
            per_device_eval_batch_size: request.microBatch,
          }),
        ]),
    outputSection(request),
  ];
  return `${parts.join('\n\n')}\n`;
}

function datasetsText({ run, data, evalData }: EmitRequest, evals: readonly EvaluationSet[]): string {
  const entry = (where: string): Record<string, unknown> => ({
    ...(where.startsWith(HUB) ? { hf_hub_url: where.slice(HUB.length) } : { file_name: where }),
    columns: { prompt: 'text' },
  });
  const datasets = Object.fromEntries([
    ...takingPart(run).map(({ name }) => [name, entry(data[name])]),
    ...evals.map(({ set, id }) => [id, entry(evalData[set])]),
  ]);
  return `${JSON.stringify(datasets, null, 2)}\n`;
}

function readBack(files: readonly EmittedFile[], facts: ReadingFacts): RealisedMixture {
  const config = parseYaml(fileNamed(files, CONFIG).text, CONFIG);
  const datasets = listOf(config, 'dataset');
  const evals = listOf(config, 'eval_dataset');
  if (datasets.length === 0) unreadable('there is no dataset', CONFIG);
  const registered = parseJson(fileNamed(files, DATASETS));
  for (const name of [...datasets, ...evals])
    if (at(registered, name) === undefined) unreadable(`the data set ${name} is not in ${DATASETS}`, CONFIG);
  if (at(config, 'streaming') === true && numberAt(config, 'dataloader_num_workers') < 1)
    unreadable('streamed files without a worker of the data loader give no data', CONFIG);
  const probabilities = probabilitiesOf(config, datasets, evals);
  const places = (names: readonly string[]): readonly string[] =>
    names.map((name) => placeOf(at(registered, name)));
  const corpora = places(datasets).map((place) => corpusAt(place, facts));
  const sequenceLength = numberAt(config, 'cutoff_len');
  const batchTokens =
    numberAt(config, 'per_device_train_batch_size') *
    numberAt(config, 'gradient_accumulation_steps') *
    gpusOf(files) *
    sequenceLength;
  const peakLr = numberAt(config, 'learning_rate');
  const warmup = numberAt(config, 'warmup_steps');
  const steps = numberAt(config, 'max_steps');
  const stable = { num_stable_steps: Math.floor((steps - warmup) / STABLE_PART) };
  const options = { ...stable, ...(at(config, 'lr_scheduler_kwargs') ?? {}) };
  return realisedRun({
    shares: realisedShares(corpora, probabilities, facts.meanTokens),
    quantum: 0,
    steps,
    batchTokens,
    sequenceLength,
    warmup,
    peakLr,
    schedule: readHfSchedule(at(config, 'lr_scheduler_type'), options, { peakLr, warmup, steps }),
    evals: setsAt(places(evals), facts),
  });
}

/** Where a registered data set lies, as `datasetsText` writes it. */
function placeOf(entry: unknown): string {
  const hub = at(entry, 'hf_hub_url');
  return hub === undefined ? String(at(entry, 'file_name')) : `${HUB}${String(hub)}`;
}

/** Names in one text, split at commas. */
function listOf(config: unknown, key: string): readonly string[] {
  const text = at(config, key);
  return typeof text === 'string' ? text.split(',').map((name) => name.trim()) : [];
}

function probabilitiesOf(
  config: unknown,
  datasets: readonly string[],
  evals: readonly string[],
): readonly number[] {
  const text = at(config, 'interleave_probs');
  if (text === undefined) {
    if (datasets.length > 1) unreadable('data sets without interleave_probs are not weighted', CONFIG);
    return [1];
  }
  if (at(config, 'mix_strategy') === undefined)
    unreadable('interleave_probs is only valid for interleaved mixing', CONFIG);
  const probabilities = String(text).split(',').map(Number);
  const same = (names: readonly string[]): boolean => names.length === probabilities.length;
  if (!same(datasets)) unreadable('the length of dataset and interleave_probs should be identical', CONFIG);
  if (evals.length > 0 && !same(evals))
    unreadable('the length of eval_dataset and interleave_probs should be identical', CONFIG);
  return checkedProbabilities(probabilities, CONFIG);
}
