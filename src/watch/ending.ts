/** When the following of a run ends: a last evaluation need not lie at the end of the plan, nor be one of all sets. */

/** Runs end at a whole batch: an end within this share of the planned tokens is the end. */
export const AT_END = 0.01;

/** Following ends no earlier than so many milliseconds after the last news, unless the run was seen to its end. */
const LEAST_QUIET = 10_000;
/** After its last regular evaluation a run goes on for no longer than from one to the next; saving takes its time too. */
const QUIET = 2;

export interface Calendar {
  /** Tokens of the plan, and between its evaluations. */
  readonly planned: number;
  readonly cadence: number;
  /** Tokens of a batch: a run of whole ones ends up to half of one behind the plan. 0 where it is not known. */
  readonly batch: number;
}

export interface Ending {
  /**
   * What the logs hold now.
   * @param tokens of all evaluations, in order
   * @param isWhole whether the last of them has all sets that it will have
   * @param now milliseconds on any clock
   * @returns milliseconds after which nothing more is waited for; undefined while further evaluations are due
   */
  heard(tokens: readonly number[], isWhole: boolean, now: number): number | undefined;
}

export function isAtEnd(tokens: number, planned: number): boolean {
  return tokens >= planned * (1 - AT_END);
}

/** Whether another evaluation fits before the end of the plan, at the distance that the run keeps, or that of the plan before it has one. */
export function isAnotherDue(tokens: readonly number[], { planned, cadence, batch }: Calendar): boolean {
  const [last = 0, before] = [tokens.at(-1), tokens.at(-2)];
  return last + (before === undefined ? cadence : last - before) <= planned + batch / 2;
}

/**
 * A run is over with a whole evaluation at its end. Where none fits before it any more, it may still be evaluated at the very end,
 * or on a set that is lacking: that is waited for as long again as evaluations came apart.
 */
export function makeEnding(calendar: Calendar): Ending {
  let evaluations = 0;
  let since: number | undefined;
  let apart = 0;
  return {
    heard(tokens, isWhole, now) {
      if (tokens.length !== evaluations) {
        const more = tokens.length - evaluations;
        // A job that goes back to a checkpoint takes evaluations back, which tells nothing of how far they are apart.
        if (since !== undefined && more > 0) apart = (now - since) / more;
        evaluations = tokens.length;
        since = now;
      }
      const atEnd = isAtEnd(tokens.at(-1) ?? 0, calendar.planned);
      if (atEnd && isWhole) return 0;
      return atEnd || !isAnotherDue(tokens, calendar) ? Math.max(QUIET * apart, LEAST_QUIET) : undefined;
    },
  };
}
