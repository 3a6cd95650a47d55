/** The screen as a value, and what a key makes of it. Pure: files, threads and the terminal are somebody else's. */
import { isDeepStrictEqual } from 'node:util';
import type { Section } from '../explain/section.ts';
import { planExports } from './exports.ts';
import type { Errand } from './hooks.ts';
import { actionOf, type PlanningAction, type PlanningPlace } from './keys.ts';
import { levers, resetLever, typedInto } from './levers.ts';
import { runColumns, shownRuns } from './runsTable.ts';
import type { Source } from './source.ts';
import { edited } from './typing.ts';
import type { Values } from './values.ts';
import { type ViewId, views } from './views.ts';

export const panes = ['runs', 'chart', 'levers', 'plan'] as const;
export type PaneId = (typeof panes)[number];

/** What the keys go to. */
export type Mode =
  | { readonly kind: 'moving' }
  /** A value for the lever; `problem` says why what was entered last was not taken. */
  | { readonly kind: 'typing'; readonly text: string; readonly problem?: string | undefined }
  | { readonly kind: 'filtering'; readonly text: string }
  | { readonly kind: 'opening'; readonly text: string; readonly problem?: string | undefined }
  | { readonly kind: 'help'; readonly scroll: number }
  | { readonly kind: 'command' }
  | { readonly kind: 'export'; readonly at: number }
  /** What an export asks: where to, or for whom. */
  | {
      readonly kind: 'exporting';
      readonly at: number;
      readonly text: string;
      readonly problem?: string | undefined;
    }
  /** A plan without pilots: the options of its command, and what it answered. */
  | {
      readonly kind: 'unpiloted';
      readonly text: string;
      readonly answer: readonly Section[];
      readonly problem?: string | undefined;
    };

/** Modes in which letters are text. */
type TextMode = Extract<Mode, { readonly text: string }>;

/** What has to be done outside the screen. */
export type Task =
  | { readonly kind: 'quit' }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'open'; readonly path: string }
  | { readonly kind: 'tryShipped' }
  | { readonly kind: 'export'; readonly at: number; readonly answer: string }
  | { readonly kind: 'unpiloted'; readonly text: string };

export interface State {
  /** Undefined on the first screen. */
  readonly source: Source | undefined;
  /** What a lever is reset to. */
  readonly initial: Values;
  readonly values: Values;
  readonly past: readonly Values[];
  readonly future: readonly Values[];
  readonly pinned: Values | undefined;
  readonly pane: PaneId;
  /** Index into the levers. */
  readonly lever: number;
  /** Place in the runs as they are shown. */
  readonly run: number;
  readonly sort: { readonly column: number; readonly down: boolean };
  readonly filter: string;
  /** First line of the plan that is shown. */
  readonly scroll: number;
  /** Line of the first screen. */
  readonly menu: number;
  readonly view: ViewId;
  readonly log: Readonly<Record<ViewId, boolean>>;
  readonly band: boolean;
  readonly mode: Mode;
  /** One line for the person, until the next key. */
  readonly remark: string | undefined;
  readonly errand: Errand<Task> | undefined;
}

export const NO_SOURCE_MENU = [
  'try the shipped pilots',
  'open a fit, or runs to fit',
  'plan without pilots',
] as const;

export function startState(source: Source | undefined, values: Values): State {
  return {
    source,
    initial: values,
    values,
    past: [],
    future: [],
    pinned: undefined,
    pane: 'levers',
    lever: 0,
    run: 0,
    sort: { column: 0, down: false },
    filter: '',
    scroll: 0,
    menu: 0,
    view: 'ratio',
    log: Object.fromEntries(views.map(({ id, log }) => [id, log])) as Record<ViewId, boolean>,
    band: true,
    mode: { kind: 'moving' },
    remark: undefined,
    errand: undefined,
  };
}

/** So many changes can be taken back. */
const MOST_PAST = 500;

/** What happens to the screen. */
export type Event =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'opened'; readonly source: Source; readonly values: Values }
  | { readonly kind: 'notOpened'; readonly path: string; readonly problem: string }
  | { readonly kind: 'notExported'; readonly at: number; readonly answer: string; readonly problem: string }
  | { readonly kind: 'unpiloted'; readonly text: string; readonly answer: readonly Section[] }
  | { readonly kind: 'notPlanned'; readonly text: string; readonly problem: string }
  | { readonly kind: 'remark'; readonly text: string }
  /** A refit was given up, or refused: the runs are as they were before. */
  | { readonly kind: 'refitEnded'; readonly exclude: readonly string[]; readonly text: string };

export function reduce(state: State, event: Event): State {
  switch (event.kind) {
    case 'key':
      return pressed({ ...state, remark: undefined }, event.key);
    case 'opened':
      // The errand that opened it stays, so that the next one has a number of its own.
      return { ...startState(event.source, event.values), errand: state.errand };
    case 'notOpened':
      return {
        ...state,
        remark: undefined,
        mode: { kind: 'opening', text: event.path, problem: event.problem },
      };
    case 'notExported': {
      const { at, answer: text, problem } = event;
      return { ...state, remark: undefined, mode: { kind: 'exporting', at, text, problem } };
    }
    case 'unpiloted':
      return { ...state, mode: { kind: 'unpiloted', text: event.text, answer: event.answer } };
    case 'notPlanned':
      return { ...state, mode: { kind: 'unpiloted', text: event.text, answer: [], problem: event.problem } };
    case 'remark':
      return { ...state, remark: event.text };
    case 'refitEnded':
      return {
        ...state,
        values: withExcluded(state.values, event.exclude),
        remark: event.text,
      };
  }
}

function pressed(state: State, key: string): State {
  const { mode } = state;
  if (key === 'ctrl-c') return withErrand(state, { kind: 'quit' });
  if ('text' in mode) return typed(state, mode, key);
  if (mode.kind === 'command') return { ...state, mode: { kind: 'moving' } };
  const action = actionOf(key, placeOf(state), 'planning');
  if (action === undefined || (mode.kind !== 'moving' && !IN_WINDOWS.has(action))) return state;
  return acted(state, action);
}

/** What keys may do while a window lies over the panes: nothing behind it. */
export const IN_WINDOWS: ReadonlySet<PlanningAction> = new Set([
  'scrollUp',
  'scrollDown',
  'pageUp',
  'pageDown',
  'exportAbove',
  'exportBelow',
  'exportTake',
  'help',
  'back',
  'suspend',
  'quit',
]);

const PLACES = { runs: 'runs', chart: 'levers', levers: 'levers', plan: 'text' } as const;

/** Where the keys go to. */
export function placeOf({ source, mode, pane }: State): PlanningPlace {
  if (mode.kind === 'export') return 'export';
  if (mode.kind === 'help') return 'text';
  if (source === undefined) return 'first screen';
  return PLACES[pane];
}

function typed(state: State, mode: TextMode, key: string): State {
  if (key === 'esc')
    return {
      ...state,
      mode: { kind: 'moving' },
      ...(mode.kind === 'filtering' ? { filter: '', run: 0 } : {}),
    };
  if (key === 'enter') return entered(state, mode);
  const text = edited(mode.text, key);
  const next = { ...mode, text, problem: undefined };
  return mode.kind === 'filtering'
    ? { ...state, mode: next, filter: text, run: 0 }
    : { ...state, mode: next };
}

function entered(state: State, mode: TextMode): State {
  const moving = { ...state, mode: { kind: 'moving' } as const };
  switch (mode.kind) {
    case 'filtering':
      return moving;
    case 'unpiloted':
      return withErrand(state, { kind: 'unpiloted', text: mode.text });
    case 'exporting':
      return mode.text.trim() === ''
        ? moving
        : withErrand(moving, { kind: 'export', at: mode.at, answer: mode.text.trim() });
    case 'opening':
      return mode.text.trim() === '' ? moving : withErrand(moving, { kind: 'open', path: mode.text.trim() });
    case 'typing': {
      if (mode.text.trim() === '') return moving;
      const read = typedInto(levers[state.lever], mode.text, state.values);
      return 'problem' in read
        ? { ...state, mode: { ...mode, problem: read.problem } }
        : changed(moving, read.values);
    }
  }
}

function acted(state: State, action: PlanningAction): State {
  const { source } = state;
  const fit = source?.fit;
  const lever = levers[state.lever];
  const moved = (by: number): State =>
    fit === undefined ? state : changed(state, lever.step(state.values, by, fit));
  const inPane = (by: number): PaneId =>
    panes[(panes.indexOf(state.pane) + by + panes.length) % panes.length];
  switch (action) {
    case 'nextPane':
      return { ...state, pane: inPane(1) };
    case 'lastPane':
      return { ...state, pane: inPane(-1) };
    case 'runsPane':
    case 'chartPane':
    case 'leversPane':
    case 'planPane':
      return { ...state, pane: action.slice(0, -'Pane'.length) as PaneId };
    case 'less':
      return moved(-1);
    case 'more':
      return moved(1);
    case 'muchLess':
      return moved(-10);
    case 'muchMore':
      return moved(10);
    case 'reset':
      return changed(state, resetLever(lever, state.values, state.initial));
    case 'leverAbove':
      return { ...state, lever: Math.max(state.lever - 1, 0) };
    case 'leverBelow':
      return { ...state, lever: Math.min(state.lever + 1, levers.length - 1) };
    case 'type':
      return { ...state, mode: { kind: 'typing', text: '' } };
    case 'nextView':
      return { ...state, view: viewAt(state, 1) };
    case 'lastView':
      return { ...state, view: viewAt(state, -1) };
    case 'scale':
      return { ...state, log: { ...state.log, [state.view]: !state.log[state.view] } };
    case 'band':
      return { ...state, band: !state.band };
    case 'pin':
      return { ...state, pinned: state.pinned === undefined ? state.values : undefined };
    case 'undo':
      return undone(state);
    case 'redo':
      return redone(state);
    case 'command':
      return state.source === undefined ? state : { ...state, mode: { kind: 'command' } };
    case 'export':
      return state.source === undefined ? state : { ...state, mode: { kind: 'export', at: 0 } };
    case 'open':
      return { ...state, mode: { kind: 'opening', text: '' } };
    case 'help':
      return {
        ...state,
        mode: state.mode.kind === 'help' ? { kind: 'moving' } : { kind: 'help', scroll: 0 },
      };
    case 'back':
      return state.mode.kind !== 'moving'
        ? { ...state, mode: { kind: 'moving' } }
        : { ...state, filter: '', run: state.filter === '' ? state.run : 0 };
    case 'suspend':
      return withErrand(state, { kind: 'suspend' });
    case 'quit':
      // A window that is open is left first.
      return state.mode.kind === 'moving'
        ? withErrand(state, { kind: 'quit' })
        : { ...state, mode: { kind: 'moving' } };
    case 'runAbove':
      return { ...state, run: Math.max(state.run - 1, 0) };
    case 'runBelow':
      return { ...state, run: Math.min(state.run + 1, Math.max(shownRuns(state).length - 1, 0)) };
    case 'exclude':
      return toggled(state);
    case 'includeAll':
      return changed(state, withExcluded(state.values, []));
    case 'sort':
      return {
        ...state,
        sort: { ...state.sort, column: (state.sort.column + 1) % runColumns(fit).length },
        run: 0,
      };
    case 'reverse':
      return { ...state, sort: { ...state.sort, down: !state.sort.down }, run: 0 };
    case 'filter':
      return { ...state, mode: { kind: 'filtering', text: state.filter } };
    case 'scrollUp':
      return scrolled(state, -1);
    case 'scrollDown':
      return scrolled(state, 1);
    case 'pageUp':
      return scrolled(state, -PAGE);
    case 'pageDown':
      return scrolled(state, PAGE);
    case 'menuAbove':
      return { ...state, menu: Math.max(state.menu - 1, 0) };
    case 'menuBelow':
      return { ...state, menu: Math.min(state.menu + 1, NO_SOURCE_MENU.length - 1) };
    case 'menuTake':
      return taken(state);
    case 'exportAbove':
      return exportMoved(state, -1);
    case 'exportBelow':
      return exportMoved(state, 1);
    case 'exportTake':
      return state.mode.kind === 'export'
        ? {
            ...state,
            mode: { kind: 'exporting', at: state.mode.at, text: planExports[state.mode.at].offered },
          }
        : state;
  }
}

/** Lines of a page; the pane may be taller or lower. */
const PAGE = 10;

function scrolled(state: State, by: number): State {
  return state.mode.kind === 'help'
    ? { ...state, mode: { kind: 'help', scroll: Math.max(state.mode.scroll + by, 0) } }
    : { ...state, scroll: Math.max(state.scroll + by, 0) };
}

function taken(state: State): State {
  switch (state.menu) {
    case 0:
      return withErrand(state, { kind: 'tryShipped' });
    case 1:
      return { ...state, mode: { kind: 'opening', text: '' } };
    default:
      return { ...state, mode: { kind: 'unpiloted', text: UNPILOTED, answer: [] } };
  }
}

function exportMoved(state: State, by: number): State {
  if (state.mode.kind !== 'export') return state;
  const at = Math.min(Math.max(state.mode.at + by, 0), planExports.length - 1);
  return { ...state, mode: { kind: 'export', at } };
}

/** Offered for a plan without pilots: one of the commands of the help. */
const UNPILOTED = '--shift weak --budget 512gpu-h --gpu h100-sxm --model llama-3.1-8b';

function viewAt({ view }: State, by: number): ViewId {
  const now = views.findIndex(({ id }) => id === view);
  return views[(now + by + views.length) % views.length].id;
}

/** The run under the cursor left out, or taken in again. */
function toggled(state: State): State {
  const run = shownRuns(state)[state.run];
  if (run === undefined) return state;
  const excluded = state.values.exclude ?? [];
  return changed(
    state,
    withExcluded(
      state.values,
      excluded.includes(run.id) ? excluded.filter((id) => id !== run.id) : [...excluded, run.id],
    ),
  );
}

/** In the order of their names, so that the same runs left out are the same command. */
export function withExcluded(values: Values, ids: readonly string[]): Values {
  return { ...values, exclude: ids.length === 0 ? undefined : ids.toSorted() };
}

/** New values, with the old ones to go back to. */
function changed(state: State, values: Values): State {
  if (isDeepStrictEqual(values, state.values)) return state;
  return { ...state, values, past: [...state.past, state.values].slice(-MOST_PAST), future: [], scroll: 0 };
}

function undone(state: State): State {
  const values = state.past.at(-1);
  if (values === undefined) return { ...state, remark: 'nothing to take back' };
  return { ...state, values, past: state.past.slice(0, -1), future: [state.values, ...state.future] };
}

function redone(state: State): State {
  const [values, ...future] = state.future;
  if (values === undefined) return { ...state, remark: 'nothing to make again' };
  return { ...state, values, past: [...state.past, state.values], future };
}

function withErrand(state: State, what: Task): State {
  return { ...state, errand: { serial: (state.errand?.serial ?? 0) + 1, what } };
}
