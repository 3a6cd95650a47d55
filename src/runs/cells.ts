/** One cell to one value, strictly. NaN stands for an empty cell. */

import type { Place } from '../problems/problem.ts';
import { Refusal } from '../problems/problem.ts';
import { notANumber, notFinite, outOfRange, ratioOutOfRange } from '../problems/runs.ts';
import { modelSizes, params } from '../units/params.ts';
import { ratio } from '../units/ratio.ts';
import { tokens } from '../units/tokens.ts';
import type { CellRange, ColumnSpec } from './columns.ts';
import type { Report } from './table.ts';

const PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const NOT_FINITE = /^[+-]?(nan|inf|infinity)$/i;
/** A number with letters behind it, as in 7B or 250M tokens. */
const SCALED = /^[\d.]+\s*[a-z]+(\s+[a-z]+)?$/i;

const RANGES: Readonly<Record<CellRange, { holds(value: number): boolean; readonly text: string }>> = {
  any: { holds: () => true, text: 'any number' },
  notNegative: { holds: (value) => value >= 0, text: '0 or more' },
  positive: { holds: (value) => value > 0, text: 'above 0' },
  size: modelSizes,
};

/**
 * The value of a numeric cell: NaN where it is empty, and NaN after a report where it is not what the column
 * holds. Plain decimals everywhere; counts also as 7B, shares also as 30%.
 */
export function parseCell(
  column: string,
  spec: ColumnSpec,
  text: string,
  place: Place,
  report: Report,
): number {
  if (text === '') return Number.NaN;
  if (NOT_FINITE.test(text)) {
    report(notFinite({ value: text }, place));
    return Number.NaN;
  }
  const value = PLAIN.test(text) ? Number(text) : parseQuantity(column, spec, text, place, report);
  if (value === undefined) return Number.NaN;
  if (!Number.isFinite(value)) {
    report(notFinite({ value: text }, place));
    return Number.NaN;
  }
  if (spec.kind === 'share') {
    if (value >= 0 && value <= 1) return value;
    report(ratioOutOfRange({ value }, place));
    return Number.NaN;
  }
  const range = RANGES[spec.range];
  if (range.holds(value)) return value;
  report(outOfRange({ value, expected: range.text }, place));
  return Number.NaN;
}

/** What people write instead of plain numbers; undefined after a report. */
function parseQuantity(
  column: string,
  spec: ColumnSpec,
  text: string,
  place: Place,
  report: Report,
): number | undefined {
  const unit = spec.kind === 'share' ? ratio : column.startsWith('params') ? params : tokens;
  const readable = spec.kind === 'share' ? text.endsWith('%') : spec.kind === 'count' && SCALED.test(text);
  if (!readable) {
    const expected = { share: 'a share such as 0.3', count: `a count such as ${unit.examples[0]}` };
    const wanted =
      spec.kind === 'share' || spec.kind === 'count' ? expected[spec.kind] : 'a plain decimal number';
    report(notANumber({ value: text, expected: wanted }, place));
    return undefined;
  }
  try {
    return unit.parse(text);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    for (const problem of error.problems) report({ ...problem, place });
    return undefined;
  }
}
