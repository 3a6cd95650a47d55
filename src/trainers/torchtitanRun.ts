/** What both ways of configuring torchtitan take of a run: its model and its schedule. */
import type { CompleteRun } from './adapter.ts';
import type { ReadSchedule } from './realised.ts';
import type { Steps } from './steps.ts';

export interface Decay {
  /** Share of the run over which the rate falls; null: all of it after the warm-up. */
  readonly ratio: number | null;
  readonly type: 'linear' | 'cosine';
}

export function decayOf({ schedule }: CompleteRun, steps: Steps): Decay {
  switch (schedule.kind) {
    case 'constant':
      return { ratio: 0, type: 'linear' };
    case 'wsd':
      return { ratio: steps.decay / steps.steps, type: 'linear' };
    default:
      return { ratio: null, type: schedule.kind };
  }
}

/** What `decayOf` has written, as torchtitan takes it: in whole steps. */
export function readDecay(
  { ratio, type }: { readonly ratio: number | null; readonly type: unknown },
  { steps, peakLr, finalShare }: { steps: number; peakLr: number; finalShare: number },
): ReadSchedule {
  const finalLr = peakLr * finalShare;
  if (ratio === 0) return { kind: 'constant', finalLr: peakLr };
  if (ratio === null) return { kind: String(type), finalLr };
  if (type === 'linear') return { kind: 'wsd', decay: Math.round(steps * ratio), finalLr };
  return { kind: `${String(type)} in a last decay`, finalLr };
}

/** `llama-3.1-8b` is `llama3` with the recipe `llama3_8b`. */
export function shippedRecipe({ model }: CompleteRun): {
  readonly family: string;
  readonly recipe: string;
  readonly size: string;
} {
  const parts = /^([a-z]+)-?(\d+)?(?:\.\d+)?-(.*)$/.exec(model.name ?? '');
  const family = parts === null ? 'llama3' : `${parts[1]}${parts[2] ?? ''}`;
  const size = parts?.[3] ?? '8b';
  return { family, size, recipe: `${family}_${size.replaceAll(/\W/g, '_')}` };
}
