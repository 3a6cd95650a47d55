/** The verdict on a run, again whenever its logs have grown: what the screen of a watched run shows. */
import type { PlanDocument } from '../documents/plan.ts';
import type { WatchDocument } from '../documents/watch.ts';
import type { OptionValues } from '../options/all.ts';
import { type Paths, pathsOf } from '../watch/paths.ts';
import { followRun, type ReadingOptions } from './watching.ts';
import { expectation, goneOn, type Session, verdictOf } from './watchSession.ts';

/**
 * A function that calls `onSeen` at once and whenever there is more, until its signal is given. It throws a `Refusal` where the
 * logs cannot be read, or hold another run.
 * @param path that of the plan
 */
export async function followedRun(
  plan: PlanDocument,
  path: string,
  logs: readonly string[],
  values: OptionValues<ReadingOptions>,
) {
  // Whole and half evaluations alike, so that the screen says what its command says of the same logs.
  const watching = { plan, expectation: await expectation(plan, path), name: values.run, grows: false };
  return async (
    signal: AbortSignal,
    onSeen: (seen: { readonly verdict: WatchDocument; readonly paths: Paths }) => void,
  ): Promise<void> => {
    const held: { session?: Session; paths?: Paths } = {};
    await followRun(plan, path, logs, values, signal, (runs) => {
      const session = goneOn(held.session, runs, watching);
      // A watcher expects the same from its first evaluation on.
      if (held.session?.watcher !== session.watcher) held.paths = pathsOf(plan, session.watcher);
      held.session = session;
      onSeen({ verdict: verdictOf(session, path), paths: held.paths ?? {} });
    });
  };
}
