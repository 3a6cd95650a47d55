/** Layers that several charts share. */
import type { Json, JsonObject } from './chart.ts';
import type { Range } from './data.ts';
import { DASHED, INK, MUTED, PAPER, SOLID } from './theme.ts';

/** Rounded to so many significant digits: a chart needs no more, and files stay small. */
export function rounded(value: number, digits = 5): number {
  return Number(value.toPrecision(digits));
}

/** The ends of a range as fields of a row; none without one. */
export function ends(range: Range | null, low: string, high: string): JsonObject {
  return range === null ? {} : { [low]: rounded(range[0]), [high]: rounded(range[1]) };
}

export function inline(rows: readonly JsonObject[]): JsonObject {
  return { values: rows };
}

/** A band between two fields of the rows. */
export function band(
  x: Json,
  low: string,
  high: string,
  y: JsonObject,
  colour: string,
  opacity: number,
): JsonObject {
  return {
    mark: { type: 'area', color: colour, opacity, line: false, clip: true },
    encoding: { x, y: { ...y, field: low }, y2: { field: high } },
  };
}

/** Dashes where a field is true: beyond the pilots. */
export function dashedWhere(field: string): JsonObject {
  return {
    field,
    type: 'nominal',
    scale: { domain: [false, true], range: [SOLID, DASHED] },
    legend: null,
  };
}

/** Text of a label, with a halo so that it can be read over lines. */
export function label(colour: string = INK, more: JsonObject = {}): JsonObject {
  return { type: 'text', color: colour, fontSize: 11, fontWeight: 600, ...more };
}

/** The same text as a halo in the colour of the paper, to be laid under it. */
export function halo(mark: JsonObject): JsonObject {
  return { ...mark, color: PAPER, stroke: PAPER, strokeWidth: 4, strokeJoin: 'round', opacity: 0.85 };
}

/** Text with its halo, as two layers; without data it stands once. */
export function labelled(mark: JsonObject, encoding: JsonObject, data: JsonObject = ONE): JsonObject[] {
  return [
    { data, mark: halo(mark), encoding },
    { data, mark, encoding },
  ];
}

/** A rule at one place. */
export function rule(colour: string, encoding: JsonObject, width = 1.5): JsonObject {
  return { data: ONE, mark: { type: 'rule', color: colour, strokeWidth: width }, encoding };
}

/** Data of a mark that stands once, wherever the rows of its chart are. */
export const ONE: JsonObject = { values: [{}] };

export const quietLabel: JsonObject = label(MUTED, { fontWeight: 400 });

/** Segments of a curve: a point that ends one part opens the next, so that no gap shows where dashes begin. */
export function inParts<Row extends { readonly beyond: boolean }>(rows: readonly Row[]): Row[] {
  return rows.flatMap((row, i) => {
    const next = rows[i + 1];
    return next !== undefined && next.beyond !== row.beyond ? [row, { ...row, beyond: next.beyond }] : [row];
  });
}
