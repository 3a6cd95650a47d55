/** The keys, once: what they do, and what the help and the README say of them. */

/** Where a key has its meaning. */
export type Place = 'everywhere' | 'levers' | 'runs' | 'plan' | 'export' | 'first screen';

export interface Binding {
  readonly action: Action;
  /** Names as `keyName` gives them; the first is the one that is shown. */
  readonly keys: readonly string[];
  readonly place: Place;
  /** A few words, without a full stop. */
  readonly help: string;
}

const bindings = [
  // Everywhere
  { action: 'nextPane', keys: ['tab'], place: 'everywhere', help: 'go to the next pane' },
  { action: 'lastPane', keys: ['shift-tab'], place: 'everywhere', help: 'go to the pane before' },
  { action: 'runsPane', keys: ['1'], place: 'everywhere', help: 'go to the runs' },
  { action: 'chartPane', keys: ['2'], place: 'everywhere', help: 'go to the chart' },
  { action: 'leversPane', keys: ['3'], place: 'everywhere', help: 'go to the levers' },
  { action: 'planPane', keys: ['4'], place: 'everywhere', help: 'go to the plan' },
  { action: 'less', keys: ['left', 'h'], place: 'everywhere', help: 'move the lever a step down' },
  { action: 'more', keys: ['right', 'l'], place: 'everywhere', help: 'move the lever a step up' },
  { action: 'muchLess', keys: ['shift-left', 'H'], place: 'everywhere', help: 'ten steps down' },
  { action: 'muchMore', keys: ['shift-right', 'L'], place: 'everywhere', help: 'ten steps up' },
  { action: 'reset', keys: ['0'], place: 'everywhere', help: 'put the lever back to where it started' },
  { action: 'nextView', keys: ['v'], place: 'everywhere', help: 'show the next chart' },
  { action: 'lastView', keys: ['V'], place: 'everywhere', help: 'show the chart before' },
  { action: 'scale', keys: ['x'], place: 'everywhere', help: 'switch the x axis between log and linear' },
  { action: 'band', keys: ['b'], place: 'everywhere', help: 'show or hide the intervals' },
  {
    action: 'pin',
    keys: ['c'],
    place: 'everywhere',
    help: 'pin this plan to compare with; again: let it go',
  },
  { action: 'undo', keys: ['u'], place: 'everywhere', help: 'take back the last change' },
  { action: 'redo', keys: ['ctrl-r'], place: 'everywhere', help: 'make it again' },
  { action: 'command', keys: ['y'], place: 'everywhere', help: 'print the command that gives this plan' },
  { action: 'export', keys: ['e'], place: 'everywhere', help: 'write the plan, a report or training files' },
  { action: 'open', keys: ['o'], place: 'everywhere', help: 'open another fit or other runs' },
  { action: 'help', keys: ['?'], place: 'everywhere', help: 'show these keys' },
  { action: 'back', keys: ['esc'], place: 'everywhere', help: 'leave what is open, or cancel a refit' },
  { action: 'suspend', keys: ['ctrl-z'], place: 'everywhere', help: 'stop for now; fg in the shell goes on' },
  { action: 'quit', keys: ['q', 'ctrl-c'], place: 'everywhere', help: 'quit' },
  // Levers and chart
  { action: 'leverAbove', keys: ['up', 'k'], place: 'levers', help: 'choose the lever above' },
  { action: 'leverBelow', keys: ['down', 'j'], place: 'levers', help: 'choose the lever below' },
  { action: 'type', keys: ['enter'], place: 'levers', help: 'type a value with its unit' },
  // Runs
  { action: 'runAbove', keys: ['up', 'k'], place: 'runs', help: 'choose the run above' },
  { action: 'runBelow', keys: ['down', 'j'], place: 'runs', help: 'choose the run below' },
  {
    action: 'exclude',
    keys: ['space', 'enter'],
    place: 'runs',
    help: 'leave the run out, or take it in again',
  },
  { action: 'includeAll', keys: ['a'], place: 'runs', help: 'take all runs in again' },
  { action: 'sort', keys: ['s'], place: 'runs', help: 'sort by the next column' },
  { action: 'reverse', keys: ['S'], place: 'runs', help: 'sort the other way round' },
  { action: 'filter', keys: ['/'], place: 'runs', help: 'show only runs that hold a text' },
  // Plan
  { action: 'scrollUp', keys: ['up', 'k'], place: 'plan', help: 'scroll up' },
  { action: 'scrollDown', keys: ['down', 'j'], place: 'plan', help: 'scroll down' },
  { action: 'pageUp', keys: ['pageup'], place: 'plan', help: 'scroll up a page' },
  { action: 'pageDown', keys: ['pagedown'], place: 'plan', help: 'scroll down a page' },
  // Menus
  { action: 'menuAbove', keys: ['up', 'k'], place: 'first screen', help: 'choose the line above' },
  { action: 'menuBelow', keys: ['down', 'j'], place: 'first screen', help: 'choose the line below' },
  { action: 'menuTake', keys: ['enter'], place: 'first screen', help: 'take it' },
  { action: 'exportAbove', keys: ['up', 'k'], place: 'export', help: 'choose the line above' },
  { action: 'exportBelow', keys: ['down', 'j'], place: 'export', help: 'choose the line below' },
  { action: 'exportTake', keys: ['enter'], place: 'export', help: 'write it' },
] as const satisfies readonly (Omit<Binding, 'action'> & { readonly action: string })[];

export type Action = (typeof bindings)[number]['action'];

export const keyTable: readonly Binding[] = bindings;

/** What a key does in a place, whose own keys come before those of everywhere; undefined for keys without a meaning. */
export function actionOf(key: string, place: Place): Action | undefined {
  const of = (wanted: Place) =>
    keyTable.find((binding) => binding.place === wanted && binding.keys.includes(key))?.action;
  return of(place) ?? of('everywhere');
}

/** The key of an action, as the screen names it. */
export function keyOf(action: Action): string {
  return keyTable.find((binding) => binding.action === action)!.keys[0];
}

/** What ink says of one key press. */
export interface Press {
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly pageUp: boolean;
  readonly pageDown: boolean;
  readonly return: boolean;
  readonly escape: boolean;
  readonly tab: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
  readonly ctrl: boolean;
  readonly shift: boolean;
}

const named = [
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['return', 'enter'],
  ['escape', 'esc'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  // What most terminals send for backspace.
  ['delete', 'backspace'],
] as const;

/**
 * The names of what was pressed: `left`, `shift-left`, `ctrl-r`, `space`, or the character itself. A text that was pasted, or
 * typed faster than it was read, is one name for each character.
 */
export function keyNames(input: string, press: Press): readonly string[] {
  const special = named.find(([flag]) => press[flag]);
  if (special !== undefined) {
    const [flag, name] = special;
    return [press.shift && (/Arrow$/.test(flag) || flag === 'tab') ? `shift-${name}` : name];
  }
  if (press.ctrl) return [`ctrl-${input}`];
  return [...input].map((character) =>
    character === ' ' ? 'space' : character === '\r' ? 'enter' : character,
  );
}
