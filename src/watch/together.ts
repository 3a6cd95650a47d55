/**
 * The chance that all of some tolerances are kept. What is not known of the curves is shared by the sets: draw k of a fit stems from
 * the same simulated pilots on all of them. Given the draw sets are independent, each with noise of its own, so that
 *
 *   P(all kept) = Σ_k Π_s w_sk P_s(kept | k) / Σ_k Π_s w_sk,
 *
 * w_sk the weight of draw k after what was seen of set s.
 */
import { normalBelow, shareBelow } from './mixture.ts';
import type { Ahead } from './track.ts';

/** What is known of the loss on one set at the end, and the loss not to be passed there under each draw. */
export interface Goal {
  readonly ahead: Ahead;
  readonly limit: Float64Array;
}

/** Weights of the draws, and the part of each with which the limit is kept. */
interface ByDraw {
  readonly weight: Float64Array;
  readonly kept: Float64Array;
}

/** The chance that one is kept. */
export function chanceOf({ ahead, limit }: Goal): number {
  return shareBelow(
    ahead,
    Float64Array.from(ahead.draw, (k) => limit[k]),
  );
}

/**
 * The chance that all are kept; null where there are none.
 * @param sharedDraws whether draw k means the same on every set; they are taken for independent otherwise
 */
export function chanceOfAll(goals: readonly Goal[], sharedDraws: boolean): number | null {
  if (goals.length === 0) return null;
  const apart = (): number => goals.reduce((product, goal) => product * chanceOf(goal), 1);
  if (!sharedDraws || goals.length === 1) return apart();
  const { weight, kept } = goals.map(byDraw).reduce((a, b) => ({
    weight: a.weight.map((of, k) => of * b.weight[k]),
    kept: a.kept.map((of, k) => of * b.kept[k]),
  }));
  const total = sum(weight);
  // Where no draw explains all sets at once, nothing is known of how they belong together.
  return total > 0 ? Math.min(sum(kept) / total, 1) : apart();
}

/** How many equal draws those behind some sets together are worth (Kish 1965): all of them where each has the same weight. */
export function effectiveDraws(ahead: readonly Ahead[], count: number): number {
  const weight = ahead
    .map((each) => weightOfDraws(each, count))
    .reduce((a, b) => a.map((of, k) => of * b[k]));
  const squares = weight.reduce((total, of) => total + of ** 2, 0);
  return squares > 0 ? sum(weight) ** 2 / squares : 0;
}

function byDraw(goal: Goal): ByDraw {
  const { ahead, limit } = goal;
  const count = limit.length;
  const kept = new Float64Array(count);
  const { weight, mean, sd, draw } = ahead;
  for (let i = 0; i < draw.length; i++)
    kept[draw[i]] += weight[i] * normalBelow(mean[i], sd[i], limit[draw[i]]);
  return { weight: weightOfDraws(ahead, count), kept };
}

function weightOfDraws({ draw, weight }: Ahead, count: number): Float64Array {
  const ofDraw = new Float64Array(count);
  for (let i = 0; i < draw.length; i++) ofDraw[draw[i]] += weight[i];
  return ofDraw;
}

const sum = (values: Float64Array): number => values.reduce((total, each) => total + each, 0);
