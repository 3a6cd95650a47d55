import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NonNegativeSolver, type SeparableModel, screenSeparable } from '../../src/lsq/separable.ts';
import { leastResidual } from './enumerate.ts';
import { normals } from './models.ts';

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, each, i) => sum + each * b[i], 0);

describe('the non-negative solver', () => {
  const size = fc.integer({ min: 1, max: 5 });
  /** Columns, some of them zero, copies of another one, or sums of two: Gram matrices of any rank. */
  const columns = fc
    .tuple(size, fc.integer({ min: 0, max: 1e6 }), fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 5 }))
    .map(([p, seed, kinds]) => {
      const numbers = normals(8 * p, seed);
      const made = Array.from({ length: p }, (_, j) => numbers.slice(8 * j, 8 * (j + 1)));
      kinds.slice(0, p).forEach((kind, j) => {
        if (kind === 0) made[j].fill(0);
        if (kind === 1) made[j].set(made[(j + 1) % p]);
        if (kind === 2) made[j].set(made[j].map((value, i) => value + made[(j + 1) % p][i]));
      });
      return made;
    });

  it('finds what trying all sets of columns finds', () => {
    fc.assert(
      fc.property(columns, fc.integer({ min: 0, max: 1e6 }), (phi, seed) => {
        const y = normals(8, seed + 2_000_000);
        const p = phi.length;
        const solver = new NonNegativeSolver(p);
        for (let a = 0; a < p; a++) {
          solver.right[a] = dot(phi[a], y);
          for (let b = 0; b <= a; b++) solver.gram[a * p + b] = dot(phi[a], phi[b]);
        }
        const gain = solver.solve();
        const c = solver.coefficients;
        expect(Math.min(...c)).toBeGreaterThanOrEqual(0);
        const residual = y.map(
          (value, i) => value - phi.reduce((sum, column, j) => sum + c[j] * column[i], 0),
        );
        const total = dot(y, y);
        expect(Math.abs(total - gain - dot(residual, residual))).toBeLessThan(1e-9 * total);
        expect(Math.abs(total - gain - leastResidual(phi, y))).toBeLessThan(1e-9 * total);
      }),
      { numRuns: 500 },
    );
  });

  it('takes nothing from columns that point away', () => {
    const solver = new NonNegativeSolver(2);
    solver.gram.set([1, 0, 0.5, 1]);
    solver.right.set([-1, -2]);
    expect(solver.solve()).toBe(0);
    expect([...solver.coefficients]).toEqual([0, 0]);
  });
});

/**
 * Three columns over t = 0 .. 1 and four nonlinear parameters: `shared` puts parameter 3 into the first two columns.
 * Parameters: coefficients 0 1 2, then the nonlinear 3 4 5 6.
 */
function modelOf(shared: boolean, n: number): SeparableModel {
  const t = Float64Array.from({ length: n }, (_, i) => i / (n - 1));
  const column = (
    coefficient: number,
    sign: 1 | -1,
    theta: readonly number[],
    f: (t: number, x: Float64Array) => number,
  ) => ({
    coefficient,
    sign,
    theta,
    fill: (x: Float64Array, out: Float64Array) => {
      for (let i = 0; i < n; i++) out[i] = f(t[i], x);
    },
  });
  return {
    n,
    m: 7,
    offset: t.map((each) => 0.3 * each),
    columns: [
      column(0, 1, [3], (at, x) => Math.exp(-x[3] * at)),
      shared
        ? column(1, 1, [3, 4], (at, x) => Math.cos(x[4] * at) + x[3] * at)
        : column(1, 1, [4], (at, x) => Math.cos(x[4] * at)),
      column(2, -1, [5, 6], (at, x) => at ** x[5] / (at + x[6])),
    ],
  };
}

describe.each([
  ['parameters of their own', false],
  ['a shared parameter', true],
])('the screen of columns with %s', (_name, shared) => {
  const n = 12;
  const model = modelOf(shared, n);
  const grids = [[], [], [], [0.3, 1, 3, 8], [1, 2, 4, 7], [0.5, 1, 2], [0.1, 0.5, 2]];
  const sizes = grids.slice(3).map((grid) => grid.length);
  const points = sizes.reduce<number[][]>(
    (heads, length) => heads.flatMap((head) => Array.from({ length }, (_, digit) => [...head, digit])),
    [[]],
  );

  /** Weighted residual sum of squares at every grid point, each solved on its own. */
  function bruteForce(y: Float64Array, weight: Float64Array): Map<string, number> {
    const root = weight.map(Math.sqrt);
    const target = y.map((value, i) => root[i] * (value - model.offset[i]));
    return new Map(
      points.map((digits) => {
        const x = new Float64Array(model.m);
        digits.forEach((digit, d) => {
          x[3 + d] = grids[3 + d][digit];
        });
        const columns = model.columns.map(({ sign, fill }) => {
          const out = new Float64Array(n);
          fill(x, out);
          return out.map((value, i) => sign * root[i] * value);
        });
        return [digits.join(), leastResidual(columns, target)];
      }),
    );
  }

  const neighbours = (digits: readonly number[]): string[] =>
    digits.flatMap((digit, d) =>
      [digit - 1, digit + 1].filter((to) => to >= 0 && to < sizes[d]).map((to) => digits.with(d, to).join()),
    );

  it('is the same as solving every grid point, and its answers are the local minima', () => {
    for (let seed = 0; seed < 12; seed++) {
      const y = normals(n, seed).map((noise, i) => 1 + 0.5 * noise - 0.4 * (i / n));
      const weight = normals(n, seed + 100).map((value) => (Math.abs(value) < 0.2 ? 0 : Math.abs(value)));
      const sums = bruteForce(y, weight);
      const total = dot(
        weight,
        y.map((value, i) => (value - model.offset[i]) ** 2),
      );
      const close = 1e-9 * total;
      const found = screenSeparable(model, y, weight, grids, Infinity);
      const digitsOf = (x: Float64Array) => grids.slice(3).map((grid, d) => grid.indexOf(x[3 + d]));

      expect(found[0].sum).toBeCloseTo(Math.min(...sums.values()), 9);
      for (const { x, sum } of found) {
        const digits = digitsOf(x);
        expect(digits).not.toContain(-1);
        expect(Math.abs(sum - sums.get(digits.join())!)).toBeLessThan(close);
        for (const other of neighbours(digits)) expect(sums.get(other)).toBeGreaterThan(sum - close);
        // The coefficients are the ones that give this sum.
        expect(Math.min(x[0], x[1], x[2])).toBeGreaterThanOrEqual(0);
        const loss = model.offset.slice();
        const out = new Float64Array(n);
        for (const { coefficient, sign, fill } of model.columns) {
          fill(x, out);
          for (let i = 0; i < n; i++) loss[i] += sign * x[coefficient] * out[i];
        }
        const residual = dot(
          weight,
          loss.map((value, i) => (value - y[i]) ** 2),
        );
        expect(Math.abs(residual - sum)).toBeLessThan(close);
      }
      const reported = new Set(found.map(({ x }) => digitsOf(x).join()));
      expect(reported.size).toBe(found.length);
      for (const digits of points) {
        const here = sums.get(digits.join())!;
        const clear = neighbours(digits).every((other) => sums.get(other)! > here + close);
        if (clear) expect(reported).toContain(digits.join());
      }
      found.slice(1).forEach(({ sum }, i) => {
        expect(sum).toBeGreaterThanOrEqual(found[i].sum);
      });
      expect(screenSeparable(model, y, weight, grids, 2)).toEqual(found.slice(0, 2));
    }
  });

  it('leaves rows of weight 0 out', () => {
    const y = normals(n, 5);
    const weight = new Float64Array(n).fill(1);
    weight[3] = 0;
    const other = y.slice();
    other[3] = 1e6;
    expect(screenSeparable(model, y, weight, grids, 3)).toEqual(
      screenSeparable(model, other, weight, grids, 3),
    );
  });

  it('counts a plateau once', () => {
    // Below the offset nothing non-negative helps but the negative column; at the offset itself nothing does at all.
    const found = screenSeparable(model, model.offset.slice(), new Float64Array(n).fill(1), grids, Infinity);
    expect(found).toHaveLength(1);
    expect(found[0].sum).toBe(0);
  });
});
