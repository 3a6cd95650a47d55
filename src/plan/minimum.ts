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
  let best = start;
  let least = value(start);
  const at = (lnX: number): { lnX: number; value: number } => {
    const x = Math.exp(lnX);
    const found = value(x);
    if (found < least) {
      best = x;
      least = found;
    }
    return { lnX, value: found };
  };
  let low = Math.log(from);
  let high = Math.log(to);
  let left = at(high - ratio * (high - low));
  let right = at(low + ratio * (high - low));
  while (high - low > precision) {
    // Where neither is allowed, the best so far says on which side to go on.
    const goesLeft =
      left.value === Number.POSITIVE_INFINITY && right.value === left.value
        ? Math.log(best) <= 0.5 * (left.lnX + right.lnX)
        : left.value <= right.value;
    // One of the two points serves again, so that each step asks for one value.
    if (goesLeft) {
      high = right.lnX;
      right = left;
      left = at(high - ratio * (high - low));
    } else {
      low = left.lnX;
      left = right;
      right = at(low + ratio * (high - low));
    }
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
