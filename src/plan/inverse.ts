/** The inverse of a plan: the least compute that reaches a domain loss. */
import { minimumOnLog } from './minimum.ts';
import { type Candidate, neighbours, promisingLevels, type SizeSearch, search } from './search.ts';
import { type Choice, type Chosen, least, type Size } from './sizes.ts';

/** Token counts are found to this share of themselves. */
const PRECISION = 1e-5;
/** A loss that is this little above the target, as a share, has reached it: rounding. */
const ROUNDING = 1e-9;

/**
 * The plan of least cost whose domain loss is at most `target`, a value of the objective, over all sizes; and for every size
 * the fewest tokens that reach it, or else the best that it reaches.
 */
export function leastCompute(open: readonly Size[], target: number): Chosen {
  const reached = open.flatMap((size): Choice[] => {
    const best = fewestTokensTo(size.search, size.most, target);
    return best === undefined ? [] : [{ size, best }];
  });
  const found = open.map((size) => {
    const best = reached.find((choice) => choice.size === size)?.best;
    return {
      size,
      result: best === undefined ? search(size.search, size.most) : ({ kind: 'found', best } as const),
    };
  });
  return { best: least(reached, ({ size, best }) => [size.tokenCost * best.tokens, best.domainLoss]), found };
}

/**
 * The fewest tokens of one size, at most `most`, at which its best ratio reaches the target, from the pilots' first evaluations
 * on. The loss may turn upward again,
 * because the ratio that more tokens leave shrinks, so every dip is looked into, from few tokens to many.
 */
function fewestTokensTo(size: SizeSearch, most: number, target: number): Candidate | undefined {
  const levels = promisingLevels(size, most);
  const limit = target * (1 + ROUNDING);
  const about = (tokens: number): number => size.about(tokens)?.domainLoss ?? Number.POSITIVE_INFINITY;
  const exactly = (tokens: number): number => size.exactly(tokens)?.domainLoss ?? Number.POSITIVE_INFINITY;
  for (const [i, tokens] of levels.entries()) {
    const [before, after] = neighbours(levels, i);
    const isDip = about(tokens) <= about(before) && about(tokens) <= about(after);
    let within = tokens;
    if (exactly(tokens) > limit) {
      if (!isDip || !Number.isFinite(about(tokens))) continue;
      within = minimumOnLog(exactly, before, after, tokens, PRECISION);
      if (exactly(within) > limit) continue;
    }
    return size.exactly(firstWithin(exactly, limit, i === 0 ? tokens : before, within));
  }
  return undefined;
}

/** Between a place that is above the limit and one that is not: where it is reached, on the side that has. */
function firstWithin(
  value: (tokens: number) => number,
  limit: number,
  above: number,
  within: number,
): number {
  let low = Math.log(above);
  let high = Math.log(within);
  let reached = within;
  while (high - low > PRECISION) {
    const middle = Math.exp(0.5 * (low + high));
    if (value(middle) <= limit) {
      reached = middle;
      high = Math.log(middle);
    } else low = Math.log(middle);
  }
  return reached;
}
