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
  /** The last decay, read only where the style is WSD; gpt-neox has none. */
  readonly wsd?: () => { readonly style: unknown; readonly steps: number };
}

export function readDecayStyle({ style, peakLr, minLr, until, steps, wsd }: MegatronSchedule): ReadSchedule {
  // What its own end says of a constant rate is not heeded.
  if (style === 'constant') return { kind: style, finalLr: peakLr };
  if (until !== steps) return { kind: `${style} until step ${until}`, finalLr: null };
  if (style !== 'WSD' || wsd === undefined) return { kind: style, finalLr: minLr };
  const last = wsd();
  if (last.style !== 'linear') return { kind: wsdOf(last.style), finalLr: minLr };
  return { kind: 'wsd', decay: last.steps, finalLr: minLr };
}
