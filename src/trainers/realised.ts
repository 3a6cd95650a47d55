/** From what an adapter reads out of its files, in the trainer's own units, to what is compared with a plan. */
import type { RealisedMixture } from './adapter.ts';

/** How the learning rate goes on after its warm-up. */
export interface ReadSchedule {
  /** `constant`, `cosine`, `linear` or `wsd` where it is one of these, else as the trainer names it. */
  readonly kind: string;
  /** Steps of the warm-up, where the schedule does not heed what is set for it. */
  readonly warmup?: number;
  /** Steps of the last decay of wsd. */
  readonly decay?: number;
  /** Null where the files do not say. */
  readonly finalLr: number | null;
}

/** A wsd schedule whose last decay is not the linear one of a plan. */
export function wsdOf(style: unknown): string {
  return style === undefined ? "wsd with the trainer's own decay" : `wsd with ${String(style)} decay`;
}

interface ReadRun
  extends Pick<RealisedMixture, 'shares' | 'quantum' | 'batchTokens' | 'steps' | 'peakLr' | 'evals'> {
  readonly sequenceLength: number;
  /** Steps of the warm-up. */
  readonly warmup: number;
  readonly schedule: ReadSchedule;
}

export function realisedRun({ warmup, schedule, evals, ...read }: ReadRun): RealisedMixture {
  const { steps, batchTokens } = read;
  return {
    ...read,
    tokens: steps * batchTokens,
    warmupTokens: (schedule.warmup ?? warmup) * batchTokens,
    schedule: schedule.kind,
    decayTokens: schedule.decay === undefined ? null : schedule.decay * batchTokens,
    finalLr: schedule.finalLr,
    evals: [...new Set(evals)],
  };
}
