/** From a plan's run, which leaves open how it is trained, to one that a trainer can take. */
import type { TrainingRun } from '../documents/trainingRun.ts';
import { batchExceedsRun } from '../problems/emission.ts';
import { optionsExclude } from '../problems/options.ts';
import { type Problem, Refusal } from '../problems/problem.ts';
import {
  batchIndivisible,
  batchRounded,
  emitNeeds,
  finalLrAssumed,
  roundedToSteps,
  scheduleTooLong,
} from '../problems/trainers.ts';
import type { Span } from '../units/span.ts';
import type { CompleteRun, EmitRequest } from './adapter.ts';

/** What people add; each of these goes before what the run itself says. */
export interface RunFacts {
  readonly batchTokens?: number | undefined;
  /** Sequences; both this and `batchTokens` are refused. */
  readonly globalBatch?: number | undefined;
  readonly sequenceLength?: number | undefined;
  readonly gpus?: number | undefined;
  readonly microBatch?: number | undefined;
  readonly peakLr?: number | undefined;
  readonly schedule?: CompleteRun['schedule']['kind'] | undefined;
  readonly warmup?: Span | undefined;
  readonly decay?: Span | undefined;
  readonly finalLrShare?: number | undefined;
}

interface Completed extends Pick<EmitRequest, 'run' | 'gpus' | 'microBatch'> {
  readonly notes: readonly Problem[];
}

/** What is missing for a complete run, by the flag that gives it. */
export function missingFacts(run: TrainingRun, facts: RunFacts): readonly Problem[] {
  const { schedule } = run;
  const kind = facts.schedule ?? schedule.kind;
  const needs: readonly (readonly [missing: boolean, flag: string, example: string, why: string])[] = [
    [
      (facts.sequenceLength ?? run.sequenceLength) === null,
      '--sequence-length',
      '4096',
      'steps are counted in sequences of this many tokens',
    ],
    [
      facts.globalBatch === undefined && (facts.batchTokens ?? run.batchTokens) === null,
      '--batch-tokens',
      '4M (or --global-batch 1024, in sequences)',
      'it turns the tokens of the run into steps',
    ],
    [facts.gpus === undefined, '--gpus', '64', 'the global batch is split over the data-parallel ranks'],
    [facts.microBatch === undefined, '--micro-batch', '2', 'sequences that one GPU takes at once'],
    [
      (facts.peakLr ?? schedule.peakLr) === null,
      '--lr',
      '1e-4',
      'the peak learning rate decides how much is learned and forgotten; take that of the pilots',
    ],
    [
      kind === 'unknown',
      '--schedule',
      'wsd (or cosine, linear, constant)',
      'the pilots do not agree on a learning-rate schedule',
    ],
    [
      facts.warmup === undefined && schedule.warmupTokens === null,
      '--warmup',
      '1%',
      're-warming the learning rate is a part of the run, and the pilots do not tell it',
    ],
    [
      kind === 'wsd' && facts.decay === undefined && schedule.decayTokens === null,
      '--decay',
      '10%',
      'a wsd schedule is not settled before its last decay is',
    ],
  ];
  return needs
    .filter(([missing]) => missing)
    .map(([, flag, example, why]) => emitNeeds({ flag, example, why }));
}

/** What is told twice, in two ways of which one would have to be dropped. */
export function doubleFacts({ batchTokens, globalBatch }: RunFacts): readonly Problem[] {
  if (batchTokens === undefined || globalBatch === undefined) return [];
  const why = 'both say how large a batch is, one in tokens and one in sequences';
  return [optionsExclude({ flag: '--batch-tokens', other: '--global-batch', why })];
}

/**
 * The run with whole sequences in its batch and whole steps in all that it counts. Throws a `Refusal` with everything that is
 * missing or told twice, with a batch that its GPUs cannot share, or with a schedule that is longer than the run.
 */
export function completeRun(run: TrainingRun, facts: RunFacts): Completed {
  const problems = [...missingFacts(run, facts), ...doubleFacts(facts)];
  if (problems.length > 0) throw new Refusal(problems);
  const notes: Problem[] = [];
  const gpus = told(facts.gpus);
  const microBatch = told(facts.microBatch);
  const sequenceLength = told(facts.sequenceLength ?? run.sequenceLength);
  const batchTokens = wholeBatch(run, facts, { gpus, microBatch, sequenceLength }, notes);
  if (batchTokens > run.tokens) throw new Refusal([batchExceedsRun({ batchTokens, tokens: run.tokens })]);
  const steps = Math.max(Math.round(run.tokens / batchTokens), 1);
  const inSteps = (what: string, asked: number): number => {
    const rounded = Math.round(asked / batchTokens);
    if (rounded * batchTokens !== asked)
      notes.push(roundedToSteps({ what, asked, steps: rounded, tokens: rounded * batchTokens }));
    return rounded;
  };
  if (steps * batchTokens !== run.tokens)
    notes.push(roundedToSteps({ what: 'The run', asked: run.tokens, steps, tokens: steps * batchTokens }));
  const tokensOf = (span: Span | undefined, otherwise: number | null): number => {
    if (span === undefined) return otherwise ?? 0;
    if (span.kind === 'share') return Math.round(span.share * run.tokens);
    return span.kind === 'tokens' ? span.tokens : span.steps * batchTokens;
  };
  const { schedule } = run;
  const kind = facts.schedule ?? schedule.kind;
  if (kind === 'unknown') throw new Error('a schedule that nobody told was not asked for');
  const warmup = inSteps('The warm-up', tokensOf(facts.warmup, schedule.warmupTokens));
  const decay = kind === 'wsd' ? inSteps('The last decay', tokensOf(facts.decay, schedule.decayTokens)) : 0;
  if (warmup + decay > steps || (kind === 'wsd' && decay === 0) || warmup >= steps)
    throw new Refusal([scheduleTooLong({ warmup, decay, steps })]);
  const finalLrShare = kind === 'constant' ? 1 : (facts.finalLrShare ?? schedule.finalLrShare);
  if (finalLrShare === null) notes.push(finalLrAssumed({ schedule: kind }));
  return {
    gpus,
    microBatch,
    notes,
    run: {
      ...run,
      batchTokens,
      steps,
      sequenceLength,
      schedule: {
        kind,
        peakLr: told(facts.peakLr ?? schedule.peakLr),
        warmupTokens: warmup * batchTokens,
        decayTokens: kind === 'wsd' ? decay * batchTokens : null,
        finalLrShare: finalLrShare ?? 0,
      },
    },
  };
}

/** Tokens of a batch of whole sequences, the same number on every rank. A number of sequences that was chosen is kept. */
function wholeBatch(
  run: TrainingRun,
  { globalBatch, batchTokens }: RunFacts,
  { gpus, microBatch, sequenceLength }: { gpus: number; microBatch: number; sequenceLength: number },
  notes: Problem[],
): number {
  const together = gpus * microBatch;
  const asked =
    batchTokens ?? told(globalBatch === undefined ? run.batchTokens : globalBatch * sequenceLength);
  const wanted = globalBatch ?? asked / sequenceLength;
  const sequences = Math.max(Math.round(wanted / together), 1) * together;
  // Half a micro-batch too many is rounding; twice the batch is another experiment.
  const far = Math.abs(sequences / wanted - 1) > 0.1;
  if (sequences !== wanted && (globalBatch !== undefined || far)) {
    const below = Math.floor(wanted / together) * together;
    const near = [below, below + together].filter((each) => each > 0);
    throw new Refusal([batchIndivisible({ sequences: wanted, gpus, microBatch, nearest: near })]);
  }
  if (sequences !== wanted)
    notes.push(batchRounded({ asked, sequences, tokens: sequences * sequenceLength }));
  return sequences * sequenceLength;
}

function told<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('a fact that is missing was not asked for');
  return value;
}
