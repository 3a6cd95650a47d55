/** What logs become: runs with their evaluations, as a runs table has them. */
import type { Problem } from '../problems/problem.ts';

/** One row of a runs table. */
export interface Evaluation {
  /** Continual pre-training tokens seen; 0 = the base model. */
  readonly tokens: number;
  /** Updates of the weights; undefined where the log does not count them. */
  readonly step: number | undefined;
  /** Loss by name of the set, in the unit of the set; sets that were not evaluated here are left out. */
  readonly losses: Readonly<Record<string, number>>;
  /** Further columns that hold a value of this row alone, as text. */
  readonly cells: Readonly<Record<string, string>>;
}

export interface ImportedRun {
  /** Tells it apart from the others; '' for rows of a runs table that name no run. */
  readonly name: string;
  /** Format of its logs, as people call it. */
  readonly format: string;
  readonly files: readonly string[];
  /** Columns that hold one value for the whole run, as text: params, domain_ratio, lr, schedule, ... */
  readonly columns: Readonly<Record<string, string>>;
  /** Ascending by tokens. */
  readonly evaluations: readonly Evaluation[];
  /** Sets whose last losses were NaN or infinity, and from how many tokens on: the run diverged there. */
  readonly diverged: Readonly<Record<string, number>>;
  /** Where columns, losses and tokens came from, in words: `runs.yaml`, `--set`, `metric "eval_general_loss"`. */
  readonly origins: Readonly<Record<string, string>>;
}

export interface EvalSet {
  readonly name: string;
  readonly role: 'general' | 'domain';
  readonly unit: 'nats' | 'bpb' | 'ppl';
}

export interface ImportedRuns {
  /** By name. */
  readonly runs: readonly ImportedRun[];
  /** Sets that any run was evaluated on, by name. */
  readonly evals: readonly EvalSet[];
  /** Warnings and notes: damage, what was set aside, what was assumed. */
  readonly problems: readonly Problem[];
}
