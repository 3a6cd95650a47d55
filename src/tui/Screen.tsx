import { Box, Text, useIsScreenReaderEnabled } from 'ink';
import type { ReactElement } from 'react';
import { ALL_PANES, ANY_PANE, layoutFor, type Size } from './layout.ts';
import { levers } from './levers.ts';
import { Pane } from './Pane.tsx';
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
import { fitted, type Line, type Look, painted } from './styled.ts';
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
  const layout = layoutFor(size, LEVER_ROWS);
  if (layout.kind === 'tooSmall') {
    return (
      <Text>
        {`mixplan needs a terminal of ${ANY_PANE.columns} × ${ANY_PANE.rows} characters, and this one has ${size.columns} × ${size.rows}: make it larger, or quit with q.`}
      </Text>
    );
  }
  const whole: Area = { width: size.columns, height: size.rows - 3 };
  const inside: Area = { width: size.columns - 4, height: whole.height - 2 };
  const window = windowOver(state, commands, inside);
  const full = (title: string, lines: readonly Line[]): ReactElement => (
    <Pane title={title} lines={lines} {...whole} focused look={look} />
  );
  const body = (): ReactElement => {
    if (window !== undefined) return full(window.title, window.lines);
    if (frame === undefined) return full('welcome', firstLines(state, inside.width));
    if (layout.kind === 'onePane') {
      const { title, lines } = paneOf(frame, state.pane, inside, look);
      return full(title, lines);
    }
    return (
      <Box>
        {layout.columns.map(({ width, panes: placed }) => (
          <Box key={width} flexDirection="column" width={width}>
            {placed.map(({ pane, height }) => {
              const area = { width: width - 4, height: height - 2 };
              const { title, lines } = paneOf(frame, pane, area, look);
              const focused = state.pane === pane;
              return <Pane key={pane} {...{ title, lines, width, height, focused, look }} />;
            })}
          </Box>
        ))}
      </Box>
    );
  };
  return (
    <Box flexDirection="column">
      <Text>{painted(fitted(head(state, frame, size), size.columns), look)}</Text>
      {body()}
      <Text>{painted(fitted(foot(state), size.columns), look)}</Text>
    </Box>
  );
}

function paneOf(frame: Frame, pane: PaneId, area: Area, { ascii }: Look): { title: string; lines: Line[] } {
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

/** What lies over the panes. */
function windowOver(
  state: State,
  commands: readonly string[],
  area: Area,
): { title: string; lines: readonly Line[] } | undefined {
  const { mode } = state;
  switch (mode.kind) {
    case 'help':
      return { title: 'keys', lines: helpLines(area, mode.scroll) };
    case 'command':
      return { title: 'command', lines: commandLines(commands, area.width) };
    case 'export':
      return { title: 'export', lines: exportLines(mode.at) };
    case 'exporting':
      return { title: 'export', lines: exportingLines(mode, commands, area.width) };
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
    plan: '↑ ↓ scroll · ← → step · y command · e export',
    chart: '↑ ↓ lever · ← → step · v next chart · x log · b band',
    levers: '↑ ↓ lever · ← → step · enter type · v next chart · y command · e export · c pin · u undo',
  }[pane];
  return `? all keys · q quit · tab next pane · ${here}`;
}
