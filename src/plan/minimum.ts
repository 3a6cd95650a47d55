/** Minima along one line. */

/**
 * Golden section on the logarithm of x within `from` and `to`, around `start` between them. Values may be Infinity where x
 * is not allowed. Never worse than `start`; good to a share `precision` of x.
 */
export function minimumOnLog(
  value: (x: number) => number,
  from: number,
  to: number,
  start: number,
  precision: number,
): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let low = Math.log(from);
  let high = Math.log(to);
  let best = start;
  while (high - low > precision) {
    const left = high - ratio * (high - low);
    const right = low + ratio * (high - low);
    const leftValue = value(Math.exp(left));
    const rightValue = value(Math.exp(right));
    for (const [x, found] of [
      [Math.exp(left), leftValue],
      [Math.exp(right), rightValue],
    ] as const) {
      if (found < value(best)) best = x;
    }
    if (leftValue === Number.POSITIVE_INFINITY && rightValue === leftValue) {
      // Neither is allowed: the best so far says on which side to go on.
      if (Math.log(best) <= left) high = left;
      else if (Math.log(best) >= right) low = right;
      else {
        low = left;
        high = right;
      }
    } else if (leftValue <= rightValue) high = right;
    else low = left;
  }
  return best;
}

const POINTS = 33;

/**
 * The x of least value between two ends, `values` being asked for many x at once: the best of a grid, then of finer and
 * finer grids between its neighbours, to a millionth.
 */
export function minimumByZoom(
  values: (x: Float64Array) => Float64Array,
  from: number,
  to: number,
): { x: number; value: number } {
  let low = from;
  let high = to;
  for (;;) {
    const x = Float64Array.from({ length: POINTS }, (_, i) => low + ((high - low) * i) / (POINTS - 1));
    x[POINTS - 1] = high;
    const found = values(x);
    let best = POINTS - 1;
    for (let i = POINTS - 2; i >= 0; i--) if (found[i] < found[best]) best = i;
    if (high - low < 1e-6) return { x: x[best], value: found[best] };
    low = x[Math.max(best - 1, 0)];
    high = x[Math.min(best + 1, POINTS - 1)];
  }
}
