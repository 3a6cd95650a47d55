import { Text, useIsScreenReaderEnabled } from 'ink';
import type { ReactElement } from 'react';
import { planExports } from './exports.ts';
import type { Place } from './keys.ts';
import { ALL_PANES, type Column, layoutFor, type Size } from './layout.ts';
import { levers } from './levers.ts';
import { Panes, type Titled } from './Panes.tsx';
import { chartLines } from './panes/chart.ts';
import { leverLines } from './panes/levers.ts';
import type { Area, Frame } from './panes/model.ts';
import { planLines } from './panes/plan.ts';
import { runLines } from './panes/runs.ts';
import {
  commandLines,
  exportingLines,
  exportLines,
  firstLines,
  helpLines,
  openingLines,
  unpilotedLines,
} from './panes/windows.ts';
import { type PaneId, panes, type State } from './state.ts';
import type { Line, Look } from './styled.ts';
import { views } from './views.ts';
import { inWords } from './words.ts';

/** Lines that the levers need with their frame, and three for what the chosen one means. */
const LEVER_ROWS = levers.length + 5;

export interface ScreenProps {
  readonly state: State;
  /** Undefined on the first screen. */
  readonly frame: Frame | undefined;
  readonly commands: readonly string[];
  readonly size: Size;
  readonly look: Look;
}

/** Everything, for a size of the terminal. */
export function Screen({ state, frame, commands, size, look }: ScreenProps): ReactElement {
  const spoken = useIsScreenReaderEnabled();
  if (spoken) {
    const area: Area = { width: 200, height: 100 };
    const window = windowOver(state, commands, area);
    const first = frame === undefined ? firstLines(state, area.width) : undefined;
    return <Text>{inWords(state, frame, window?.lines ?? first).join('\n')}</Text>;
  }
  return (
    <Panes
      layout={layoutFor(size, split)}
      {...{ size, look }}
      head={head(state, frame, size)}
      foot={foot(state)}
      window={(area) =>
        windowOver(state, commands, area) ??
        (frame === undefined ? { title: 'welcome', lines: firstLines(state, area.width) } : undefined)
      }
      focused={state.pane}
      paneOf={(pane, area) =>
        frame === undefined ? { title: '', lines: [] } : paneOf(frame, pane, area, look)
      }
    />
  );
}

/** Levers over runs, and the chart over the plan. */
function split({ columns, rows }: Size): Column<PaneId>[] {
  const left = Math.min(Math.max(Math.round(columns * 0.4), 36), 64);
  const levers = Math.min(LEVER_ROWS, Math.ceil(rows * 0.62));
  const chart = Math.max(Math.round(rows * 0.55), 11);
  return [
    {
      width: left,
      panes: [
        { pane: 'levers', height: levers },
        { pane: 'runs', height: rows - levers },
      ],
    },
    {
      width: columns - left,
      panes: [
        { pane: 'chart', height: chart },
        { pane: 'plan', height: rows - chart },
      ],
    },
  ];
}

function paneOf(frame: Frame, pane: PaneId, area: Area, { ascii }: Look): Titled {
  const number = panes.indexOf(pane) + 1;
  switch (pane) {
    case 'runs':
      return { title: `${number} runs`, lines: runLines(frame, area) };
    case 'levers':
      return { title: `${number} levers`, lines: leverLines(frame, area) };
    case 'plan':
      return { title: `${number} plan`, lines: planLines(frame, area) };
    case 'chart': {
      const { title } = views.find(({ id }) => id === frame.state.view)!;
      return { title: `${number} ${frame.charts[0]?.title ?? title}`, lines: chartLines(frame, area, ascii) };
    }
  }
}

const HELP: readonly Place[] = ['everywhere', 'planning', 'levers', 'runs', 'text'];

/** What lies over the panes. */
function windowOver(state: State, commands: readonly string[], area: Area): Titled | undefined {
  const { mode } = state;
  switch (mode.kind) {
    case 'help':
      return { title: 'keys', lines: helpLines(HELP, area, mode.scroll) };
    case 'command':
      return { title: 'command', lines: commandLines(commands, area.width) };
    case 'export':
      return { title: 'export', lines: exportLines(planExports, mode.at) };
    case 'exporting':
      return { title: 'export', lines: exportingLines(planExports, mode, commands, area.width) };
    case 'unpiloted':
      return { title: 'plan without pilots', lines: unpilotedLines(mode, area.width) };
    case 'opening':
      return state.source === undefined
        ? undefined
        : { title: 'open', lines: openingLines(mode.text, mode.problem, area.width) };
    default:
      return undefined;
  }
}

function head(state: State, frame: Frame | undefined, size: Size): Line {
  const { source, remark } = state;
  const small = size.columns < ALL_PANES.columns || size.rows < ALL_PANES.rows;
  const refitting = frame?.refitting;
  return [
    { text: ' mixplan ', style: 'title' },
    ...(small && source !== undefined
      ? [{ text: panes.map((pane, k) => `${k + 1} ${pane}`).join('  '), style: 'dim' } as const]
      : []),
    ...(refitting === undefined
      ? []
      : [
          {
            text: ` fitting the runs again: ${refitting.done} of ${refitting.total} draws; esc cancels `,
            style: 'warning',
          } as const,
        ]),
    ...(remark === undefined ? [] : [{ text: ` ${remark}`, style: 'warning' } as const]),
    ...(source === undefined ? [] : [{ text: ` ${source.args.join(' ')}`, style: 'dim' } as const]),
  ];
}

/** The keys that matter here, for those who have never seen this; the way to all of them first. */
function foot({ source, mode, pane }: State): Line {
  return [{ text: ` ${hints(source !== undefined, mode, pane)}`, style: 'dim' }];
}

function hints(isOpen: boolean, mode: State['mode'], pane: PaneId): string {
  if ('text' in mode) return 'enter takes it · esc goes back';
  if (mode.kind === 'help') return '↑ ↓ scroll · esc goes back';
  if (mode.kind === 'export') return '↑ ↓ choose · enter goes on · esc goes back';
  if (mode.kind === 'command') return 'any key goes back';
  if (!isOpen) return '↑ ↓ choose · enter takes it · q quit';
  const here = {
    runs: '↑ ↓ choose · space leave out · s sort · / filter · a all in',
    plan: '↑ ↓ scroll · ← → step · e export · y command',
    chart: '↑ ↓ lever · ← → step · v next chart · x log · b band',
    levers: '↑ ↓ lever · ← → step · enter type · e export · y command · v next chart · c pin · u undo',
  }[pane];
  return `? all keys · q quit · tab next pane · ${here}`;
}
