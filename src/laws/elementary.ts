/**
 * exp and log over whole columns, which laws spend most of their time in: a planner's frame needs hundreds of thousands of
 * them. Inlined over typed arrays they take about 60% of the time of as many calls of Math.exp and Math.log.
 */

/** 2^(j/512) for j = 0..511. */
const ROOT_OF_TWO = Float64Array.from({ length: 512 }, (_, j) => 2 ** (j / 512));

/** 2^k for k = −1022..1023, at index k + 1022. */
const POWER_OF_TWO = Float64Array.from({ length: 2046 }, (_, index) => 2 ** (index - 1022));

/**
 * out[i] = exp(times · x[i]) for i < n, x allowed as out. Below exp(−708) the answer is 0, above exp(709) Infinity;
 * NaN stays NaN.
 *
 * Tang's method (1989, ACM TOMS 15, 144): x = (512 k + j) ln2/512 + r, so exp(x) = 2^k · 2^(j/512) · exp(r) with
 * |r| ≤ ln2/1024, where a short polynomial is enough. Relative error below 5e-16; the tests hold it to 1e-14.
 */
export function expColumn(times: number, x: Float64Array, out: Float64Array, n: number): void {
  // Local, so that the loop keeps them in registers: bundled, a module's constants are variables.
  const partsPerLn2 = 512 / Math.LN2;
  // ln2/512 in two parts (Cody and Waite): i·high is exact for |i| < 2^20.
  const high = 0.6931471803691238 / 512;
  const low = 1.9082149292705877e-10 / 512;
  // A double this large has no digits behind the point: adding it and taking it away again rounds to the nearest.
  const rounds = 1.5 * 2 ** 52;
  for (let i = 0; i < n; i++) {
    const v = times * x[i];
    if (!(v > -708 && v < 709)) {
      out[i] = v <= -708 ? 0 : Math.exp(v);
      continue;
    }
    const nearest = v * partsPerLn2 + rounds - rounds;
    const whole = nearest | 0;
    const r = v - nearest * high - nearest * low;
    // Taylor: the first term left out is below 2e-18.
    const p = 1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24))));
    out[i] = p * ROOT_OF_TWO[whole & 511] * POWER_OF_TWO[(whole >> 9) + 1022];
  }
}

/** Neighbours that share one call of Math.log. */
const GROUP = 8;

/**
 * out[i] = ln((p0 + p1·x[i]) / (q0 + q1·x[i])) for i < n: numerator and denominator positive. Fast where neighbours in x
 * are close, as along the ratios of a curve; right everywhere.
 *
 * Beside a point whose logarithm is known, ln(a/b) = 2 artanh((a − b)/(a + b)), and here that quotient is itself linear
 * over linear in x: one division and a short series (its first term left out is below 2^-60 of the answer) for each point.
 */
export function logRatioColumn(
  p0: number,
  p1: number,
  q0: number,
  q1: number,
  x: Float64Array,
  out: Float64Array,
  n: number,
): void {
  for (let from = 0; from < n; from += GROUP) {
    const to = from + GROUP < n ? from + GROUP : n;
    const middle = x[(from + to) >> 1];
    const p = p0 + p1 * middle;
    const q = q0 + q1 * middle;
    const known = Math.log(p / q);
    const difference = p1 * q - q1 * p;
    const sum = 2 * p * q;
    const sumSlope = p1 * q + q1 * p;
    for (let i = from; i < to; i++) {
      const away = x[i] - middle;
      const z = (difference * away) / (sum + sumSlope * away);
      const z2 = z * z;
      if (z2 < 0.0064) {
        const series =
          2 + z2 * (2 / 3 + z2 * (2 / 5 + z2 * (2 / 7 + z2 * (2 / 9 + z2 * (2 / 11 + z2 * (2 / 13))))));
        out[i] = known + z * series;
      } else out[i] = Math.log((p0 + p1 * x[i]) / (q0 + q1 * x[i]));
    }
  }
}
