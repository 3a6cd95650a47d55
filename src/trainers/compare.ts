/** A run as it was planned against the same run as the trainer will carry it out. */
import type { EmissionCheckDocument } from '../documents/emission.ts';
import type { TrainingRun } from '../documents/trainingRun.ts';
import type { RealisedMixture } from './adapter.ts';

export type ComparedRow = EmissionCheckDocument['rows'][number];

/** Shares that differ by less are the same: ten times finer than any loss can tell. */
const SAME_SHARE = 1e-6;
/** Of the peak: what is left of a product and a quotient in double precision. */
const SAME_RATE = 1e-9;

/**
 * Row by row: shares to the trainer's quantum, tokens, warm-up and last decay to one batch, epochs to what shares and tokens make
 * of them, the rest exactly. What the plan or the files do not tell has no row.
 * @param watched names of the sets that the trainer is to evaluate, all of the run unless told
 */
export function compareRun(
  run: TrainingRun,
  realised: RealisedMixture,
  watched: readonly string[] = run.evals.map(({ name }) => name),
): readonly ComparedRow[] {
  return [
    ...mixtureRows(run, realised),
    ...number('tokens', run.tokens, realised.tokens, realised.batchTokens),
    ...number('tokens a batch', run.batchTokens, realised.batchTokens),
    ...number('sequence length', run.sequenceLength, realised.sequenceLength),
    ...scheduleRows(run, realised),
    ...(watched.length === 0 && realised.evals.length === 0
      ? []
      : [text('evaluation sets', names(run, watched), names(run, realised.evals))]),
  ];
}

/** What a plan has and the trainer's files cannot tell, a few words each. */
export function untoldBy(
  run: TrainingRun,
  realised: RealisedMixture,
  watched: readonly string[],
): readonly string[] {
  const unwatched = run.evals.filter(({ name }) => !watched.includes(name));
  return [
    ...unwatched.map(({ name }) => `the loss on ${name}`),
    ...(realised.finalLr === null && run.schedule.finalLrShare !== null ? ['the final learning rate'] : []),
  ];
}

function mixtureRows({ corpora, tokens }: TrainingRun, realised: RealisedMixture): readonly ComparedRow[] {
  const { shares, batchTokens } = realised;
  const shareAllowed = Math.max(SAME_SHARE, realised.quantum);
  const strangers = Object.keys(shares).filter((name) => !corpora.some((corpus) => corpus.name === name));
  const share = (name: string, planned: number): readonly ComparedRow[] =>
    number(`share of ${name}`, planned, shares[name] ?? 0, shareAllowed);
  return [
    ...corpora.flatMap((corpus) => share(corpus.name, corpus.share)),
    ...strangers.flatMap((name) => share(name, 0)),
    ...corpora.flatMap((corpus) => {
      if (corpus.available === null) return [];
      const found = ((shares[corpus.name] ?? 0) * realised.tokens) / corpus.available;
      const allowed = (shareAllowed * tokens + corpus.share * batchTokens) / corpus.available;
      return number(`epochs of ${corpus.name}`, (corpus.share * tokens) / corpus.available, found, allowed);
    }),
  ];
}

function scheduleRows({ schedule, tokens }: TrainingRun, realised: RealisedMixture): readonly ComparedRow[] {
  const { batchTokens } = realised;
  const { kind, peakLr, warmupTokens, decayTokens, finalLrShare } = schedule;
  const finalLr = kind === 'constant' ? peakLr : finalOf(peakLr, finalLrShare);
  const planned = shapeOf({ kind, peakLr, finalLr, warmupTokens, decayTokens, tokens }, batchTokens);
  const found = shapeOf({ ...realised, kind: realised.schedule }, batchTokens);
  return [
    ...number('warm-up tokens', warmupTokens, realised.warmupTokens, batchTokens),
    ...(kind === 'unknown' ? [] : [text('schedule', planned, found)]),
    ...(planned === 'wsd' && found === 'wsd'
      ? number('tokens of the last decay', decayTokens, realised.decayTokens, batchTokens)
      : []),
    ...number('peak learning rate', peakLr, realised.peakLr),
    ...number('final learning rate', finalLr, realised.finalLr, SAME_RATE * realised.peakLr),
  ];
}

interface Shape extends Pick<RealisedMixture, 'finalLr' | 'decayTokens' | 'tokens'> {
  readonly kind: string;
  readonly peakLr: number | null;
  readonly warmupTokens: number | null;
}

/** One name for one shape: a decay that ends at the peak is none, and a last decay over all that follows the warm-up is linear. */
function shapeOf(
  { kind, peakLr, finalLr, warmupTokens, decayTokens, tokens }: Shape,
  batchTokens: number,
): string {
  if (peakLr !== null && finalLr !== null && Math.abs(finalLr - peakLr) <= SAME_RATE * peakLr)
    return 'constant';
  const stable = tokens - (warmupTokens ?? 0) - (decayTokens ?? 0);
  return kind === 'wsd' && decayTokens !== null && stable < batchTokens / 2 ? 'linear' : kind;
}

/** Without the binary dust of the product. */
function finalOf(peakLr: number | null, share: number | null): number | null {
  return peakLr === null || share === null ? null : Number((peakLr * share).toPrecision(12));
}

function number(
  what: string,
  planned: number | null,
  realised: number | null,
  allowed = 0,
): readonly ComparedRow[] {
  if (planned === null || realised === null) return [];
  return [{ what, planned, realised, allowed, agrees: Math.abs(realised - planned) <= allowed }];
}

function text(what: string, planned: string, realised: string): ComparedRow {
  return { what, planned, realised, allowed: 0, agrees: planned === realised };
}

/** In the order of the run, and strangers behind. */
function names({ evals }: TrainingRun, sets: readonly string[]): string {
  const known = evals.map(({ name }) => name).filter((name) => sets.includes(name));
  const strangers = sets.filter((name) => !known.includes(name));
  return [...known, ...strangers].join(', ') || 'none';
}
