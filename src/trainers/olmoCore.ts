/**
 * OLMo-core: a mixture of sources in YAML (olmo_core/data/source_mixture.py) and a script that trains on it. The mixture counts
 * tokens; a source that would have to be repeated more often than `max_repetition_ratio` is an error, not a repeat.
 */
import { leftToYou } from '../problems/trainers.ts';
import type {
  Emission,
  EmitRequest,
  EmittedFile,
  ReadingFacts,
  RealisedMixture,
  TrainerAdapter,
} from './adapter.ts';
import { refusePhases, refuseTinyShares, repeatNotes, unknownSizes } from './common.ts';
import { percent } from './documents.ts';
import { everySet, setsAt } from './evaluation.ts';
import { MIXTURE, readScheduler, scriptText } from './olmoCoreScript.ts';
import { decimals, fixed } from './probabilities.ts';
import { asNumber, asTexts, constantOf, pythonConstants } from './python.ts';
import { at, byName, corpusAt, fileNamed, listAt, numberAt, unreadable } from './reading.ts';
import { realisedRun } from './realised.ts';
import { stepsOf, takingPart } from './steps.ts';
import { torchrun } from './torchrun.ts';
import { comments, parseYaml, scalar } from './yaml.ts';

const NAME = 'OLMo-core';
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
