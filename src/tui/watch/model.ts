/** What the panes of a watched run show, put together for one frame. */
import type { Problem } from '../../problems/problem.ts';
import type { Chart } from '../chart.ts';
import type { WatchState } from './state.ts';
import type { SeenRun, Watching } from './watching.ts';

/** What came of following the logs. */
export interface Followed {
  /** Undefined until there is an evaluation. */
  readonly seen: SeenRun | undefined;
  /** Time of day at which following began. */
  readonly since: string;
  /** Time of day at which the newest evaluation was read first. */
  readonly arrived: string | undefined;
  /** Logs that were not there at the start. */
  readonly missing: readonly string[];
  /** Why the logs are not followed any more; empty while they are. */
  readonly problems: readonly Problem[];
}

export interface WatchFrame {
  readonly watching: Watching;
  readonly state: WatchState;
  readonly followed: Followed;
  /** Sets of the plan, in the order of the screen. */
  readonly sets: readonly string[];
  /** The one that is looked at first. */
  readonly charts: readonly Chart[];
}
