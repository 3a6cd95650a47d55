/** Learning-rate schedules as transformers names them (4.55 to 5.x), for every trainer that stands on its Trainer. */
import type { CompleteRun } from './adapter.ts';
import { finalLr } from './common.ts';
import type { Steps } from './steps.ts';

export interface HfSchedule {
  /** `lr_scheduler_type`. */
  readonly type: string;
  /** `lr_scheduler_kwargs`. */
  readonly options: Readonly<Record<string, number | string>>;
}

/** Warm-up is linear, and so is the last decay of wsd; a decay that ends at the peak is none. */
export function hfSchedule(run: CompleteRun, { decay }: Pick<Steps, 'decay'>): HfSchedule {
  const { kind, finalLrShare } = run.schedule;
  if (kind === 'constant' || finalLrShare === 1) return { type: 'constant_with_warmup', options: {} };
  if (kind === 'cosine')
    return finalLrShare === 0
      ? { type: 'cosine', options: {} }
      : { type: 'cosine_with_min_lr', options: { min_lr_rate: finalLrShare } };
  if (kind === 'linear')
    return finalLrShare === 0
      ? { type: 'linear', options: {} }
      : { type: 'polynomial', options: { power: 1, lr_end: finalLr(run) } };
  const options = { num_decay_steps: decay, decay_type: 'linear', min_lr_ratio: finalLrShare };
  return { type: 'warmup_stable_decay', options };
}
