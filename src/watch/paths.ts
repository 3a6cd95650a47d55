/** What is expected of a run along its whole plan, as a picture shows it behind the evaluations. */
import type { PlanDocument } from '../documents/plan.ts';
import type { Watcher } from './watch.ts';

/** What is expected of a set after some tokens, before anything is seen. */
export interface PathPoint {
  readonly tokens: number;
  readonly predicted: number;
  /** Where one new run lands, at the level of the plan; null where nothing is known of that. */
  readonly band: readonly [number, number] | null;
}

/** By set. */
export type Paths = Readonly<Record<string, readonly PathPoint[]>>;

/** What a watcher holds evaluations against, where its plan tells losses; sets that the run is not evaluated on are left out. */
export function pathsOf({ predicted }: PlanDocument, watcher: Watcher): Paths {
  const entries = Object.entries(predicted).map(([set, { path }]) => {
    const points = path.flatMap(({ tokens }): PathPoint[] => {
      const expected = watcher.expects(tokens)[set];
      return expected === undefined ? [] : [{ tokens, ...expected }];
    });
    return [set, points] as const;
  });
  return Object.fromEntries(entries.filter(([, points]) => points.length > 0));
}
