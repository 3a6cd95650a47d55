import fc from 'fast-check';
import { Matrix, solve as solveLinear } from 'ml-matrix';
import { expect, it } from 'vitest';
import { norm, triangularise } from '../../src/lsq/qr.ts';
import { normals } from './models.ts';

const shapes = fc.record({
  rows: fc.integer({ min: 1, max: 12 }),
  columns: fc.integer({ min: 1, max: 6 }),
  padding: fc.integer({ min: 0, max: 2 }),
  seed: fc.integer({ min: 1, max: 1e6 }),
});

it('keeps all inner products: RᵀR = AᵀA, whatever the stride, carried columns included', () => {
  fc.assert(
    fc.property(shapes, fc.integer({ min: 0, max: 6 }), ({ rows, columns, padding, seed }, pivots) => {
      const stride = rows + padding;
      const a = normals(stride * columns, seed);
      const before = a.slice();
      const triangular = Math.min(pivots, columns, rows);
      triangularise(a, rows, stride, Math.min(pivots, columns), columns);
      for (let j = 0; j < triangular; j++) {
        for (let i = j + 1; i < rows; i++) a[j * stride + i] = 0;
      }
      const dot = (values: Float64Array, j: number, k: number): number => {
        let sum = 0;
        for (let i = 0; i < rows; i++) sum += values[j * stride + i] * values[k * stride + i];
        return sum;
      };
      for (let j = 0; j < columns; j++) {
        for (let k = 0; k < columns; k++) expect(dot(a, j, k)).toBeCloseTo(dot(before, j, k), 10);
        // What lies between the columns is not ours.
        for (let i = rows; i < stride; i++) expect(a[j * stride + i]).toBe(before[j * stride + i]);
      }
    }),
  );
});

it('solves least squares as ml-matrix does', () => {
  const [rows, m] = [20, 5];
  const a = normals(rows * (m + 1), 3);
  const columns = (from: number, to: number) =>
    new Matrix(
      Array.from({ length: to - from }, (_, j) =>
        Array.from(a.subarray((from + j) * rows, (from + j + 1) * rows)),
      ),
    ).transpose();
  const expected = solveLinear(columns(0, m), columns(m, m + 1), true).to1DArray();
  triangularise(a, rows, rows, m, m + 1);
  const found = new Float64Array(m);
  for (let k = m - 1; k >= 0; k--) {
    found[k] = a[m * rows + k];
    for (let j = k + 1; j < m; j++) found[k] -= a[j * rows + k] * found[j];
    found[k] /= a[k * rows + k];
  }
  found.forEach((value, k) => {
    expect(value).toBeCloseTo(expected[k], 11);
  });
});

it('keeps what normal equations lose: columns that differ by 1e-9', () => {
  const rows = 30;
  const base = normals(rows, 1);
  const other = normals(rows, 2);
  const a = new Float64Array(3 * rows);
  a.set(base);
  a.set(
    base.map((value, i) => value + 1e-9 * other[i]),
    rows,
  );
  // 2·first + 3·second
  a.set(
    base.map((value, i) => 2 * value + 3 * a[rows + i]),
    2 * rows,
  );
  triangularise(a, rows, rows, 2, 3);
  expect(a[2 * rows + 1] / a[rows + 1]).toBeCloseTo(3, 5);
});

it('measures lengths', () => {
  expect(norm(Float64Array.of(7, 3, 4, 9), 1, 3)).toBe(5);
  expect(norm(new Float64Array(2), 0, 2)).toBe(0);
});
