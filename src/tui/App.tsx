/** The screen as it lives: keys to state, state to answers, answers to panes. */

import { isDeepStrictEqual } from 'node:util';
import { Text, useApp, useInput } from 'ink';
import { type ReactElement, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import { canonicalJson } from '../documents/canonical.ts';
import { sha256 } from '../documents/sha256.ts';
import { Refusal } from '../problems/problem.ts';
import { type Answer, type Figures, makeAnswers } from './answer.ts';
import { chartsOf } from './charts.ts';
import { planExports, runAll } from './exports.ts';
import { filledIn, twice } from './filledIn.ts';
import { useErrand, useSize } from './hooks.ts';
import { keyNames } from './keys.ts';
import type { Size } from './layout.ts';
import type { Frame, Refitting } from './panes/model.ts';
import type { Refitter } from './refit.ts';
import { Screen } from './Screen.tsx';
import { commandsFor, type Held, type Host, type Source } from './source.ts';
import { reduce, startState } from './state.ts';
import type { Look } from './styled.ts';
import { unpiloted } from './unpiloted.ts';
import type { Values } from './values.ts';

export interface AppProps {
  readonly host: Host;
  readonly source: Source | undefined;
  /** What is asked at the start; what it leaves open is filled in from the fit. */
  readonly asked: Values;
  readonly look: Look;
  readonly refitter: Refitter;
  /** Gives the terminal back to the shell until it is continued. */
  readonly suspend: () => Promise<void>;
  /** Hears of the commands of the screen when it is left. */
  readonly onQuit: (commands: readonly string[]) => void;
  /** Of the terminal, where it is not that of the stream. */
  readonly size?: Size;
}

/** The exact answer is looked for once keys have rested for as long as the last one took, within these. */
const REST_MS = { least: 60, most: 600 } as const;

export function App(props: AppProps): ReactElement {
  const { host, look, refitter, asked } = props;
  const { exit } = useApp();
  const [state, dispatch] = useReducer(reduce, undefined, () =>
    startState(props.source, props.source === undefined ? asked : filledIn(asked, props.source)),
  );
  const size = useSize(props.size);
  const answers = useMemo(() => makeAnswers(host), [host]);
  const { held, refitting, cancel } = useHeld(state.source, state.values.exclude, refitter, (exclude, text) =>
    dispatch({ kind: 'refitEnded', exclude, text }),
  );
  const [, settle] = useReducer((count: number) => count + 1, 0);
  const stopped = useRef(false);
  const rest = useRef<number>(REST_MS.least);
  const lastShown = useRef<{ source: Source; answer: Answer } | undefined>(undefined);

  const { values, pinned } = state;
  const doubledValues = twice(values);
  const commands = state.source === undefined ? [] : commandsFor(state.source, values);

  // Exact answers one after the other, each in a turn of its own, so that keys come between.
  useEffect(() => {
    if (held === undefined || refitting !== undefined) return;
    const wanted = [
      values,
      ...(pinned === undefined ? [] : [pinned]),
      ...(doubledValues === undefined ? [] : [doubledValues]),
    ];
    const open = wanted.find((each) => !answers.settled(held, each));
    if (open === undefined) return;
    const timer = setTimeout(() => {
      const start = performance.now();
      answers.exactly(held, open);
      rest.current = Math.min(Math.max(performance.now() - start, REST_MS.least), REST_MS.most);
      settle();
    }, rest.current);
    return () => clearTimeout(timer);
  });

  useErrand(state.errand, async ({ what }) => {
    switch (what.kind) {
      case 'quit':
        refitter.cancel();
        props.onQuit(commands);
        exit();
        break;
      case 'suspend':
        stopped.current = true;
        settle();
        await props.suspend();
        stopped.current = false;
        settle();
        break;
      case 'open':
      case 'tryShipped': {
        const path = what.kind === 'open' ? what.path : host.shipped;
        dispatch({ kind: 'remark', text: `opening ${path} ...` });
        try {
          const source = await host.open([path]);
          dispatch({ kind: 'opened', source, values: filledIn(asked, source) });
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          dispatch({
            kind: 'notOpened',
            path,
            problem: error.problems.map(({ message }) => message).join(' '),
          });
        }
        break;
      }
      case 'export': {
        dispatch({ kind: 'remark', text: 'writing ...' });
        const ordered = planExports[what.at].written(commands, what.answer);
        const { done, told } = await runAll(host, ordered);
        dispatch(
          done
            ? { kind: 'remark', text: told }
            : { kind: 'notExported', at: what.at, answer: what.answer, problem: told },
        );
        break;
      }
      case 'unpiloted':
        dispatch(await unpiloted(host, what.text));
        break;
    }
  });

  useInput((input, press) => {
    for (const key of keyNames(input, press)) {
      if (key === 'esc' && refitting !== undefined && state.mode.kind === 'moving') cancel();
      else dispatch({ kind: 'key', key });
    }
  });

  const frame = ((): Frame | undefined => {
    if (state.source === undefined || held === undefined) return undefined;
    const shown = { ...values, exclude: held.exclude.length === 0 ? undefined : [...held.exclude] };
    const now = answers.now(held, shown);
    // Where nothing can be said at once, the answer before stays in sight.
    const before = lastShown.current?.source === state.source ? lastShown.current.answer : undefined;
    const awaited = now.kind === 'later' && now.scene === undefined;
    const answer = awaited ? (before ?? now) : now;
    if (!awaited) lastShown.current = { source: state.source, answer };
    const pinnedFigures =
      pinned === undefined ? undefined : figuresOf(answers.now(held, { ...pinned, exclude: shown.exclude }));
    const doubled =
      doubledValues !== undefined && answers.settled(held, doubledValues)
        ? answers.now(held, doubledValues)
        : undefined;
    const { scene } = answer;
    const figures = figuresOf(answer);
    return {
      state,
      fit: fitFor(answers, held, values),
      answer,
      pinned: pinnedFigures,
      doubled,
      charts:
        scene === undefined
          ? []
          : chartsOf(state.view, { scene, figures, pinned: pinnedFigures, log: state.log[state.view] }),
      refitting,
      awaited,
    };
  })();
  if (stopped.current) return <Text> </Text>;
  return <Screen {...{ state, frame, commands, size, look }} />;
}

function figuresOf(answer: Answer): Figures | undefined {
  return answer.kind === 'planned' ? answer.figures : undefined;
}

/** The fit with the laws that are chosen, or with all of them where it has no such law. */
function fitFor(answers: ReturnType<typeof makeAnswers>, held: Held, values: Values) {
  try {
    return answers.fitAsked(held, values);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return held.fit;
  }
}

/** The fit that can be asked: without the runs that are left out, once it is made; until then the one before. */
function useHeld(
  source: Source | undefined,
  exclude: readonly string[] | undefined,
  refitter: Refitter,
  onEnd: (exclude: readonly string[], text: string) => void,
): { held: Held | undefined; refitting: Refitting | undefined; cancel: () => void } {
  const [held, setHeld] = useState<Held | undefined>(source === undefined ? undefined : whole(source));
  const [refitting, setRefitting] = useState<Refitting | undefined>();
  const made = useRef(new Map<string, Held>());
  const wanted = exclude ?? [];
  const key = wanted.join('\n');
  const current = held?.source === source ? held : source === undefined ? undefined : whole(source);
  const end = (text: string): void => {
    refitter.cancel();
    setRefitting(undefined);
    onEnd(current?.exclude ?? [], text);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another fit or other runs start over
  useEffect(() => {
    if (source === undefined || current === undefined) return;
    if (current !== held) {
      made.current.clear();
      setHeld(current);
    }
    refitter.cancel();
    setRefitting(undefined);
    if (isDeepStrictEqual(current.exclude, wanted)) return;
    const known = wanted.length === 0 ? whole(source) : made.current.get(key);
    if (known !== undefined) {
      setHeld(known);
      return;
    }
    setRefitting({ done: 0, total: source.fit.draws.count * source.fit.evals.length });
    refitter.order({ fit: source.fit, exclude: wanted }, (news) => {
      if (news.kind === 'progress') setRefitting({ done: news.done, total: news.total });
      else if (news.kind === 'done') {
        const again: Held = {
          source,
          exclude: wanted,
          fit: news.fit,
          sha256: sha256(canonicalJson(news.fit)),
        };
        made.current.set(key, again);
        setHeld(again);
        setRefitting(undefined);
      } else
        end(news.kind === 'failed' ? news.message : news.problems.map(({ message }) => message).join(' '));
    });
  }, [source, key]);
  return { held: current, refitting, cancel: () => end('the refit was cancelled: the runs are as before') };
}

function whole(source: Source): Held {
  return { source, exclude: [], fit: source.fit, sha256: source.sha256 };
}
