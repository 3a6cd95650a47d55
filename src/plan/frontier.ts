/** What every budget buys: the best size, tokens and ratio along the whole way that a fit can speak for. */
import { tokenLevels } from './search.ts';
import { bestSize, type Choice, type Size } from './sizes.ts';

const POINTS = 12;

export interface FrontierPoint {
  /** In the currency in which the sizes are compared. */
  readonly budget: number;
  /** Undefined where no size has a feasible plan for it. */
  readonly choice: Choice | undefined;
}

/**
 * The best plan for budgets evenly spaced on a logarithmic scale, from the least that any size is answered for to
 * all that is looked at. Every size is only taken as far as it is answered for.
 */
export function frontier(open: readonly Size[]): FrontierPoint[] {
  const ends = open.map(({ search, most, tokenCost }) => {
    const [least] = tokenLevels(search, most);
    return { least: least * tokenCost, most: most * tokenCost };
  });
  const from = Math.min(...ends.map(({ least }) => least));
  const to = Math.max(...ends.map(({ most }) => most));
  return Array.from({ length: POINTS }, (_, i) => {
    const budget = i === POINTS - 1 ? to : from * (to / from) ** (i / (POINTS - 1));
    const within = open.filter((_, k) => ends[k].least <= budget * (1 + 1e-9));
    const { best } = bestSize(within, ({ most, tokenCost }) => Math.min(budget / tokenCost, most));
    return { budget, choice: best };
  });
}
