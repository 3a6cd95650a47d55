/** What is asked of starting values and bounds before a solve. Weights are checked with their meanings. */
import { lsqBoundsCrossed, lsqLengthMismatch, lsqValueOutOfRange } from '../problems/lsq.ts';
import type { Problem } from '../problems/problem.ts';
import type { Bounds } from './problem.ts';

/** Says what is wrong with starting values for m parameters; an empty list if nothing is. */
export function checkStart(start: ArrayLike<number>, m: number): Problem[] {
  if (start.length !== m) {
    return [
      lsqLengthMismatch({ what: 'starting values', length: start.length, expected: m, unit: 'parameters' }),
    ];
  }
  return Array.from(start, (value, k) => ({
    value,
    what: `starting value of parameter ${k} (counted from 0)`,
  }))
    .filter(({ value }) => !Number.isFinite(value))
    .map(({ what, value }) => lsqValueOutOfRange({ what, value, expected: 'a finite number' }));
}

/** Says what is wrong with bounds for m parameters; an empty list if nothing is. */
export function checkBounds(bounds: Bounds | undefined, m: number): Problem[] {
  if (bounds === undefined) return [];
  const problems: Problem[] = [];
  for (const [what, side] of [
    ['lower bounds', bounds.lower],
    ['upper bounds', bounds.upper],
  ] as const) {
    if (side.length !== m)
      problems.push(lsqLengthMismatch({ what, length: side.length, expected: m, unit: 'parameters' }));
  }
  if (problems.length > 0) return problems;
  for (let k = 0; k < m; k++) {
    const lower = bounds.lower[k];
    const upper = bounds.upper[k];
    if (!(lower <= upper && lower < Infinity && upper > -Infinity))
      problems.push(lsqBoundsCrossed({ index: k, lower, upper }));
  }
  return problems;
}
