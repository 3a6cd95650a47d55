import { optionOf } from '../../options/all.ts';
import { keyOf } from '../keys.ts';
import { levers } from '../levers.ts';
import { fitted, type Line, type Style, wrapped } from '../styled.ts';
import type { Area, Frame } from './model.ts';

/** Columns of the names. */
const NAMES = Math.max(...levers.map(({ title }) => title.length)) + 3;

export function leverLines({ state, fit }: Frame, { width, height }: Area): Line[] {
  const { mode, values, initial } = state;
  const rows = levers.map((lever, k): Line => {
    const chosen = k === state.lever;
    const text = lever.text(values, fit);
    const style: Style = chosen ? 'focus' : text === lever.text(initial, fit) ? 'plain' : 'bold';
    const value = chosen && mode.kind === 'typing' ? `${mode.text}▏` : chosen ? `← ${text} →` : `  ${text}`;
    return [
      { text: `${chosen ? '▸' : ' '} ${lever.title}`.padEnd(NAMES), style: chosen ? 'bold' : 'dim' },
      { text: value, style },
    ];
  });
  const lever = levers[state.lever];
  const { help } = optionOf(lever.sets[0]);
  const below: Line[] =
    mode.kind === 'typing' && mode.problem !== undefined
      ? wrapped(mode.problem, width, 'error')
      : mode.kind === 'typing'
        ? wrapped(`type such as ${lever.example}, then enter; esc leaves it as it was`, width, 'dim')
        : wrapped(`${keyOf('type')} types a value, such as ${lever.example}: ${help}`, width, 'dim');
  // The chosen lever stays in sight, with what it means where there is room.
  const room = Math.max(
    height - Math.min(below.length, Math.max(height - rows.length, mode.kind === 'typing' ? 2 : 0)),
    1,
  );
  const first = Math.min(Math.max(state.lever - room + 1, 0), Math.max(rows.length - room, 0));
  return [...rows.slice(first, first + room), ...below].slice(0, height).map((line) => fitted(line, width));
}
