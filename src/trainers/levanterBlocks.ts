/**
 * levanter deals sequences in blocks, of which each corpus gets its weight rounded down and the largest one the rest
 * (`_compute_expected_counts_per_block` in src/levanter/data/mixture.py), so weights are written as whole numbers of such
 * sequences: what is written is what is dealt.
 */
import { Refusal } from '../problems/problem.ts';
import { shareBelowQuantum } from '../problems/trainers.ts';
import type { EmitRequest } from './adapter.ts';
import { normalised, numberAt, unreadable } from './reading.ts';
import { stepsOf, takingPart } from './steps.ts';

/** Sequences that are dealt at a time, `mixture_block_size` unless the file says otherwise. */
export const BLOCK = 2048;

export interface Stage {
  /** Step at which it begins. */
  readonly start: number;
  /** Sequences of a block by corpus; they sum to `BLOCK`. */
  readonly counts: Readonly<Record<string, number>>;
}

/** The mixture of each phase, in whole sequences of a block, and the step at which blocks let it begin. */
export function stagesOf(request: EmitRequest): readonly Stage[] {
  const { run } = request;
  const { globalBatch } = stepsOf(request);
  const unit = BLOCK / commonDivisor(BLOCK, globalBatch);
  if (run.phases.length <= 1) return [{ start: 0, counts: countsOf(sharesOf(run)) }];
  return run.phases.map(({ fromTokens, domainRatio }) => ({
    start: Math.round(fromTokens / run.batchTokens / unit) * unit,
    counts: countsOf(phaseShares(run, domainRatio)),
  }));
}

type Shares = readonly (readonly [corpus: string, share: number])[];

function sharesOf(run: EmitRequest['run']): Shares {
  return takingPart(run).map(({ name, share }) => [name, share]);
}

/** Corpora of one role keep their proportions among each other. */
function phaseShares(run: EmitRequest['run'], domainRatio: number): Shares {
  const total = (role: string): number =>
    run.corpora.reduce((sum, corpus) => sum + (corpus.role === role ? corpus.share : 0), 0);
  return takingPart(run)
    .map(({ name, role, share }): [string, number] => [
      name,
      ((role === 'domain' ? domainRatio : 1 - domainRatio) * share) / total(role),
    ])
    .filter(([, share]) => share > 0);
}

/** Largest remainders, so that no share is further than one sequence of a block from what it should be. */
function countsOf(shares: Shares): Readonly<Record<string, number>> {
  const parts = shares.map(([name, share]) => ({ name, share, count: Math.floor(share * BLOCK) }));
  const missing = BLOCK - parts.reduce((sum, { count }) => sum + count, 0);
  const byRemainder = parts.toSorted((a, b) => b.share * BLOCK - b.count - (a.share * BLOCK - a.count));
  for (const part of byRemainder.slice(0, missing)) part.count += 1;
  const none = parts.filter(({ count }) => count === 0);
  if (none.length > 0)
    throw new Refusal(
      none.map(({ name, share }) =>
        shareBelowQuantum({
          corpus: name,
          share,
          trainer: 'levanter',
          least: `1/${BLOCK} (${(1 / BLOCK).toPrecision(3)})`,
        }),
      ),
    );
  return Object.fromEntries(parts.map(({ name, count }) => [name, count]));
}

interface WeightStage {
  readonly start: number;
  readonly weights: readonly (readonly [name: string, weight: number])[];
}

/** One mixture, or a list of [step, mixture]. */
export function weightStages(value: unknown, file: string): readonly WeightStage[] {
  const mixture = (of: unknown): WeightStage['weights'] => {
    if (typeof of !== 'object' || of === null || Array.isArray(of))
      unreadable('train_weights holds no weights', file);
    return Object.keys(of).map((name) => [name, numberAt(of, name)]);
  };
  if (!Array.isArray(value)) return [{ start: 0, weights: mixture(value) }];
  return value.map((stage: unknown) => {
    const [start, weights] = Array.isArray(stage) ? (stage as readonly unknown[]) : [];
    if (typeof start !== 'number') unreadable('a stage of train_weights does not begin with its step', file);
    return { start, weights: mixture(weights) };
  });
}

/** What is dealt of a block: weights rounded down to whole sequences, and the rest to the largest. */
export function blockShares(weights: WeightStage['weights'], block: number): ReadonlyMap<string, number> {
  const positive = weights.filter(([, weight]) => weight > 0);
  const counts = normalised(positive.map(([, weight]) => weight)).map((share) => Math.trunc(share * block));
  const largest = counts.indexOf(Math.max(...counts));
  counts[largest] += block - counts.reduce((sum, count) => sum + count, 0);
  return new Map(positive.map(([name], k) => [name, counts[k] / block]));
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
