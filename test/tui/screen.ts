/** The screen in tests: the shipped fit behind it, keys in, text out. */
import { askedOf, hostFor } from '../../src/cli/commands/tui.ts';
import { fittingOptions } from '../../src/cli/fittingOptions.ts';
import { planningOptions } from '../../src/cli/planningOptions.ts';
import { createPrinter, type Printer } from '../../src/cli/printer.ts';
import { parseArguments } from '../../src/options/parse.ts';
import { filledIn } from '../../src/tui/filledIn.ts';
import type { Host, Source } from '../../src/tui/source.ts';
import { type Event, reduce, type State, startState } from '../../src/tui/state.ts';
import type { Values } from '../../src/tui/values.ts';
import { fitPath } from '../cli/pilots.ts';

/** What the options of a plan and a fit are where nothing is given. */
export function defaults(...argv: readonly string[]) {
  return parseArguments([], [...fittingOptions, ...planningOptions], argv).values;
}

export interface Stage {
  readonly host: Host;
  readonly source: Source;
  /** Options as they were given. */
  readonly asked: Values;
}

/** The shipped fit, opened; it is read once for all tests of a file. */
/** A printer that says nothing, for answers behind the screen. */
export function silentPrinter(): Printer {
  const nowhere = { write: () => undefined };
  return createPrinter({ stdout: nowhere, stderr: nowhere, json: false, quiet: true, colour: false });
}

export async function stage(...argv: readonly string[]): Promise<Stage> {
  const values = defaults(...argv);
  const host = hostFor(values, silentPrinter());
  return { host, source: await host.open([fitPath]), asked: askedOf(values) };
}

export function opened({ source, asked }: Stage): State {
  return startState(source, filledIn(asked, source));
}

export function press(state: State, ...keys: readonly string[]): State {
  return keys.reduce((now, key) => reduce(now, { kind: 'key', key } satisfies Event), state);
}

/** What a terminal sends for a key by its name. */
export function bytesOf(key: string): string {
  const sequences: Readonly<Record<string, string>> = {
    left: '\u001b[D',
    right: '\u001b[C',
    up: '\u001b[A',
    down: '\u001b[B',
    'shift-left': '\u001b[1;2D',
    'shift-right': '\u001b[1;2C',
    pageup: '\u001b[5~',
    pagedown: '\u001b[6~',
    enter: '\r',
    esc: '\u001b',
    tab: '\t',
    'shift-tab': '\u001b[Z',
    space: ' ',
    backspace: '\u007f',
    'ctrl-r': '\u0012',
    'ctrl-u': '\u0015',
    'ctrl-c': '\u0003',
    'ctrl-z': '\u001a',
  };
  return sequences[key] ?? key;
}
