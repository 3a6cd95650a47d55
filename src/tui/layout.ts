/** Which panes are shown, and where, for a size of the terminal. */

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A column of panes, from above. */
export interface Column<Id> {
  readonly width: number;
  readonly panes: readonly { readonly pane: Id; readonly height: number }[];
}

export type Layout<Id> =
  /** Columns of panes between a line above and a line below. */
  | { readonly kind: 'panes'; readonly columns: readonly Column<Id>[] }
  | { readonly kind: 'onePane' }
  | { readonly kind: 'tooSmall' };

/** Smaller than this, one pane is shown at a time. */
export const ALL_PANES: Size = { columns: 80, rows: 24 };
/** Smaller than this, none. */
export const ANY_PANE: Size = { columns: 60, rows: 16 };

/** Lines above and below the panes, and the last line of the terminal, which stays free so that nothing scrolls. */
const AROUND = 3;

/** @param split how the panes share the room between the two lines, where there is enough for several */
export function layoutFor<Id>(
  { columns, rows }: Size,
  split: (room: Size) => readonly Column<Id>[],
): Layout<Id> {
  if (columns < ANY_PANE.columns || rows < ANY_PANE.rows) return { kind: 'tooSmall' };
  if (columns < ALL_PANES.columns || rows < ALL_PANES.rows) return { kind: 'onePane' };
  return { kind: 'panes', columns: split({ columns, rows: rows - AROUND }) };
}
