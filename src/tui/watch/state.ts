/** The screen of a watched run as a value, and what a key makes of it. */
import type { Export } from '../exports.ts';
import type { Errand } from '../hooks.ts';
import { actionOf, type WatchingAction, type WatchingPlace } from '../keys.ts';
import { IN_WINDOWS, type Mode as PlanningMode } from '../state.ts';
import { edited } from '../typing.ts';

export const watchPanes = ['verdict', 'chart', 'evaluations'] as const;
export type WatchPane = (typeof watchPanes)[number];

export type WatchMode = Extract<
  PlanningMode,
  { readonly kind: 'moving' | 'help' | 'command' | 'export' | 'exporting' }
>;

export type WatchTask =
  | { readonly kind: 'quit' }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'export'; readonly at: number; readonly answer: string };

export interface WatchState {
  readonly pane: WatchPane;
  /** Which of the two is shown where there is no room for both. */
  readonly lower: Exclude<WatchPane, 'verdict'>;
  /** Index of the set that is looked at. */
  readonly set: number;
  readonly log: boolean;
  readonly band: boolean;
  /** First line that is shown. */
  readonly scroll: Readonly<Record<WatchPane, number>>;
  readonly mode: WatchMode;
  /** One line for the person, until the next key. */
  readonly remark: string | undefined;
  /** How often the logs were asked to be read from their start. */
  readonly readings: number;
  readonly errand: Errand<WatchTask> | undefined;
}

export const startState: WatchState = {
  pane: 'verdict',
  lower: 'chart',
  set: 0,
  log: false,
  band: true,
  scroll: { verdict: 0, chart: 0, evaluations: 0 },
  mode: { kind: 'moving' },
  remark: undefined,
  readings: 1,
  errand: undefined,
};

/** What happens to the screen. */
export type WatchEvent =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'remark'; readonly text: string }
  | { readonly kind: 'notExported'; readonly at: number; readonly answer: string; readonly problem: string };

/** @param about how many sets there are, and what may be exported */
export function reducerFor(about: { readonly sets: number; readonly exports: readonly Export[] }) {
  return (state: WatchState, event: WatchEvent): WatchState => {
    switch (event.kind) {
      case 'remark':
        return { ...state, remark: event.text };
      case 'notExported': {
        const { at, answer: text, problem } = event;
        return { ...state, remark: undefined, mode: { kind: 'exporting', at, text, problem } };
      }
      case 'key':
        return pressed({ ...state, remark: undefined }, event.key, about);
    }
  };
}

type About = Parameters<typeof reducerFor>[0];

function pressed(state: WatchState, key: string, about: About): WatchState {
  const { mode } = state;
  if (key === 'ctrl-c') return withErrand(state, { kind: 'quit' });
  if (mode.kind === 'exporting') return typed(state, mode, key);
  if (mode.kind === 'command') return moving(state);
  const action = actionOf(key, placeOf(state), 'watching');
  if (action === undefined) return state;
  if (mode.kind !== 'moving' && !(IN_WINDOWS as ReadonlySet<string>).has(action)) return state;
  return acted(state, action, about);
}

const moving = (state: WatchState): WatchState => ({ ...state, mode: { kind: 'moving' } });

function placeOf({ mode }: WatchState): WatchingPlace {
  return mode.kind === 'export' ? 'export' : 'text';
}

function typed(state: WatchState, mode: Extract<WatchMode, { kind: 'exporting' }>, key: string): WatchState {
  if (key === 'esc') return moving(state);
  const answer = mode.text.trim();
  if (key === 'enter')
    return answer === '' ? moving(state) : withErrand(moving(state), { kind: 'export', at: mode.at, answer });
  return { ...state, mode: { ...mode, text: edited(mode.text, key), problem: undefined } };
}

/** Lines of a page; the pane may be taller or lower. */
const PAGE = 10;

function acted(state: WatchState, action: WatchingAction, { sets, exports }: About): WatchState {
  const { mode } = state;
  switch (action) {
    case 'nextPane':
      return focused(state, paneAt(state, 1));
    case 'lastPane':
      return focused(state, paneAt(state, -1));
    case 'verdictPane':
      return focused(state, 'verdict');
    case 'chartPane':
      return focused(state, 'chart');
    case 'evaluationsPane':
      return focused(state, 'evaluations');
    case 'nextSet':
      return ofSet(state, (state.set + 1) % sets);
    case 'lastSet':
      return ofSet(state, (state.set + sets - 1) % sets);
    case 'scale':
      return { ...state, log: !state.log };
    case 'band':
      return { ...state, band: !state.band };
    case 'reread':
      return { ...state, readings: state.readings + 1, remark: 'reading the logs again ...' };
    case 'command':
      return { ...state, mode: { kind: 'command' } };
    case 'export':
      return { ...state, mode: { kind: 'export', at: 0 } };
    case 'help':
      return mode.kind === 'help' ? moving(state) : { ...state, mode: { kind: 'help', scroll: 0 } };
    case 'back':
      return moving(state);
    case 'suspend':
      return withErrand(state, { kind: 'suspend' });
    case 'quit':
      // A window that is open is left first.
      return mode.kind === 'moving' ? withErrand(state, { kind: 'quit' }) : moving(state);
    case 'scrollUp':
      return scrolled(state, -1);
    case 'scrollDown':
      return scrolled(state, 1);
    case 'pageUp':
      return scrolled(state, -PAGE);
    case 'pageDown':
      return scrolled(state, PAGE);
    case 'exportAbove':
      return exportMoved(state, -1, exports);
    case 'exportBelow':
      return exportMoved(state, 1, exports);
    case 'exportTake':
      return mode.kind === 'export'
        ? { ...state, mode: { kind: 'exporting', at: mode.at, text: exports[mode.at].offered } }
        : state;
  }
}

function paneAt({ pane }: WatchState, by: number): WatchPane {
  return watchPanes[(watchPanes.indexOf(pane) + by + watchPanes.length) % watchPanes.length];
}

function focused(state: WatchState, pane: WatchPane): WatchState {
  return { ...state, pane, lower: pane === 'verdict' ? state.lower : pane };
}

function ofSet(state: WatchState, set: number): WatchState {
  return { ...state, set, scroll: { ...state.scroll, evaluations: 0 } };
}

function scrolled(state: WatchState, by: number): WatchState {
  const { mode, pane, scroll } = state;
  return mode.kind === 'help'
    ? { ...state, mode: { kind: 'help', scroll: Math.max(mode.scroll + by, 0) } }
    : { ...state, scroll: { ...scroll, [pane]: Math.max(scroll[pane] + by, 0) } };
}

function exportMoved(state: WatchState, by: number, exports: readonly Export[]): WatchState {
  if (state.mode.kind !== 'export') return state;
  const at = Math.min(Math.max(state.mode.at + by, 0), exports.length - 1);
  return { ...state, mode: { kind: 'export', at } };
}

function withErrand(state: WatchState, what: WatchTask): WatchState {
  return { ...state, errand: { serial: (state.errand?.serial ?? 0) + 1, what } };
}
