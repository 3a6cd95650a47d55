/**
 * The domain ratio for the rest of a run. Laws know runs of one ratio throughout, so that what a change does is extrapolated, in
 * two ways between which the truth is likely to lie:
 *
 * - by share: a run that has seen D tokens is where a run is that had its overall share of domain tokens all along;
 * - by increments: from the loss where it stands the run moves as one that had the new ratio all along does over the same
 *   tokens, so that nothing forgotten so far comes back.
 */
import type { WatchDocument } from '../documents/watch.ts';
import type { Expected, ExpectedSet } from './expected.ts';
import { momentsOf } from './mixture.ts';
import { chanceOfAll, type Goal } from './together.ts';
import type { Tracker } from './track.ts';

type Replanned = NonNullable<WatchDocument['replanned']>;
type Continuation = Replanned['byShare'];

export interface TrackedSet {
  readonly set: ExpectedSet;
  readonly tracker: Tracker;
}

/** Losses of the draws at the end, one array per ratio of the rest. */
type PathsAtEnd = (set: ExpectedSet, rest: Float64Array) => readonly Float64Array[];

const RATIOS = 51;

/** @param seen tokens of the last evaluation, fewer than those of the plan */
export function replan(expected: Expected, tracked: readonly TrackedSet[], seen: number): Replanned {
  const { tokens, domainRatio, confidence } = expected;
  const left = tokens - seen;
  const byShare: PathsAtEnd = (set, rest) => {
    const overall = rest.map((ratio) => (seen * domainRatio + left * ratio) / tokens);
    return set.atRatios(tokens, overall).map(({ draws }) => draws);
  };
  const byIncrements: PathsAtEnd = (set, rest) => {
    const here = set.at(seen).draws;
    const then = set.atRatios(seen, rest);
    return set
      .atRatios(tokens, rest)
      .map(({ draws }, i) => draws.map((loss, k) => here[k] + loss - then[i].draws[k]));
  };
  return {
    tokensLeft: left,
    confidence,
    byShare: continued(expected, tracked, byShare),
    byIncrements: continued(expected, tracked, byIncrements),
  };
}

/** The greatest ratio that keeps the confidence, to 1/2500. */
function continued(expected: Expected, tracked: readonly TrackedSet[], paths: PathsAtEnd): Continuation {
  const { tokens, confidence } = expected;
  const chances = (rest: Float64Array): Float64Array => {
    const goals: Goal[][] = Array.from(rest, () => []);
    for (const { set, tracker } of tracked) {
      const { limit } = set;
      if (limit === null) continue;
      paths(set, rest).forEach((draws, i) => {
        goals[i].push({ ahead: tracker.ahead(tokens, draws), limit });
      });
    }
    return Float64Array.from(goals, (all) => chanceOfAll(all, true) ?? 1);
  };
  const told = (ratio: number | null, best: number, within: number): Continuation => {
    const at = Float64Array.of(ratio ?? best);
    const predicted = tracked.map(({ set, tracker }) => {
      return [set.name, momentsOf(tracker.ahead(tokens, paths(set, at)[0])).mean] as const;
    });
    return { ratio, within, best, predicted: Object.fromEntries(predicted) };
  };
  const coarse = evenly(0, 1, RATIOS);
  const chance = chances(coarse);
  const best = coarse[chance.indexOf(Math.max(...chance))];
  const last = chance.findLastIndex((each) => each >= confidence);
  if (last < 0) return told(null, best, Math.max(...chance));
  const fine = evenly(coarse[last], coarse[Math.min(last + 1, RATIOS - 1)], RATIOS);
  const fineChance = chances(fine);
  const kept = fineChance.findLastIndex((each) => each >= confidence);
  return told(fine[kept], best, fineChance[kept]);
}

function evenly(low: number, high: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
}
