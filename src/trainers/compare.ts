/** A run as it was planned against the same run as the trainer will carry it out. */
import type { EmissionCheckDocument } from '../documents/emission.ts';
import type { TrainingRun } from '../documents/trainingRun.ts';
import type { RealisedMixture } from './adapter.ts';

export type ComparedRow = EmissionCheckDocument['rows'][number];

/** Shares that differ by less are the same: ten times finer than any loss can tell. */
const SAME_SHARE = 1e-6;

/**
 * Row by row: shares to the trainer's quantum, tokens and warm-up to one batch, epochs to what both of these make of them,
 * batch and peak learning rate exactly. What the plan does not tell has no row.
 */
export function compareRun(run: TrainingRun, realised: RealisedMixture): readonly ComparedRow[] {
  const { shares, batchTokens } = realised;
  const shareAllowed = Math.max(SAME_SHARE, realised.quantum);
  const row = (what: string, planned: number, found: number, allowed: number): ComparedRow => ({
    what,
    planned,
    realised: found,
    allowed,
    agrees: Math.abs(found - planned) <= allowed,
  });
  const strangers = Object.keys(shares).filter((name) => !run.corpora.some((corpus) => corpus.name === name));
  const { warmupTokens, peakLr } = run.schedule;
  return [
    ...run.corpora.map(({ name, share }) => row(`share of ${name}`, share, shares[name] ?? 0, shareAllowed)),
    ...strangers.map((name) => row(`share of ${name}`, 0, shares[name] ?? 0, shareAllowed)),
    ...run.corpora.flatMap(({ name, share, available }) => {
      if (available === null) return [];
      const epochs = ((shares[name] ?? 0) * realised.tokens) / available;
      const allowed = (shareAllowed * run.tokens + share * batchTokens) / available;
      return [row(`epochs of ${name}`, (share * run.tokens) / available, epochs, allowed)];
    }),
    row('tokens', run.tokens, realised.tokens, batchTokens),
    ...(run.batchTokens === null ? [] : [row('tokens a batch', run.batchTokens, batchTokens, 0)]),
    ...(warmupTokens === null || realised.warmupTokens === null
      ? []
      : [row('warm-up tokens', warmupTokens, realised.warmupTokens, batchTokens)]),
    ...(peakLr === null || realised.peakLr === null
      ? []
      : [row('peak learning rate', peakLr, realised.peakLr, 0)]),
  ];
}
