/**
 * Trouble, as data. Every message that mixplan can say about somebody's input or result is declared once,
 * with a code, so that tests name the code and `mixplan explain CODE` can say more.
 */

export type Severity = 'error' | 'warning' | 'note';

/** Where in somebody's input the trouble stands. Lines and columns are counted from 1. */
export interface Place {
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  /** Position in the line, where the text is written by hand and lines are long enough to need it. */
  readonly column?: number | undefined;
  /** Name of the column, option or JSON key. */
  readonly field?: string | undefined;
}

export interface Problem {
  readonly code: string;
  readonly severity: Severity;
  /** One sentence: what was found, and what was expected. */
  readonly message: string;
  readonly place?: Place | undefined;
  /** What to do about it. */
  readonly hint?: string | undefined;
}

/** A kind of problem: a typed function that makes one, which also carries what `explain` prints. */
export interface ProblemKind<Facts> {
  (facts: Facts, place?: Place): Problem;
  readonly code: string;
  readonly severity: Severity;
  readonly title: string;
  readonly explanation: string;
}

export interface ProblemDeclaration<Facts> {
  /** Kebab case, unique over the whole program: `ratio-out-of-range`. */
  readonly code: string;
  readonly severity: Severity;
  /** A few words, for the list that `mixplan explain` prints. */
  readonly title: string;
  readonly message: (facts: Facts) => string;
  readonly hint?: ((facts: Facts) => string | undefined) | undefined;
  /** Two to six sentences: why this matters, how it comes about, what to do. */
  readonly explanation: string;
}

export function declareProblem<Facts>(declaration: ProblemDeclaration<Facts>): ProblemKind<Facts> {
  const { code, severity, title, explanation } = declaration;
  const make = (facts: Facts, place?: Place): Problem => {
    const hint = declaration.hint?.(facts);
    return {
      code,
      severity,
      message: declaration.message(facts),
      ...(place === undefined ? {} : { place }),
      ...(hint === undefined ? {} : { hint }),
    };
  };
  return Object.assign(make, { code, severity, title, explanation });
}

/**
 * Broken input or usage: the one exception that is not a bug. Carries all problems found together.
 * The command line prints them and exits with `exitStatus` (2 = usage or bad data, 1 = an honest negative).
 */
export class Refusal extends Error {
  readonly problems: readonly Problem[];
  readonly exitStatus: 1 | 2;

  constructor(problems: readonly Problem[], exitStatus: 1 | 2 = 2) {
    super(problems.map((problem) => problem.message).join('\n'));
    this.name = 'Refusal';
    this.problems = problems;
    this.exitStatus = exitStatus;
  }
}
