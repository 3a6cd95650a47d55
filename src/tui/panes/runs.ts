import { runColumns, setAsideRows, shownRuns } from '../runsTable.ts';
import { fitted, type Line, type Style } from '../styled.ts';
import type { Area, Frame } from './model.ts';

export function runLines({ state, fit }: Frame, { width, height }: Area): Line[] {
  const columns = runColumns(state.source?.fit);
  const runs = shownRuns(state);
  const focused = state.pane === 'runs';
  const cells = runs.map((run) => columns.map(({ text }) => text(run)));
  const widths = columns.map(({ title }, k) =>
    Math.max(title.length + (k === state.sort.column ? 1 : 0), ...cells.map((row) => row[k].length)),
  );
  const cell = (text: string, k: number): string =>
    k === 0 ? text.padEnd(widths[k]) : text.padStart(widths[k]);
  const head: Line = [
    { text: '  ' },
    ...columns.map(({ title }, k) => {
      const mark = k === state.sort.column ? (state.sort.down ? '↓' : '↑') : '';
      return { text: `${cell(title + mark, k)} `, style: (mark === '' ? 'dim' : 'bold') as Style };
    }),
  ];
  const rows = runs.map((run, at): Line => {
    const here = focused && at === state.run;
    const style: Style = here ? 'focus' : run.excluded ? 'dim' : 'plain';
    return [
      { text: run.excluded ? '✕ ' : '  ', style: 'limit' },
      { text: cells[at].map((text, k) => `${cell(text, k)} `).join(''), style },
    ];
  });
  const aside = asideLines(fit);
  const filtering = state.mode.kind === 'filtering';
  const filter: Line[] =
    filtering || state.filter !== ''
      ? [[{ text: `/${state.filter}${filtering ? '▏' : ''}  ${runs.length} of the runs`, style: 'bold' }]]
      : [];
  const tail = height > 8 + aside.length ? aside : [];
  const room = Math.max(height - 1 - filter.length - tail.length, 1);
  const first = Math.min(Math.max(state.run - room + 1, 0), Math.max(rows.length - room, 0));
  return [...filter, head, ...rows.slice(first, first + room), ...tail]
    .slice(0, height)
    .map((line) => fitted(line, width));
}

/** What was set aside before the fit, and why. */
function asideLines(fit: Frame['fit']): Line[] {
  return setAsideRows(fit).map(({ rows, runs, reason }) => [
    { text: `${rows} rows of ${runs} ${runs === 1 ? 'run' : 'runs'} set aside: ${reason}`, style: 'dim' },
  ]);
}
