/**
 * Householder triangularisation on typed arrays (Golub and Van Loan, Matrix Computations, 5.2), the inner loop of
 * every iteration. Backward stable, so that nearly dependent columns keep the digits that normal equations lose.
 */

/**
 * Reduces the leading `pivots` columns of a matrix to upper triangular form and carries all other columns along.
 *
 * @param a `columns` columns of `rows` elements, column by column, with leading dimension `stride` ≥ rows.
 *   Overwritten: R is in the upper triangle of the leading columns, what lies below it is without meaning; a
 *   carried column c holds Qᵀc.
 * @param pivots number of leading columns to triangularise, at most `columns`
 */
export function triangularise(
  a: Float64Array,
  rows: number,
  stride: number,
  pivots: number,
  columns: number,
): void {
  const last = Math.min(pivots, rows);
  for (let k = 0; k < last; k++) {
    const from = k * stride + k;
    const to = k * stride + rows;
    let sum = 0;
    for (let i = from; i < to; i++) sum += a[i] * a[i];
    if (sum === 0) continue;
    const norm = Math.sqrt(sum);
    const head = a[from];
    // The sign that adds: v = head ± norm never cancels.
    const diagonal = head > 0 ? -norm : norm;
    a[from] = head - diagonal;
    // vᵀv / 2 = norm² + norm·|head|
    const beta = 1 / (sum + norm * Math.abs(head));
    let j = k + 1;
    // Two columns at a time share the loads of v, and their independent sums hide the latency of addition.
    for (; j + 1 < columns; j += 2) reflectPair(a, from, to, j * stride + k, (j + 1) * stride + k, beta);
    if (j < columns) reflect(a, from, to, j * stride + k, beta);
    a[from] = diagonal;
  }
}

function reflect(a: Float64Array, from: number, to: number, column: number, beta: number): void {
  const shift = column - from;
  let dot = 0;
  for (let i = from; i < to; i++) dot += a[i] * a[i + shift];
  dot *= beta;
  for (let i = from; i < to; i++) a[i + shift] -= dot * a[i];
}

function reflectPair(
  a: Float64Array,
  from: number,
  to: number,
  first: number,
  second: number,
  beta: number,
): void {
  const shift1 = first - from;
  const shift2 = second - from;
  let dot1 = 0;
  let dot2 = 0;
  for (let i = from; i < to; i++) {
    const v = a[i];
    dot1 += v * a[i + shift1];
    dot2 += v * a[i + shift2];
  }
  dot1 *= beta;
  dot2 *= beta;
  for (let i = from; i < to; i++) {
    const v = a[i];
    a[i + shift1] -= dot1 * v;
    a[i + shift2] -= dot2 * v;
  }
}

/** Euclidean length of the elements from `from` up to `to`. */
export function norm(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i] * values[i];
  return Math.sqrt(sum);
}
