/** Logs of a run that is under way: what was appended is read as it comes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf } from '../documents/reason.ts';
import { fileMissing } from '../problems/files.ts';
import { logUnknown, noLogsFound } from '../problems/logs.ts';
import { Refusal } from '../problems/problem.ts';
import type { ImportedRuns } from './evaluation.ts';
import type { LogFacts } from './facts.ts';
import { type OpenLog, openLogs } from './open.ts';
import { pull, type ReadSoFar } from './pull.ts';
import { assembleRuns, hasEvaluations } from './runs.ts';

export interface FollowOptions {
  /** What the logs do not say; see `readLogs`. */
  readonly facts: LogFacts;
  /** Ends following. */
  readonly signal: AbortSignal;
  /** Milliseconds between looks while something happens; 500 unless given. */
  readonly leastWait?: number;
  /** Milliseconds between looks after a long silence; 10,000 unless given. */
  readonly mostWait?: number;
}

/**
 * Reads the logs at `paths` (files, or folders as `readLogs` takes them) and calls `onRuns` with everything they hold, at
 * once and whenever more was appended, until the signal is given; the promise is fulfilled then. Each call has the whole
 * state, so that an evaluation which a restart took back is simply no longer there.
 *
 * Lines and records that are half written are waited for. A file that became shorter or was replaced is read anew; files
 * that appear later (another event file, another checkpoint) are found. Paths that do not exist yet, or hold no known log
 * yet, are waited for. Between looks it waits `leastWait`, half as long again after each look that found nothing.
 * Throws a `Refusal` where facts are missing or wrong, as `readLogs` does, once there is an evaluation to tell.
 */
export async function followLogs(
  paths: readonly string[],
  onRuns: (runs: ImportedRuns) => void,
  { facts, signal, leastWait = 500, mostWait = 10_000 }: FollowOptions,
): Promise<void> {
  const open = new Map<string, FollowedLog>();
  let wait = leastWait;
  while (!signal.aborted) {
    const changed = await look(paths, facts, open);
    const followed = [...open.values()].map(({ log }) => log);
    if (
      changed &&
      followed.some(({ collectors }) => [...collectors.values()].some(({ log }) => hasEvaluations(log)))
    )
      onRuns(assembleRuns(followed, facts, hasEvaluations));
    wait = changed ? leastWait : Math.min(mostWait, wait * 1.5);
    // The signal ends the wait with a rejection, and with it the loop.
    await sleep(wait, undefined, { signal }).catch(() => {});
  }
}

interface FollowedLog {
  readonly log: OpenLog;
  readonly read: ReadSoFar;
}

/** Reads what is new; returns whether there was anything. */
async function look(
  paths: readonly string[],
  facts: LogFacts,
  open: Map<string, FollowedLog>,
): Promise<boolean> {
  const { logs, problems } = await openLogs(paths, facts);
  const lasting = problems.filter(({ code }) => !PASSING.includes(code));
  if (lasting.length > 0) throw new Refusal(lasting);
  for (const [key, { log }] of [...open]) if (isSuperseded(log, logs)) open.delete(key);
  let changed = false;
  for (const log of logs) {
    const key = keyOf(log);
    const { collectors } = open.get(key)?.log ?? log;
    const followed: FollowedLog = { log: { ...log, collectors }, read: open.get(key)?.read ?? new Map() };
    open.set(key, followed);
    try {
      if (await pull(followed.log, followed.read, false)) changed = true;
    } catch (error) {
      // A file that goes away between two looks is being rotated or written anew.
      if (reasonOf(error)?.code !== 'ENOENT') throw error;
    }
  }
  return changed;
}

const keyOf = ({ source: { name, format } }: OpenLog): string => JSON.stringify([name, format.name]);

/**
 * Whether another log has taken the place of one in the folder of its run: one that says more, or the same under another name. One
 * that is merely not found is being written anew.
 */
function isSuperseded(log: OpenLog, found: readonly OpenLog[]): boolean {
  return (
    !found.some((other) => keyOf(other) === keyOf(log)) &&
    found.some(({ source }) => source.folder === log.source.folder)
  );
}

/** Codes of problems that a run which has just been started may show for a while. */
const PASSING = [fileMissing.code, noLogsFound.code, logUnknown.code];
