/**
 * The law-free answer: a curve drawn through measured points, and where it crosses a limit. `linear` joins the points by
 * straight lines. `monotone` is the piecewise cubic of Fritsch and Carlson 1980 (SIAM J. Numer. Anal. 17, 238), with
 * the harmonic-mean slopes of Fritsch and Butland 1984: smooth, rising where the points rise, and never beyond
 * two neighbouring points, so that it cannot invent a crossing that the points do not have.
 */

export type Interpolation = 'linear' | 'monotone';

/** A curve over [x_first, x_last], cut into pieces between neighbouring points. */
export interface Curve {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Value at `at`; NaN outside the points, because a law-free answer does not extrapolate. */
  value(at: number): number;
}

/**
 * A curve through the points (x_k, y_k), in any order. Two points at the same x (repeats of a run) are averaged. At least
 * one point; all numbers finite, of equal count; else a RangeError.
 */
export function interpolate(x: ArrayLike<number>, y: ArrayLike<number>, method: Interpolation): Curve {
  const points = meansByX(x, y);
  const xs = Float64Array.from(points, ([at]) => at);
  const ys = Float64Array.from(points, ([, mean]) => mean);
  const slopes = method === 'monotone' ? monotoneSlopes(xs, ys) : undefined;
  const last = xs.length - 1;

  const value = (at: number): number => {
    if (!(at >= xs[0] && at <= xs[last])) return Number.NaN;
    if (at === xs[last]) return ys[last];
    let k = 0;
    while (at >= xs[k + 1]) k++;
    const width = xs[k + 1] - xs[k];
    const t = (at - xs[k]) / width;
    if (slopes === undefined) return ys[k] + t * (ys[k + 1] - ys[k]);
    return hermite(t, ys[k], ys[k + 1], width * slopes[k], width * slopes[k + 1]);
  };
  return { x: xs, y: ys, value };
}

/** What a curve says about {x : y(x) ≤ limit}, seen from the lowest x. */
export type Crossing =
  /** The limit is passed at `x`, between `from` and `to`, neighbouring points on either side of it. */
  | { readonly kind: 'at'; readonly x: number; readonly from: number; readonly to: number }
  /** Already the lowest point lies above the limit. */
  | { readonly kind: 'none' }
  /** No point lies above the limit. */
  | { readonly kind: 'all' };

/**
 * The upper end of the part of {x : y(x) ≤ limit} that is connected to the lowest x. Both curves stay
 * between neighbouring points, so it lies in front of the first point above the limit, and is found there
 * to the last bits by halving.
 */
export function crossing(curve: Curve, limit: number): Crossing {
  const { x, y } = curve;
  const above = y.findIndex((value) => value > limit);
  if (above === -1) return { kind: 'all' };
  if (above === 0) return { kind: 'none' };
  let inside = x[above - 1];
  let outside = x[above];
  for (;;) {
    const middle = (inside + outside) / 2;
    if (middle <= inside || middle >= outside)
      return { kind: 'at', x: inside, from: x[above - 1], to: x[above] };
    if (curve.value(middle) <= limit) inside = middle;
    else outside = middle;
  }
}

/** Points in order of x, those at the same x averaged. */
function meansByX(x: ArrayLike<number>, y: ArrayLike<number>): [x: number, mean: number][] {
  if (x.length !== y.length || x.length === 0) throw new RangeError(`${x.length} x with ${y.length} y`);
  const groups = new Map<number, number[]>();
  for (let i = 0; i < x.length; i++) {
    if (!(Number.isFinite(x[i]) && Number.isFinite(y[i])))
      throw new RangeError(`the point (${x[i]}, ${y[i]})`);
    const group = groups.get(x[i]);
    if (group === undefined) groups.set(x[i], [y[i]]);
    else group.push(y[i]);
  }
  return [...groups]
    .map(([at, values]): [number, number] => [
      at,
      values.reduce((sum, value) => sum + value, 0) / values.length,
    ])
    .sort(([a], [b]) => a - b);
}

/** Slopes at the points: 0 at every turn, else the weighted harmonic mean of the two neighbouring secants. */
function monotoneSlopes(x: Float64Array, y: Float64Array): Float64Array {
  const n = x.length;
  const slopes = new Float64Array(n);
  if (n === 1) return slopes;
  const width = Float64Array.from({ length: n - 1 }, (_, k) => x[k + 1] - x[k]);
  const secant = width.map((h, k) => (y[k + 1] - y[k]) / h);
  if (n === 2) return slopes.fill(secant[0]);
  for (let k = 1; k < n - 1; k++) {
    if (secant[k - 1] * secant[k] <= 0) continue;
    const before = 2 * width[k] + width[k - 1];
    const after = width[k] + 2 * width[k - 1];
    slopes[k] = (before + after) / (before / secant[k - 1] + after / secant[k]);
  }
  slopes[0] = endSlope(width[0], width[1], secant[0], secant[1]);
  slopes[n - 1] = endSlope(width[n - 2], width[n - 3], secant[n - 2], secant[n - 3]);
  return slopes;
}

/** Three-point slope at an end, held to the sign of its secant and to three times its size, which keeps the cubic monotone. */
function endSlope(width: number, nextWidth: number, secant: number, nextSecant: number): number {
  const slope = ((2 * width + nextWidth) * secant - width * nextSecant) / (width + nextWidth);
  if (slope * secant <= 0) return 0;
  return Math.abs(slope) > 3 * Math.abs(secant) ? 3 * secant : slope;
}

/** The cubic on 0..1 with the given values and slopes at its ends. */
function hermite(t: number, y0: number, y1: number, d0: number, d1: number): number {
  const u = 1 - t;
  return u * u * ((1 + 2 * t) * y0 + t * d0) + t * t * ((1 + 2 * u) * y1 - u * d1);
}
