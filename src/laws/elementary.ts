/**
 * exp over whole columns, which laws spend most of their time in: a planner frame needs 300,000 of them. Inlined over
 * typed arrays it takes two thirds of the time of as many calls of Math.exp. (Math.log needs no such help: nothing
 * that was tried in its place was faster.)
 *
 * Tang's method (1989, ACM TOMS 15, 144): x = (64 k + j) ln2/64 + r, so exp(x) = 2^k · 2^(j/64) · exp(r) with
 * |r| ≤ ln2/128, where a short polynomial is enough. Relative error below 5e-16; the tests hold it to 1e-14.
 */

const PARTS = 64;
const PARTS_PER_LN2 = PARTS / Math.LN2;
// ln2/64 in two parts (Cody and Waite): i·STEP_HIGH is exact for |i| < 2^20.
const STEP_HIGH = 0.6931471803691238 / PARTS;
const STEP_LOW = 1.9082149292705877e-10 / PARTS;

/** 2^(j/64) for j = 0..63. */
const ROOT_OF_TWO = Float64Array.from({ length: PARTS }, (_, j) => 2 ** (j / PARTS));

/** 2^k for k = −1022..1023, at index k + 1022. */
const POWER_OF_TWO = Float64Array.from({ length: 2046 }, (_, index) => 2 ** (index - 1022));

/** To whose last digit a double is a whole number: adding and taking it away again rounds to the nearest. */
const ROUNDS = 1.5 * 2 ** 52;

/**
 * out[i] = exp(times · x[i]) for i < n, x allowed as out. Below exp(−708) the answer is 0, above exp(709) Infinity;
 * NaN stays NaN.
 */
export function expColumn(times: number, x: Float64Array, out: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    const v = times * x[i];
    if (!(v > -708 && v < 709)) {
      out[i] = v <= -708 ? 0 : Math.exp(v);
      continue;
    }
    const nearest = v * PARTS_PER_LN2 + ROUNDS - ROUNDS;
    const whole = nearest | 0;
    const r = v - nearest * STEP_HIGH - nearest * STEP_LOW;
    // Taylor: the first term left out is below 4e-17.
    const p = 1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120)))));
    out[i] = p * ROOT_OF_TWO[whole & (PARTS - 1)] * POWER_OF_TWO[(whole >> 6) + 1022];
  }
}
