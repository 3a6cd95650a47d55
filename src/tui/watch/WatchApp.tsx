/** The screen of a watched run as it lives: logs to verdicts, keys to state, both to panes. */
import { Text, useApp, useInput } from 'ink';
import { type ReactElement, useEffect, useMemo, useReducer, useState } from 'react';
import { Refusal } from '../../problems/problem.ts';
import { runAll } from '../exports.ts';
import { useErrand, useSize } from '../hooks.ts';
import { keyNames } from '../keys.ts';
import type { Size } from '../layout.ts';
import type { Around } from '../onScreen.tsx';
import type { Look } from '../styled.ts';
import { watchCharts } from './charts.ts';
import type { Followed } from './model.ts';
import { reducerFor, startState } from './state.ts';
import { WatchScreen } from './WatchScreen.tsx';
import { type SeenRun, setsOf, type Watching, WRITTEN, watchCommand, watchExports } from './watching.ts';

export interface WatchAppProps extends Around {
  readonly watching: Watching;
  readonly look: Look;
  /** Time of day, to be shown. */
  readonly clock: () => string;
  /** Of the terminal, where it is not that of the stream. */
  readonly size?: Size;
}

export function WatchApp({ watching, look, clock, ...around }: WatchAppProps): ReactElement {
  const { exit } = useApp();
  const size = useSize(around.size);
  const sets = useMemo(() => setsOf(watching.plan), [watching]);
  const exports = useMemo(() => watchExports(watching), [watching]);
  const reduce = useMemo(() => reducerFor({ sets: sets.length, exports }), [sets, exports]);
  const [state, dispatch] = useReducer(reduce, startState);
  const followed = useFollowed(watching, state.readings, clock, {
    onReread: () => dispatch({ kind: 'remark', text: `the logs were read again at ${clock()}` }),
    onFault: exit,
  });
  const [stopped, setStopped] = useState(false);

  useErrand(state.errand, async ({ what }) => {
    switch (what.kind) {
      case 'quit':
        around.onQuit([watchCommand(watching)]);
        exit();
        break;
      case 'suspend':
        setStopped(true);
        await around.suspend();
        setStopped(false);
        break;
      case 'export': {
        dispatch({ kind: 'remark', text: 'writing ...' });
        const { at, answer } = what;
        const ordered = exports[at].written([watchCommand(watching)], answer);
        const { done, told } = await runAll(watching, ordered, WRITTEN);
        dispatch(done ? { kind: 'remark', text: told } : { kind: 'notExported', at, answer, problem: told });
        break;
      }
    }
  });

  useInput((input, press) => {
    for (const key of keyNames(input, press)) dispatch({ kind: 'key', key });
  });

  const { seen } = followed;
  const charts = useMemo(() => {
    const ordered = [...sets.slice(state.set), ...sets.slice(0, state.set)];
    return watchCharts(watching.plan, ordered, seen, state.log);
  }, [watching, sets, seen, state.set, state.log]);
  if (stopped) return <Text> </Text>;
  return <WatchScreen frame={{ watching, state, followed, sets, charts }} {...{ size, look }} />;
}

/** What the logs tell, followed for as long as the screen is there, and from their start again with every reading. */
function useFollowed(
  watching: Watching,
  readings: number,
  clock: () => string,
  { onReread, onFault }: { onReread: () => void; onFault: (error: Error) => void },
): Followed {
  const opened = (): Followed => ({
    seen: undefined,
    since: clock(),
    arrived: undefined,
    missing: watching.missing(),
    problems: [],
  });
  const [followed, setFollowed] = useState(opened);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another run or another reading starts over
  useEffect(() => {
    const over = new AbortController();
    // Until they are read again, what was seen stays.
    setFollowed(({ seen, arrived }) => ({ ...opened(), seen, arrived }));
    let isReread = readings > 1;
    const onSeen = (seen: SeenRun): void => {
      if (over.signal.aborted) return;
      if (isReread) onReread();
      isReread = false;
      setFollowed((before) => ({
        ...before,
        seen,
        arrived: newestOf(before.seen) === newestOf(seen) ? before.arrived : clock(),
      }));
    };
    watching.follow(over.signal, onSeen).catch((error: unknown) => {
      if (over.signal.aborted) return;
      if (error instanceof Refusal) setFollowed((before) => ({ ...before, problems: error.problems }));
      else onFault(error instanceof Error ? error : new Error(String(error)));
    });
    return () => over.abort();
  }, [watching, readings]);
  return followed;
}

/** Tokens of the newest evaluation. */
function newestOf(seen: SeenRun | undefined): number | undefined {
  return seen?.verdict.evaluations.at(-1)?.tokens;
}
