/** What lies over the panes for a while: keys, the command, exports, and the first screen. */

import type { Export } from '../exports.ts';
import { keyTable, type Place } from '../keys.ts';
import { type Mode, NO_SOURCE_MENU, type State } from '../state.ts';
import { blank, type Line, type Style, wrapped } from '../styled.ts';
import type { Area } from './model.ts';
import { sectionLines } from './plan.ts';

const TITLES: Readonly<Record<Place, string>> = {
  everywhere: 'Everywhere',
  planning: 'The plan',
  levers: 'Levers and chart',
  runs: 'Runs',
  text: 'Longer text, and this help',
  export: 'Export',
  'first screen': 'First screen',
  watching: 'The watched run',
};

/** The key table as help, in one column or two, of these places in their order. */
export function helpLines(places: readonly Place[], { width, height }: Area, scroll: number): Line[] {
  const groups = places.map((place): Line[] => [
    [{ text: TITLES[place], style: 'title' }],
    ...keyTable
      .filter((binding) => binding.place === place)
      .map(
        ({ keys, help }): Line => [
          { text: `  ${keys.join(', ').padEnd(18)}`, style: 'bold' },
          { text: help },
        ],
      ),
    blank,
  ]);
  const [everywhere, ...others] = groups;
  const both = width >= 120 ? beside(everywhere, others.flat(), Math.floor(width / 2)) : groups.flat();
  const first = Math.min(scroll, Math.max(both.length - height, 0));
  return both.slice(first, first + height);
}

function beside(left: readonly Line[], right: readonly Line[], width: number): Line[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, k): Line => {
    const text = (left[k] ?? []).reduce((sum, span) => sum + span.text.length, 0);
    return [...(left[k] ?? []), { text: ' '.repeat(Math.max(width - text, 1)) }, ...(right[k] ?? [])];
  });
}

export function commandLines(commands: readonly string[], width: number): Line[] {
  return [
    ...wrapped(
      commands.length > 1
        ? 'This screen as commands, to be run in this order: the first writes what the next one reads. They are printed again when you quit:'
        : 'This screen as a command; it is printed again when you quit:',
      width,
      'dim',
    ),
    blank,
    ...commands.flatMap((command) => hard(command, width)),
    blank,
    ...wrapped('any key goes back', width, 'dim'),
  ];
}

/** A command broken after spaces where it can be, and with all of its letters, so that its lines together are the command. */
function hard(text: string, width: number): Line[] {
  const lines: Line[] = [];
  for (let rest = [...text]; rest.length > 0; ) {
    const space = rest.length > width ? rest.lastIndexOf(' ', width - 1) : -1;
    const end = space > 0 ? space + 1 : width;
    lines.push([{ text: rest.slice(0, end).join(''), style: 'bold' }]);
    rest = rest.slice(end);
  }
  return lines;
}

export function exportLines(kinds: readonly Export[], at: number): Line[] {
  return [
    [{ text: 'What shall be written?', style: 'title' }],
    blank,
    ...kinds.map(({ title }, k): Line => choice(title, k === at)),
    blank,
    [{ text: 'enter goes on, esc goes back', style: 'dim' }],
  ];
}

export function exportingLines(
  kinds: readonly Export[],
  { at, text, problem }: Extract<Mode, { kind: 'exporting' }>,
  commands: readonly string[],
  width: number,
): Line[] {
  const kind = kinds[at];
  return [
    [{ text: `${kind.title}: ${kind.asks}`, style: 'title' }],
    [{ text: `${text}▏`, style: 'bold' }],
    ...(problem === undefined ? [] : [blank, ...wrapped(problem, width, 'error')]),
    blank,
    [{ text: 'enter runs this, esc goes back:', style: 'dim' }],
    ...(text.trim() === '' ? [] : kind.written(commands, text).flatMap((command) => hard(command, width))),
  ];
}

export function unpilotedLines(
  { text, answer, problem }: Extract<Mode, { kind: 'unpiloted' }>,
  width: number,
): Line[] {
  return [
    ...wrapped(
      'A plan from published evidence alone, with everything assumed. The shift is weak (another field in the languages that the base model knows) or strong (another language).',
      width,
    ),
    blank,
    [{ text: `mixplan plan --no-pilots ${text}▏`, style: 'bold' }],
    [{ text: 'enter plans, ctrl-u empties the line, esc goes back', style: 'dim' }],
    blank,
    ...(problem === undefined ? [] : wrapped(problem, width, 'error')),
    ...answer.flatMap((section) => sectionLines(section, width)),
  ];
}

function choice(text: string, chosen: boolean): Line {
  const style: Style = chosen ? 'focus' : 'plain';
  return [{ text: chosen ? '▸ ' : '  ' }, { text, style }];
}

export function firstLines({ menu, mode }: State, width: number): Line[] {
  return [
    [{ text: 'mixplan', style: 'title' }],
    ...wrapped('From small pilot runs to a domain ratio, a token count and an honest interval.', width),
    blank,
    ...NO_SOURCE_MENU.map((what, k): Line => choice(what, k === menu)),
    blank,
    ...(mode.kind === 'opening' ? openingLines(mode.text, mode.problem, width) : []),
  ];
}

export function openingLines(text: string, problem: string | undefined, width: number): Line[] {
  return [
    [{ text: 'Path of a fit (pilots.fit.json) or of runs (CSV, TSV, JSON Lines): ', style: 'dim' }],
    [{ text: `${text}▏`, style: 'bold' }],
    ...(problem === undefined ? [] : wrapped(problem, width, 'error')),
    [{ text: 'enter opens it, esc goes back', style: 'dim' }],
  ];
}
