/** Learning-rate schedules as transformers names them (4.55 to 5.x), for every trainer that stands on its Trainer. */
import type { CompleteRun } from './adapter.ts';
import { finalLr } from './common.ts';
import { at } from './reading.ts';
import { type ReadSchedule, wsdOf } from './realised.ts';
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

/** What these settings of a run with this peak mean; what they leave to the defaults of transformers is not told. */
export function readHfSchedule(type: unknown, options: unknown, peakLr: number): ReadSchedule {
  const number = (key: string): number | null => {
    const value = at(options, key);
    return typeof value === 'number' ? value : null;
  };
  const ofPeak = (key: string): number | null => {
    const share = number(key);
    return share === null ? null : share * peakLr;
  };
  switch (type) {
    case 'constant_with_warmup':
      return { kind: 'constant', finalLr: peakLr };
    case 'cosine':
    case 'linear':
      return { kind: type, finalLr: 0 };
    case 'cosine_with_min_lr':
      return { kind: 'cosine', finalLr: number('min_lr') ?? ofPeak('min_lr_rate') };
    case 'polynomial':
      return { kind: number('power') === 1 ? 'linear' : type, finalLr: number('lr_end') };
    case 'warmup_stable_decay': {
      const style = at(options, 'decay_type');
      const decay = number('num_decay_steps');
      const finalLr = ofPeak('min_lr_ratio');
      return style === 'linear' && decay !== null
        ? { kind: 'wsd', decay, finalLr }
        : { kind: wsdOf(style), finalLr };
    }
    default:
      return { kind: type === undefined ? "the trainer's own" : String(type), finalLr: null };
  }
}
