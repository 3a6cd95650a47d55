/** Which panes are shown, and where, for a size of the terminal. */
import type { PaneId } from './state.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export type Layout =
  /** Two columns of panes between a line above and a line below. */
  | {
      readonly kind: 'panes';
      readonly columns: readonly { readonly width: number; readonly panes: readonly PlacedPane[] }[];
    }
  | { readonly kind: 'onePane'; readonly width: number; readonly height: number }
  | { readonly kind: 'tooSmall' };

export interface PlacedPane {
  readonly pane: PaneId;
  readonly height: number;
}

/** Smaller than this, one pane is shown at a time. */
export const ALL_PANES: Size = { columns: 80, rows: 24 };
/** Smaller than this, none. */
export const ANY_PANE: Size = { columns: 60, rows: 16 };

/** Lines above and below the panes, and the last line of the terminal, which stays free so that nothing scrolls. */
const AROUND = 3;

/**
 * @param leverRows lines that the levers need
 */
export function layoutFor({ columns, rows }: Size, leverRows: number): Layout {
  if (columns < ANY_PANE.columns || rows < ANY_PANE.rows) return { kind: 'tooSmall' };
  const height = rows - AROUND;
  if (columns < ALL_PANES.columns || rows < ALL_PANES.rows)
    return { kind: 'onePane', width: columns, height };
  const left = Math.min(Math.max(Math.round(columns * 0.4), 36), 64);
  const levers = Math.min(leverRows, Math.ceil(height * 0.62));
  const chart = Math.max(Math.round(height * 0.55), 11);
  return {
    kind: 'panes',
    columns: [
      {
        width: left,
        panes: [
          { pane: 'levers', height: levers },
          { pane: 'runs', height: height - levers },
        ],
      },
      {
        width: columns - left,
        panes: [
          { pane: 'chart', height: chart },
          { pane: 'plan', height: height - chart },
        ],
      },
    ],
  };
}
