/** A complete run in the units that trainers count in. */
import type { CompleteRun, EmitRequest } from './adapter.ts';

/** Optimiser steps and sequences of a run; all are whole numbers. */
export interface Steps {
  readonly steps: number;
  /** Sequences of a global batch. */
  readonly globalBatch: number;
  /** Sequences of the whole run. */
  readonly samples: number;
  /** Micro-batches that a GPU takes before a step. */
  readonly accumulation: number;
  readonly warmup: number;
  /** Length of the last decay: that of wsd, all after the warm-up of cosine and linear, 0 of constant. */
  readonly decay: number;
  /** Between two evaluations, at least 1. */
  readonly evalEvery: number;
  /** Between two checkpoints: about ten in a run, each at an evaluation. */
  readonly saveEvery: number;
}

export function stepsOf({ run, gpus, microBatch }: Pick<EmitRequest, 'run' | 'gpus' | 'microBatch'>): Steps {
  const { steps, batchTokens, sequenceLength, schedule } = run;
  const inSteps = (tokens: number): number => Math.round(tokens / batchTokens);
  const globalBatch = Math.round(batchTokens / sequenceLength);
  const warmup = inSteps(schedule.warmupTokens);
  const evalEvery = Math.min(Math.max(inSteps(run.evalEveryTokens), 1), steps);
  return {
    steps,
    globalBatch,
    samples: steps * globalBatch,
    accumulation: Math.round(globalBatch / (gpus * microBatch)),
    warmup,
    decay:
      schedule.kind === 'constant'
        ? 0
        : schedule.kind === 'wsd'
          ? inSteps(schedule.decayTokens ?? 0)
          : steps - warmup,
    evalEvery,
    saveEvery: Math.min(evalEvery * Math.max(Math.round(steps / 10 / evalEvery), 1), steps),
  };
}

/** The corpora that take part: those with a share above 0. Trainers refuse a weight of 0, or drop it without a word. */
export function takingPart({ corpora }: Pick<CompleteRun, 'corpora'>): CompleteRun['corpora'] {
  return corpora.filter(({ share }) => share > 0);
}

/** Whether every corpus is known to last for the run. */
export function allLast(run: CompleteRun): boolean {
  return takingPart(run).every(({ epochs }) => epochs !== null && epochs <= 1);
}
