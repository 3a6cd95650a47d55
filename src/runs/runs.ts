/**
 * The runs table in memory: columns, not rows. One element per observation that may enter a fit or serve as
 * a base; what was set aside is kept apart with its reason. All quantities are raw counts, all losses are in
 * the unit their evaluation names.
 */
import type { Problem } from '../problems/problem.ts';

export type Role = 'general' | 'domain';
export type LossUnit = 'nats' | 'bpb' | 'ppl';
export type Schedule = 'constant' | 'cosine' | 'linear' | 'wsd' | 'unknown';

/** One training run from one base model at one mixture. */
export interface RunInfo {
  readonly id: string;
  /** Index into `Runs.bases`. */
  readonly base: number;
  readonly params: number;
  /** Share of domain tokens among training tokens, 0..1. */
  readonly domainRatio: number;
  readonly seed: string | undefined;
  readonly schedule: Schedule;
  /** Peak learning rate; NaN = not given. */
  readonly lr: number;
  /** Tokens of warm-up; NaN = not given. */
  readonly warmupTokens: number;
  /** Largest `tokens` seen in the run. */
  readonly lastTokens: number;
  readonly simulated: boolean;
}

/** One base model: what the runs started from. */
export interface BaseInfo {
  readonly id: string;
  readonly params: number;
  /** Loss at tokens = 0, one per evaluation in the order of `Runs.evals`; NaN = not measured. */
  readonly loss: readonly number[];
  /** How many tokens = 0 rows were averaged. */
  readonly rows: number;
}

export interface EvalColumn {
  /** Name of the set: the part of the column's name after `loss_`. */
  readonly name: string;
  readonly role: Role;
  /** Unit of the losses here. Perplexities are turned into nats a token when they are read. */
  readonly unit: LossUnit;
  /** Unit in which the file has them, where that is another one. */
  readonly measuredIn?: LossUnit | undefined;
  /** Bytes of text that a token of this set holds on average; undefined = not told. */
  readonly bytesPerToken?: number | undefined;
  /** Whether its text is of the replay corpus; undefined = not told. */
  readonly replayed?: boolean | undefined;
  /** Loss per observation; NaN = this set was not evaluated there. */
  readonly loss: Float64Array;
}

export interface SetAside {
  readonly file: string;
  readonly line: number;
  readonly run: string;
  readonly tokens: number;
  readonly reason: Problem;
}

export interface Runs {
  /** Number of observations, all with tokens > 0. Base rows live in `bases`. */
  readonly n: number;
  /** Observation -> index into `runs`. Observations of a run are consecutive, in order of tokens. */
  readonly run: Int32Array;
  readonly runs: readonly RunInfo[];
  readonly bases: readonly BaseInfo[];
  readonly params: Float64Array;
  readonly tokens: Float64Array;
  readonly domainRatio: Float64Array;
  /** Optional numeric columns by name (lr, step, unique_*, metric_*): NaN = not given. */
  readonly columns: Readonly<Record<string, Float64Array>>;
  readonly evals: readonly EvalColumn[];
  /**
   * Columns that say how runs were trained (method, sequence_length, averaged, data_tier, phase, tokenizer): the values
   * seen, sorted. Columns that say nothing are absent.
   */
  readonly training?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Where each observation came from. */
  readonly files: readonly string[];
  readonly file: Int32Array;
  readonly line: Int32Array;
  readonly setAside: readonly SetAside[];
  /** Warnings and notes about the table as a whole; errors are thrown as a Refusal. */
  readonly problems: readonly Problem[];
}
