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

/** What the files say of a run beside its schedule, in steps. */
interface Around {
  readonly peakLr: number;
  readonly warmup: number;
  readonly steps: number;
}

/** What these settings of such a run mean; what they leave to the defaults of transformers is not told. */
export function readHfSchedule(
  type: unknown,
  options: unknown,
  { peakLr, warmup, steps }: Around,
): ReadSchedule {
  const number = (key: string): number | null => {
    const value = at(options, key);
    return typeof value === 'number' ? value : null;
  };
  const ofPeak = (key: string): number | null => {
    const share = number(key);
    return share === null ? null : share * peakLr;
  };
  switch (type) {
    case 'constant':
      return { kind: type, warmup: 0, finalLr: peakLr };
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
      if (style !== 'linear' || decay === null) return { kind: wsdOf(style), finalLr };
      // Left out, it is what warm-up and decay leave of the run.
      const until = warmup + (number('num_stable_steps') ?? steps - warmup - decay) + decay;
      return until === steps ? { kind: 'wsd', decay, finalLr } : { kind: `wsd until step ${until}`, finalLr };
    }
    default:
      return { kind: type === undefined ? "the trainer's own" : String(type), finalLr: null };
  }
}
