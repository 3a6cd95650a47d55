/** Schedules as Megatron and its relatives name them (`OptimizerParamScheduler`). */
import { type ReadSchedule, wsdOf } from './realised.ts';

export const DECAY_STYLES = { constant: 'constant', cosine: 'cosine', linear: 'linear', wsd: 'WSD' } as const;

interface MegatronSchedule {
  readonly style: string;
  readonly peakLr: number;
  readonly minLr: number | null;
  /** Steps after which it has fallen to `minLr`. */
  readonly until: number;
  readonly steps: number;
  /** The last decay of WSD. */
  readonly wsd?: { readonly style: unknown; readonly steps: number };
}

export function readDecayStyle({ style, peakLr, minLr, until, steps, wsd }: MegatronSchedule): ReadSchedule {
  // What its own end says of a constant rate is not heeded.
  if (style === 'constant') return { kind: style, finalLr: peakLr };
  if (until !== steps) return { kind: `${style} until step ${until}`, finalLr: null };
  if (style !== 'WSD' || wsd === undefined) return { kind: style, finalLr: minLr };
  if (wsd.style !== 'linear') return { kind: wsdOf(wsd.style), finalLr: minLr };
  return { kind: 'wsd', decay: wsd.steps, finalLr: minLr };
}
