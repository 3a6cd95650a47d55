import { Text, useIsScreenReaderEnabled } from 'ink';
import type { ReactElement } from 'react';
import type { Place } from '../keys.ts';
import { ALL_PANES, type Column, layoutFor, type Size } from '../layout.ts';
import { Panes, type Titled } from '../Panes.tsx';
import type { Area } from '../panes/model.ts';
import { commandLines, exportingLines, exportLines, helpLines } from '../panes/windows.ts';
import type { Line, Look } from '../styled.ts';
import type { WatchFrame } from './model.ts';
import { watchPane } from './panes.ts';
import { type WatchPane, type WatchState, watchPanes } from './state.ts';
import { watchCommand, watchExports } from './watching.ts';
import { watchInWords } from './words.ts';

/** The whole screen of a watched run, for a size of the terminal. */
export function WatchScreen({
  frame,
  size,
  look,
}: {
  readonly frame: WatchFrame;
  readonly size: Size;
  readonly look: Look;
}): ReactElement {
  const { state } = frame;
  const window = (area: Area): Titled | undefined => windowOver(frame, area);
  if (useIsScreenReaderEnabled())
    return <Text>{watchInWords(frame, window({ width: 200, height: 100 })?.lines).join('\n')}</Text>;
  return (
    <Panes
      layout={layoutFor(size, split(state))}
      {...{ size, look, window }}
      head={head(frame, size)}
      foot={[{ text: ` ${hints(state)}`, style: 'dim' }]}
      focused={state.pane}
      paneOf={(pane, area) => watchPane(frame, pane, area, look)}
    />
  );
}

/** Columns from which on there is room for two panes side by side, and rows for three above each other. */
const WIDE = 150;
const TALL = 40;
/** The tables of the verdict fit into so many columns. */
const VERDICT = 78;

/** The verdict beside the chart over the evaluations; where it is narrower all above each other, or two of them. */
function split({ lower }: WatchState) {
  return ({ columns, rows }: Size): Column<WatchPane>[] => {
    if (columns >= WIDE) {
      const chart = Math.round(rows * 0.55);
      return [
        { width: VERDICT, panes: [{ pane: 'verdict', height: rows }] },
        {
          width: columns - VERDICT,
          panes: [
            { pane: 'chart', height: chart },
            { pane: 'evaluations', height: rows - chart },
          ],
        },
      ];
    }
    const verdict = Math.round(rows * (rows >= TALL ? 0.4 : 0.46));
    const chart = Math.round(rows * 0.35);
    return [
      {
        width: columns,
        panes: [
          { pane: 'verdict', height: verdict },
          ...(rows >= TALL
            ? ([
                { pane: 'chart', height: chart },
                { pane: 'evaluations', height: rows - verdict - chart },
              ] as const)
            : ([{ pane: lower, height: rows - verdict }] as const)),
        ],
      },
    ];
  };
}

const HELP: readonly Place[] = ['everywhere', 'watching', 'text'];

/** What lies over the panes. */
function windowOver({ state: { mode }, watching }: WatchFrame, area: Area): Titled | undefined {
  const commands = [watchCommand(watching)];
  const kinds = watchExports(watching);
  switch (mode.kind) {
    case 'help':
      return { title: 'keys', lines: helpLines(HELP, area, mode.scroll) };
    case 'command':
      return { title: 'command', lines: commandLines(commands, area.width) };
    case 'export':
      return { title: 'export', lines: exportLines(kinds, mode.at) };
    case 'exporting':
      return { title: 'export', lines: exportingLines(kinds, mode, commands, area.width) };
    case 'moving':
      return undefined;
  }
}

function head({ state, watching, followed }: WatchFrame, { columns, rows }: Size): Line {
  const small = columns < ALL_PANES.columns || rows < ALL_PANES.rows || (columns < WIDE && rows < TALL);
  const stopped = followed.problems.length > 0;
  return [
    { text: ' mixplan ', style: 'title' },
    ...(small
      ? [{ text: `${watchPanes.map((pane, k) => `${k + 1} ${pane}`).join('  ')} `, style: 'dim' } as const]
      : []),
    ...(state.remark === undefined ? [] : [{ text: ` ${state.remark} `, style: 'warning' } as const]),
    ...(stopped ? [{ text: ' not followed ', style: 'error' } as const] : []),
    { text: ` ${[watching.path, ...watching.logs].join(' ')}`, style: 'dim' },
  ];
}

/** The keys that matter here; the way to all of them first. */
function hints({ mode, pane }: WatchState): string {
  switch (mode.kind) {
    case 'exporting':
      return 'enter takes it · esc goes back';
    case 'help':
      return '↑ ↓ scroll · esc goes back';
    case 'export':
      return '↑ ↓ choose · enter goes on · esc goes back';
    case 'command':
      return 'any key goes back';
    case 'moving': {
      const here = {
        verdict: '↑ ↓ scroll · v next set · y command · e export · r read again',
        chart: 'v next set · x log · b band · y command · e export',
        evaluations: '↑ ↓ scroll · v next set · y command · e export',
      }[pane];
      return `? all keys · q quit · tab next pane · ${here}`;
    }
  }
}
