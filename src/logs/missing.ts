/** Facts that are missing, gathered over all runs so that each is asked for once. */
import { factMissing, lossUnknown } from '../problems/logs.ts';
import type { Problem } from '../problems/problem.ts';
import { groupBy } from '../runs/order.ts';
import { settingAt, settingPaths } from './settings.ts';

export interface MissingFact {
  readonly run: string;
  /** Name of the fact; `loss` where no metric is known to be a loss on an evaluation set. */
  readonly fact: string;
  readonly settings: unknown;
  /** For `loss`: metrics that might be it. */
  readonly metrics?: readonly string[];
}

/** How settings that may hold a fact are called. */
const LIKELY: Readonly<Record<string, RegExp>> = {
  params: /params|model_?size|num_parameters/i,
  domain_ratio: /domain|ratio|share|mix|weight|prob/i,
  batch_tokens: /batch.*tokens|tokens.*(batch|step)|batch_size/i,
  sequence_length: /seq|cutoff|context|block_size|max_length/i,
  accumulation: /accum/i,
};
const MOST_SUGGESTED = 3;

/** One problem for each fact, naming all runs that lack it, with the flags and lines that would give it. */
export function missingProblems(missing: readonly MissingFact[]): Problem[] {
  const byFact = groupBy(missing, ({ fact, metrics = [] }) => JSON.stringify([fact, metrics.toSorted()]));
  return [...byFact.values()].map((group) => {
    const [{ fact, settings, metrics = [] }] = group;
    const runs = group.map(({ run }) => run);
    if (fact === 'loss') return lossUnknown({ runs, metrics });
    const paths = settingPaths(settings).filter((path) => LIKELY[fact]?.test(path));
    const suggested = paths
      .slice(0, MOST_SUGGESTED)
      .map((path) => ({ path, value: settingAt(settings, path) ?? '' }));
    return factMissing({ fact, runs, settings: suggested });
  });
}
