/** The verdict on a run, again whenever its logs have grown: what the screen of a watched run shows. */
import { setImmediate as turn } from 'node:timers/promises';
import type { PlanDocument } from '../documents/plan.ts';
import type { WatchDocument } from '../documents/watch.ts';
import type { OptionValues } from '../options/all.ts';
import { type Paths, pathsOf } from '../watch/paths.ts';
import { followRun, type ReadingOptions, type WatchedRuns } from './watching.ts';
import { expectation, goneOnWithRests, type Session, verdictOf } from './watchSession.ts';

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
    const over = new AbortController();
    const ended = AbortSignal.any([signal, over.signal]);
    const held: {
      newest?: WatchedRuns | undefined;
      session?: Session;
      paths?: Paths;
      busy?: boolean;
      fail: (error: unknown) => void;
    } = { fail: () => undefined };
    // The signal ends it with a rejection, which nobody hears any more then.
    const rest = (): Promise<void> => turn(undefined, { signal: ended });
    /** One reading after the other, of those that came meanwhile the newest alone. */
    const catchUp = async (): Promise<void> => {
      while (held.newest !== undefined && !ended.aborted) {
        const runs = held.newest;
        held.newest = undefined;
        const session = await goneOnWithRests(held.session, runs, watching, rest);
        // A watcher expects the same from its first evaluation on.
        if (held.session?.watcher !== session.watcher) held.paths = pathsOf(plan, session.watcher);
        held.session = session;
        if (!ended.aborted) onSeen({ verdict: verdictOf(session, path), paths: held.paths ?? {} });
      }
      held.busy = false;
    };
    const failed = new Promise<never>((_, reject) => {
      held.fail = reject;
    });
    const following = followRun(plan, path, logs, values, ended, (runs) => {
      held.newest = runs;
      if (held.busy) return;
      held.busy = true;
      catchUp().catch(held.fail);
    });
    try {
      await Promise.race([following, failed]);
    } finally {
      over.abort();
    }
  };
}
