/** What the screen of a watched run needs of the program: its plan, its logs as they grow, and commands. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PlanDocument } from '../documents/plan.ts';
import type { OptionValues } from '../options/all.ts';
import { Refusal } from '../problems/problem.ts';
import { planWithoutLogs } from '../problems/tui.ts';
import type { PathPoint, SeenRun, Watching } from '../tui/watch/watching.ts';
import type { Watcher } from '../watch/watch.ts';
import { followRun, type ReadingOptions } from './watching.ts';
import { expectation, goneOn, readPlan, type Session, verdictOf } from './watchSession.ts';

/** Options with which logs are read, as `mixplan watch` has them. */
export const readingOptions = ['run', 'set', 'format', 'map', 'role', 'unit'] as const;

/**
 * Throws a `Refusal` where the text is no plan that predicts anything, or there are no logs.
 * @param text of the plan at `path`
 */
export async function watchingOf(
  text: string,
  [path, ...logs]: readonly string[],
  values: OptionValues<ReadingOptions>,
  run: Watching['run'],
): Promise<Watching> {
  const plan = await readPlan(path, text);
  if (logs.length === 0)
    throw new Refusal([planWithoutLogs({ plan: path, fit: join(dirname(path), plan.fit.path) })]);
  const { run: name, set, format, map, role, unit } = values;
  // Whole and half evaluations alike, so that the screen says what its command says of the same logs.
  const watching = { plan, expectation: await expectation(plan, path), name, grows: false };
  return {
    plan,
    path,
    logs,
    reading: { run: name, set, format, map, role, unit },
    missing: () => logs.filter((log) => !existsSync(log)),
    follow: async (signal, onSeen) => {
      let session: Session | undefined;
      await followRun(plan, path, logs, values, signal, (runs) => {
        session = goneOn(session, runs, watching);
        onSeen(seenOf(plan, session, path));
      });
    },
    run,
  };
}

function seenOf(plan: PlanDocument, session: Session, path: string): SeenRun {
  return { verdict: verdictOf(session, path), paths: pathsOf(plan, session.watcher) };
}

/** What is expected along the plan; kept with the watcher, which expects the same from its first evaluation on. */
const known = new WeakMap<Watcher, SeenRun['paths']>();

function pathsOf({ predicted }: PlanDocument, watcher: Watcher): SeenRun['paths'] {
  const before = known.get(watcher);
  if (before !== undefined) return before;
  const paths: Record<string, PathPoint[]> = {};
  for (const [set, { path }] of Object.entries(predicted)) {
    const points = path.flatMap(({ tokens }): PathPoint[] => {
      const expected = watcher.expects(tokens)[set];
      return expected === undefined ? [] : [{ tokens, ...expected }];
    });
    if (points.length > 0) paths[set] = points;
  }
  known.set(watcher, paths);
  return paths;
}
