/**
 * What a law is. A law is declared, not programmed: a formula people can read, its parameters, and the same
 * formula once more as a sum of terms, each a non-negative coefficient times a product of factors:
 *
 *   loss = [base loss +] Σ_j ± c_j · Π_f factor_jf(inputs; θ)
 *
 * The second form is what makes fits fast and global: for fixed θ the loss is linear in the c_j, and a factor
 * depends on one or two inputs only, so that it is evaluated on their few distinct values. The tests
 * differentiate the formula with mathjs and so referee the terms and their gradients.
 */
import type { Role } from '../runs/runs.ts';

/**
 * What a factor may depend on. `ratio` is the domain share R; `share` is the share of the corpus whose loss
 * is modelled (1 − R for a general set, R for a domain set); `replay` is 1 − R.
 */
export type Variable = 'params' | 'tokens' | 'ratio' | 'share' | 'replay';

/** Where losses are wanted: observations of pilots and scenarios of a planner alike. All arrays have length n. */
export interface Inputs {
  readonly n: number;
  readonly params: Float64Array;
  readonly tokens: Float64Array;
  readonly domainRatio: Float64Array;
  /** Loss of the base model on this evaluation set, in the set's unit; NaN = unknown (laws of change refuse it). */
  readonly baseLoss: Float64Array;
}

/** The distinct input values that a factor is evaluated on. */
export interface Points {
  readonly count: number;
  /** One array per input of the factor. */
  readonly value: readonly Float64Array[];
  /** Their natural logarithms (−Infinity at 0). */
  readonly log: readonly Float64Array[];
}

export interface Factor {
  /** The inputs: rows that agree in them share one evaluation. */
  readonly on: readonly Variable[];
  /** Names of the nonlinear parameters it uses. */
  readonly theta: readonly string[];
  /** Makes the function that evaluates the factor at some points. It may keep what stays the same between calls. */
  bind(points: Points): FillFactor;
  /**
   * Set by pure powers x^(sign·θ): the kernel measures x from the middle of the data, which takes away the
   * degeneracy of coefficient and exponent, and converts the coefficient back.
   */
  readonly power?: { readonly variable: Variable; readonly sign: 1 | -1 } | undefined;
  /**
   * Set by factors whose values come divided by a number of their parameters, for the same reason: its logarithm, at
   * natural values in the order of `theta`.
   */
  readonly lnDivisor?: ((theta: readonly number[]) => number) | undefined;
}

/**
 * Values at all points, and where asked for the derivative by each parameter, in the order of the factor's `theta`.
 * `theta` holds natural values. Must not allocate.
 */
export type FillFactor = (
  theta: Float64Array,
  value: Float64Array,
  gradient: readonly Float64Array[] | null,
) => void;

export interface Term {
  /** Name of the coefficient, always ≥ 0. */
  readonly coefficient: string;
  readonly sign: 1 | -1;
  readonly factors: readonly Factor[];
}

/** Middle of the data, for grids that must not depend on units. */
export interface DataScale {
  readonly params: number;
  readonly tokens: number;
}

export interface ParameterSpec {
  readonly name: string;
  readonly meaning: string;
  /** Unit of the natural value: 'nats', '1', 'tokens', 'params^alpha nats', ... */
  readonly unit: string;
  /** True for the coefficient of a term: the loss is linear in it, whatever the others are. */
  readonly linear: boolean;
  readonly lower: number;
  readonly upper: number;
  /** Searched and polished on a logarithmic scale (scales that span decades). */
  readonly log?: boolean | undefined;
  /**
   * Not fitted but set from the design of the pilots: a direction that pilots cannot tell from another one. Said
   * in every answer that lists parameters.
   */
  readonly pinned?: ((scale: DataScale) => number) | undefined;
  /** Values the global screen tries; free nonlinear parameters only. */
  readonly grid?: ((scale: DataScale) => readonly number[]) | undefined;
}

/** Variation that data must show before a law's parameters can be told apart. */
export interface Need {
  readonly variable: 'params' | 'tokens' | 'domain_ratio';
  readonly distinct: number;
}

/** How the loss must move with a variable over the planning box, as the law's authors state or we require. */
export interface Trend {
  readonly variable: 'params' | 'tokens' | 'share' | 'ratio';
  readonly direction: 'falls' | 'rises';
  readonly source: string;
}

export interface Law {
  readonly id: string;
  readonly title: string;
  /** Formula of the loss in mathjs syntax: N params, D tokens, R domain ratio, r share of the modelled corpus, L0 base loss. */
  readonly formula: string;
  readonly source: string;
  /** How far the formula itself was checked against its paper. */
  readonly mark: 'verified' | 'secondHand' | 'recalled' | 'ours';
  /** 'change': the base loss enters and is exact at tokens = 0. 'ratio': a domain ratio and not a loss; slices only. */
  readonly predicts: 'loss' | 'change' | 'ratio';
  readonly roles: readonly Role[];
  readonly parameters: readonly ParameterSpec[];
  readonly terms: readonly Term[];
  readonly needs: readonly Need[];
  readonly promises: readonly Trend[];
  /** What users of the law should know. */
  readonly notes: readonly string[];
}
