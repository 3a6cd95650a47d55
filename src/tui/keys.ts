/** The keys, once: what they do, and what the help and the README say of them. */

/** Where a key has its meaning: on every screen, in all panes of one (`planning`, `watching`), or in some of its panes. */
export type Place =
  | 'everywhere'
  | 'planning'
  | 'levers'
  | 'runs'
  | 'text'
  | 'first screen'
  | 'watching'
  | 'export';

export interface Binding {
  readonly action: Action;
  /** Names as `keyName` gives them; the first is the one that is shown. */
  readonly keys: readonly string[];
  readonly place: Place;
  /** A few words, without a full stop. */
  readonly help: string;
}

const bindings = [
  // Every screen
  { action: 'nextPane', keys: ['tab'], place: 'everywhere', help: 'go to the next pane' },
  { action: 'lastPane', keys: ['shift-tab'], place: 'everywhere', help: 'go to the pane before' },
  { action: 'chartPane', keys: ['2'], place: 'everywhere', help: 'go to the chart' },
  { action: 'scale', keys: ['x'], place: 'everywhere', help: 'switch the x axis between log and linear' },
  { action: 'band', keys: ['b'], place: 'everywhere', help: 'show or hide the intervals' },
  { action: 'command', keys: ['y'], place: 'everywhere', help: 'print the command that gives this screen' },
  {
    action: 'export',
    keys: ['e'],
    place: 'everywhere',
    help: 'write a document, a report or training files',
  },
  { action: 'help', keys: ['?'], place: 'everywhere', help: 'show these keys' },
  { action: 'back', keys: ['esc'], place: 'everywhere', help: 'leave what is open, or cancel a refit' },
  { action: 'suspend', keys: ['ctrl-z'], place: 'everywhere', help: 'stop for now; fg in the shell goes on' },
  { action: 'quit', keys: ['q', 'ctrl-c'], place: 'everywhere', help: 'quit' },
  // The plan, in all panes
  { action: 'runsPane', keys: ['1'], place: 'planning', help: 'go to the runs' },
  { action: 'leversPane', keys: ['3'], place: 'planning', help: 'go to the levers' },
  { action: 'planPane', keys: ['4'], place: 'planning', help: 'go to the plan' },
  { action: 'less', keys: ['left', 'h'], place: 'planning', help: 'move the lever a step down' },
  { action: 'more', keys: ['right', 'l'], place: 'planning', help: 'move the lever a step up' },
  { action: 'muchLess', keys: ['shift-left', 'H'], place: 'planning', help: 'ten steps down' },
  { action: 'muchMore', keys: ['shift-right', 'L'], place: 'planning', help: 'ten steps up' },
  { action: 'reset', keys: ['0'], place: 'planning', help: 'put the lever back to where it started' },
  { action: 'nextView', keys: ['v'], place: 'planning', help: 'show the next chart' },
  { action: 'lastView', keys: ['V'], place: 'planning', help: 'show the chart before' },
  {
    action: 'pin',
    keys: ['c'],
    place: 'planning',
    help: 'pin this plan to compare with; again: let it go',
  },
  { action: 'undo', keys: ['u'], place: 'planning', help: 'take back the last change' },
  { action: 'redo', keys: ['ctrl-r'], place: 'planning', help: 'make it again' },
  { action: 'open', keys: ['o'], place: 'planning', help: 'open another fit or other runs' },
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
  // Text that is longer than its pane
  { action: 'scrollUp', keys: ['up', 'k'], place: 'text', help: 'scroll up' },
  { action: 'scrollDown', keys: ['down', 'j'], place: 'text', help: 'scroll down' },
  { action: 'pageUp', keys: ['pageup'], place: 'text', help: 'scroll up a page' },
  { action: 'pageDown', keys: ['pagedown'], place: 'text', help: 'scroll down a page' },
  // A run that is watched
  { action: 'verdictPane', keys: ['1'], place: 'watching', help: 'go to the verdict' },
  { action: 'evaluationsPane', keys: ['3'], place: 'watching', help: 'go to the evaluations' },
  { action: 'nextSet', keys: ['v'], place: 'watching', help: 'show the next evaluation set' },
  { action: 'lastSet', keys: ['V'], place: 'watching', help: 'show the set before' },
  { action: 'reread', keys: ['r'], place: 'watching', help: 'read the logs again, now' },
  // Menus
  { action: 'menuAbove', keys: ['up', 'k'], place: 'first screen', help: 'choose the line above' },
  { action: 'menuBelow', keys: ['down', 'j'], place: 'first screen', help: 'choose the line below' },
  { action: 'menuTake', keys: ['enter'], place: 'first screen', help: 'take it' },
  { action: 'exportAbove', keys: ['up', 'k'], place: 'export', help: 'choose the line above' },
  { action: 'exportBelow', keys: ['down', 'j'], place: 'export', help: 'choose the line below' },
  { action: 'exportTake', keys: ['enter'], place: 'export', help: 'write it' },
] as const satisfies readonly (Omit<Binding, 'action'> & { readonly action: string })[];

export type Action = (typeof bindings)[number]['action'];

type ActionIn<In extends Place> = Extract<
  (typeof bindings)[number],
  { readonly place: In | 'everywhere' }
>['action'];
/** What keys do on the screen of the plan. */
export type PlanningAction = ActionIn<PlanningPlace>;
export type PlanningPlace = Exclude<Place, 'watching'>;
/** What keys do on the screen of a watched run. */
export type WatchingAction = ActionIn<WatchingPlace>;
export type WatchingPlace = 'everywhere' | 'watching' | 'text' | 'export';

export const keyTable: readonly Binding[] = bindings;

/** What a key does in some places, the first that knows it, and at last everywhere; undefined for keys without a meaning. */
export function actionOf<In extends Place>(key: string, ...places: readonly In[]): ActionIn<In> | undefined {
  const known = [...places, 'everywhere'].flatMap((place) =>
    bindings.filter(
      (binding) => binding.place === place && (binding.keys as readonly string[]).includes(key),
    ),
  );
  return known[0]?.action as ActionIn<In> | undefined;
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
  return [...input].map(nameOfCharacter);
}

/** A key that came together with others has no flags: what it is stands in its code. */
function nameOfCharacter(character: string): string {
  if (character === ' ') return 'space';
  if (character === '\r' || character === '\n') return 'enter';
  if (character === '\t') return 'tab';
  if (character === '\b' || character === '\x7f') return 'backspace';
  return character < ' ' ? `ctrl-${String.fromCharCode(character.charCodeAt(0) + 96)}` : character;
}
