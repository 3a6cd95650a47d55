/** What charts are drawn from, beside documents: curves that a fit draws through its predictor. Shares are of the base loss. */

export type Range = readonly [low: number, high: number];

/** A value with where one new run would land and where the mean curve lies; null without draws. */
export interface Banded {
  readonly value: number;
  readonly newRun: Range | null;
  readonly mean: Range | null;
}

/** Changes of the loss of one set at the end of the planned run, against the ratio. */
export interface ChangeCurve {
  readonly set: string;
  readonly role: 'general' | 'domain';
  /** Accepted rise as a share of the base; null where the set is free. */
  readonly limit: number | null;
  readonly points: readonly (Banded & { readonly ratio: number })[];
}

/** What a plan says about ratios, at its own size and tokens. */
export interface RatioEvidence {
  readonly level: number;
  readonly confidence: number;
  readonly params: number;
  readonly tokens: number;
  /** Domain ratio of the plan. */
  readonly planned: number;
  /** Whether size or tokens lie beyond the pilots. */
  readonly extrapolated: boolean;
  readonly curves: readonly ChangeCurve[];
}

/** Critical ratios along tokens or sizes; a ratio of 0 stands for none, one of 1 for all. */
export interface CriticalEvidence {
  readonly along: 'tokens' | 'size';
  readonly level: number;
  readonly confidence: number;
  /** Lowest and highest pilot ratio: there is no answer beyond. */
  readonly searched: Range;
  /** The other of the two, at which it is asked. */
  readonly params: number;
  readonly tokens: number;
  /** Where the pilots end, along it. */
  readonly pilots: Range;
  /** What is accepted, in words: `general within 3% of its base`. */
  readonly accepted: string;
  readonly points: readonly (Banded & {
    readonly at: number;
    /** Ratio that keeps the tolerance with the confidence. */
    readonly safe: number;
    readonly extrapolated: boolean;
  })[];
  /** The plan itself. */
  readonly planned: { readonly at: number; readonly ratio: number };
}

/** An evaluation of a pilot, with what the law says there. */
export interface RunObservation {
  readonly run: string;
  readonly params: number;
  readonly ratio: number;
  readonly tokens: number;
  readonly loss: number;
  readonly predicted: number;
  /** Whether it was left out once, to be predicted from the others. */
  readonly heldOut: boolean;
}

export interface RunsEvidence {
  readonly set: string;
  readonly role: 'general' | 'domain';
  readonly unit: 'nats' | 'bpb' | 'ppl';
  readonly law: string;
  readonly observations: readonly RunObservation[];
  readonly setAside: readonly { readonly params: number; readonly tokens: number }[];
}
