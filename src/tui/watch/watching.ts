/** A run that is watched: its plan, what its logs told so far, and what the program around the screen does for it. */
import type { PlanDocument } from '../../documents/plan.ts';
import type { WatchDocument } from '../../documents/watch.ts';
import { commandLine } from '../../options/commandLine.ts';
import type { Paths } from '../../watch/paths.ts';
import { type Export, reportFlags } from '../exports.ts';
import type { Host } from '../source.ts';
import type { Values } from '../values.ts';

/** The run as far as its logs tell. */
export interface SeenRun {
  readonly verdict: WatchDocument;
  /** By set, along the plan: what the verdict holds evaluations against. */
  readonly paths: Paths;
}

export interface Watching {
  readonly plan: PlanDocument;
  /** Path of the plan. */
  readonly path: string;
  readonly logs: readonly string[];
  /** Options with which the logs are read. */
  readonly reading: Values;
  /** Logs that are not there at this moment. */
  readonly missing: () => readonly string[];
  /**
   * Calls `onSeen` with what the logs tell, at once and whenever they have grown, until the signal is given. Throws a `Refusal`
   * where they cannot be read, or hold another run.
   */
  readonly follow: (signal: AbortSignal, onSeen: (seen: SeenRun) => void) => Promise<void>;
  /** Runs a command of `mixplan`. */
  readonly run: Host['run'];
}

/** Sets of the plan in the order of the screen: those with a tolerance first. */
export function setsOf({ runs, constraints }: PlanDocument): readonly string[] {
  const rank = (set: string): number => (constraints.tolerance[set] === undefined ? 1 : 0);
  return runs[0].evals.map(({ name }) => name).toSorted((a, b) => rank(a) - rank(b));
}

/** The command that says what the screen does. */
export function watchCommand({ path, logs, reading }: Watching): string {
  return commandLine('watch', [path, ...logs], reading);
}

/** What is written of a run. */
export function watchExports({ path, logs, reading }: Watching): readonly Export[] {
  return [
    {
      title: 'the verdict, as a document',
      asks: 'file',
      offered: 'watch.json',
      written: (_, output) => [commandLine('watch', [path, ...logs], { ...reading, output })],
    },
    {
      title: 'a report with the run in it',
      asks: 'file (.html or .md)',
      offered: 'watched.html',
      written: (_, answer) => [
        `${commandLine('report', [path], { ...reading, watched: logs })} ${reportFlags(answer)}`,
      ],
    },
  ];
}

/** Of a verdict that says no a document is written all the same. */
export const WRITTEN: readonly number[] = [0, 1];
