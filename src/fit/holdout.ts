/**
 * Laws compete on what they have not seen, in the three directions in which plans reach beyond pilots: a size, more
 * tokens, a ratio. Errors are mean relative errors, |predicted − observed| / observed.
 */

import { bindLaw, dataScale } from '../laws/kernel.ts';
import { type EvalData, selectRows } from './evalData.ts';
import { type FittedLaw, fitPart } from './fitLaw.ts';

export type HoldoutDirection = 'size' | 'tokens' | 'ratio';

export interface HoldoutError {
  readonly direction: HoldoutDirection;
  /** What was left out: '333k params', 'tokens > 2.5M', 'ratio 0.5'. */
  readonly left: { readonly params?: number; readonly tokensAbove?: number; readonly ratio?: number };
  /** Mean relative error on what was left out; null = the rest does not identify the law. */
  readonly error: number | null;
}

/**
 * Holds out in turn the largest size, the last half of the tokens of every run, and each ratio strictly inside the
 * pilots' range. A base loss is a measurement at tokens = 0 and stays known.
 * @param fitted the law on all of the data, whose objective the fits to parts share
 */
export function holdoutErrors(fitted: FittedLaw, data: EvalData, weight: Float64Array): HoldoutError[] {
  const { params, tokens, domainRatio } = data.inputs;
  const errors: HoldoutError[] = [];
  const leaveOut = (
    direction: HoldoutDirection,
    left: HoldoutError['left'],
    out: (row: number) => boolean,
  ): void => {
    errors.push({ direction, left, error: errorLeavingOut(fitted, data, weight, out) });
  };
  const largest = Math.max(...params);
  if (params.some((each) => each < largest))
    leaveOut('size', { params: largest }, (row) => params[row] === largest);
  const half = Math.max(...tokens) / 2;
  if (tokens.some((each) => each <= half))
    leaveOut('tokens', { tokensAbove: half }, (row) => tokens[row] > half);
  for (const ratio of [...new Set(domainRatio)].sort((a, b) => a - b).slice(1, -1)) {
    leaveOut('ratio', { ratio }, (row) => domainRatio[row] === ratio);
  }
  return errors;
}

/** Mean of the errors of one direction; NaN where none could be taken. */
export function meanError(errors: readonly HoldoutError[], direction?: HoldoutDirection): number {
  const taken = errors.filter((each) => direction === undefined || each.direction === direction);
  const known = taken.map(({ error }) => error).filter((error) => error !== null);
  return known.reduce((sum, error) => sum + error, 0) / known.length;
}

/** Mean relative error on the rows for which `out` answers true, fitted to the others; null = not identifiable. */
export function errorLeavingOut(
  fitted: FittedLaw,
  data: EvalData,
  weight: Float64Array,
  out: (row: number) => boolean,
): number | null {
  const kept = selectRows(data, (row) => !out(row));
  const natural = fitPart(
    fitted,
    kept,
    weight.filter((_, row) => !out(row)),
  );
  if (natural === null) return null;
  const held = selectRows(data, out);
  const kernel = bindLaw(fitted.law, held.inputs, held.role, dataScale(kept.inputs));
  const x = new Float64Array(kernel.m);
  kernel.fromNatural(natural, x);
  const predicted = new Float64Array(held.n);
  kernel.evaluate(x, predicted, null);
  let sum = 0;
  for (let i = 0; i < held.n; i++) sum += Math.abs(predicted[i] - held.loss[i]) / held.loss[i];
  return sum / held.n;
}
