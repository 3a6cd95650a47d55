/**
 * The global part of a separable fit: loss = offset + Σ_j c_j φ_j(θ) with c_j ≥ 0 is a small linear problem for
 * fixed θ (variable projection, Golub and Pereyra 1973), and every column φ_j depends on a few of the θ only.
 * So a whole grid of θ is searched from tables: each column once for each of its own candidates, their cross
 * products once for each pair, and a non-negative solve in closed form for each combination.
 */

export interface SeparableColumn {
  readonly coefficient: number;
  readonly sign: 1 | -1;
  /** Indices of the nonlinear parameters it depends on. */
  readonly theta: readonly number[];
  fill(x: Float64Array, column: Float64Array): void;
}

export interface SeparableModel {
  readonly n: number;
  readonly m: number;
  readonly columns: readonly SeparableColumn[];
  readonly offset: Float64Array;
}

export interface ScreenCandidate {
  /** All m parameters, coefficients solved for. */
  readonly x: Float64Array;
  /** Weighted residual sum of squares. */
  readonly sum: number;
}

/**
 * Screens a grid of nonlinear parameters and returns its local minima, best first.
 * @param y responses, length n
 * @param weight factor on each squared residual, length n; 0 leaves a row out
 * @param grids candidates for each parameter, in internal coordinates; empty for coefficients
 * @param keep at most so many minima
 */
export function screenSeparable(
  model: SeparableModel,
  y: Float64Array,
  weight: Float64Array,
  grids: readonly (readonly number[])[],
  keep: number,
): ScreenCandidate[] {
  const { n, m, columns } = model;
  const p = columns.length;
  const users = new Map<number, number>();
  for (const column of columns) for (const k of column.theta) users.set(k, (users.get(k) ?? 0) + 1);
  const used = [...users.keys()].sort((a, b) => a - b);
  const outer = used.filter((k) => users.get(k)! > 1);
  const inner = columns.map((column) => column.theta.filter((k) => users.get(k) === 1));

  // Combinations are numbered with one digit per nonlinear parameter: outer ones first, then column by column.
  const digits = [...outer, ...inner.flat()];
  const stride = new Map<number, number>();
  let total = 1;
  for (const k of digits) {
    stride.set(k, total);
    total *= grids[k].length;
  }
  const sums = new Float64Array(total).fill(Infinity);

  const root = weight.map(Math.sqrt);
  const target = new Float64Array(n);
  let targetSquare = 0;
  for (let i = 0; i < n; i++) {
    target[i] = root[i] * (y[i] - model.offset[i]);
    targetSquare += target[i] * target[i];
  }
  const x = new Float64Array(m);
  const solver = new NonNegativeSolver(p);
  const outerCombinations = combinations(outer.map((k) => grids[k].length));

  for (const outerDigits of outerCombinations) {
    let base = 0;
    outer.forEach((k, at) => {
      x[k] = grids[k][outerDigits[at]];
      base += stride.get(k)! * outerDigits[at];
    });
    const tables = columns.map((column, j) => candidateTable(column, inner[j], grids, stride, x, root, n));
    const dots = tables.map((table) => table.vectors.map((vector) => dot(vector, target, n)));
    const grams = tables.map((a, j) =>
      tables.map((b, l) => (l > j ? null : crossProducts(a.vectors, b.vectors, n, j === l))),
    );
    const choice = new Int32Array(p);
    const visit = (j: number, index: number): void => {
      if (j < p) {
        for (let c = 0; c < tables[j].vectors.length; c++) {
          choice[j] = c;
          visit(j + 1, index + tables[j].index[c]);
        }
        return;
      }
      for (let a = 0; a < p; a++) {
        solver.right[a] = dots[a][choice[a]];
        for (let b = 0; b <= a; b++) {
          const gram = grams[a][b]!;
          solver.gram[a * p + b] =
            a === b ? gram[choice[a]] : gram[choice[a] * tables[b].vectors.length + choice[b]];
        }
      }
      sums[index] = targetSquare - solver.solve();
    };
    visit(0, base);
  }

  const sizes = digits.map((k) => grids[k].length);
  const steps = digits.map((k) => stride.get(k)!);
  return localMinima(sums, sizes, steps)
    .slice(0, keep)
    .map((index) => {
      const found = new Float64Array(m);
      digits.forEach((k, at) => {
        found[k] = grids[k][Math.floor(index / steps[at]) % sizes[at]];
      });
      solveCoefficients(model, target, root, found, solver);
      return { x: found, sum: sums[index] };
    });
}

/** Fills the coefficients of `x` with the non-negative least-squares answer at its nonlinear parameters. */
function solveCoefficients(
  model: SeparableModel,
  target: Float64Array,
  root: Float64Array,
  x: Float64Array,
  solver: NonNegativeSolver,
): void {
  const { n, columns } = model;
  const p = columns.length;
  const vectors = columns.map((column) => weightedColumn(column, x, root, n));
  for (let a = 0; a < p; a++) {
    solver.right[a] = dot(vectors[a], target, n);
    for (let b = 0; b <= a; b++) solver.gram[a * p + b] = dot(vectors[a], vectors[b], n);
  }
  solver.solve();
  columns.forEach((column, j) => {
    x[column.coefficient] = solver.coefficients[j];
  });
}

interface CandidateTable {
  readonly vectors: readonly Float64Array[];
  /** What each candidate adds to the combination's number. */
  readonly index: readonly number[];
}

function candidateTable(
  column: SeparableColumn,
  theta: readonly number[],
  grids: readonly (readonly number[])[],
  stride: ReadonlyMap<number, number>,
  x: Float64Array,
  root: Float64Array,
  n: number,
): CandidateTable {
  const vectors: Float64Array[] = [];
  const index: number[] = [];
  for (const chosen of combinations(theta.map((k) => grids[k].length))) {
    let number = 0;
    theta.forEach((k, at) => {
      x[k] = grids[k][chosen[at]];
      number += stride.get(k)! * chosen[at];
    });
    vectors.push(weightedColumn(column, x, root, n));
    index.push(number);
  }
  return { vectors, index };
}

function weightedColumn(
  column: SeparableColumn,
  x: Float64Array,
  root: Float64Array,
  n: number,
): Float64Array {
  const vector = new Float64Array(n);
  column.fill(x, vector);
  const { sign } = column;
  for (let i = 0; i < n; i++) vector[i] *= sign * root[i];
  return vector;
}

function crossProducts(
  a: readonly Float64Array[],
  b: readonly Float64Array[],
  n: number,
  diagonalOnly: boolean,
): Float64Array {
  if (diagonalOnly) return Float64Array.from(a, (vector) => dot(vector, vector, n));
  const out = new Float64Array(a.length * b.length);
  for (let i = 0; i < a.length; i++)
    for (let j = 0; j < b.length; j++) out[i * b.length + j] = dot(a[i], b[j], n);
  return out;
}

function dot(a: Float64Array, b: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}

/** All digit tuples below the given sizes; one empty tuple for none. */
function combinations(sizes: readonly number[]): number[][] {
  let all: number[][] = [[]];
  for (const size of sizes)
    all = all.flatMap((head) => Array.from({ length: size }, (_, digit) => [...head, digit]));
  return all;
}

/** Grid points better than all neighbours one step away along any axis, best first; a plateau counts once. */
function localMinima(sums: Float64Array, sizes: readonly number[], steps: readonly number[]): number[] {
  const found: number[] = [];
  for (let index = 0; index < sums.length; index++) {
    const here = sums[index];
    let lowest = Number.isFinite(here);
    for (let d = 0; d < sizes.length && lowest; d++) {
      const digit = Math.floor(index / steps[d]) % sizes[d];
      if (digit > 0 && sums[index - steps[d]] <= here) lowest = false;
      if (digit + 1 < sizes[d] && sums[index + steps[d]] < here) lowest = false;
    }
    if (lowest) found.push(index);
  }
  return found.sort((a, b) => sums[a] - sums[b]);
}

/**
 * min ½ cᵀ G c − bᵀ c with c ≥ 0 for up to a handful of coefficients: Cholesky on the free set, dropping the most
 * negative coefficient until none is (and taking back what would improve). Exact for the sizes used here.
 */
export class NonNegativeSolver {
  readonly gram: Float64Array;
  readonly right: Float64Array;
  readonly coefficients: Float64Array;
  private readonly factor: Float64Array;
  private readonly free: Int32Array;
  private readonly work: Float64Array;
  private readonly size: number;

  constructor(size: number) {
    this.size = size;
    this.gram = new Float64Array(size * size);
    this.right = new Float64Array(size);
    this.coefficients = new Float64Array(size);
    this.factor = new Float64Array(size * size);
    this.free = new Int32Array(size);
    this.work = new Float64Array(size);
  }

  /** Solves for the lower triangle of `gram` and `right`; returns bᵀc, by which the residual sum shrinks. */
  solve(): number {
    const { size, gram, right, coefficients, free } = this;
    let count = 0;
    for (let j = 0; j < size; j++) if (gram[j * size + j] > 0) free[count++] = j;
    for (let round = 0; round <= 2 * size; round++) {
      this.solveFree(count);
      let worst = -1;
      for (let f = 0; f < count; f++) {
        if (coefficients[free[f]] < 0 && (worst < 0 || coefficients[free[f]] < coefficients[free[worst]]))
          worst = f;
      }
      if (worst >= 0) {
        free.copyWithin(worst, worst + 1, count);
        count--;
        continue;
      }
      const back = this.worthFreeing(count);
      if (back < 0) break;
      free[count++] = back;
      free.subarray(0, count).sort();
    }
    let gain = 0;
    for (let f = 0; f < count; f++) gain += right[free[f]] * coefficients[free[f]];
    return gain;
  }

  /** A coefficient held at 0 whose gradient says that a positive value would help, or −1. */
  private worthFreeing(count: number): number {
    const { size, gram, right, coefficients, free } = this;
    if (count === size) return -1;
    let best = -1;
    let bestGain = 0;
    for (let j = 0; j < size; j++) {
      const diagonal = gram[j * size + j];
      if (diagonal <= 0 || free.subarray(0, count).includes(j)) continue;
      let gradient = right[j];
      for (let f = 0; f < count; f++) {
        const l = free[f];
        gradient -= (l < j ? gram[j * size + l] : gram[l * size + j]) * coefficients[l];
      }
      const gain = gradient / Math.sqrt(diagonal);
      if (gain > bestGain && gain > (1e-9 * Math.abs(right[j])) / Math.sqrt(diagonal)) {
        best = j;
        bestGain = gain;
      }
    }
    return best;
  }

  private solveFree(count: number): void {
    const { size, gram, right, coefficients, factor, free, work } = this;
    coefficients.fill(0);
    for (let a = 0; a < count; a++) {
      for (let b = 0; b <= a; b++) {
        let sum = gram[free[a] * size + free[b]];
        for (let k = 0; k < b; k++) sum -= factor[a * size + k] * factor[b * size + k];
        if (a === b) {
          // A column that the ones before it explain to 12 digits is dropped: its pivot becomes infinite.
          const floor = 1e-12 * gram[free[a] * size + free[a]];
          factor[a * size + a] = sum > floor ? Math.sqrt(sum) : Infinity;
        } else {
          factor[a * size + b] = factor[b * size + b] === Infinity ? 0 : sum / factor[b * size + b];
        }
      }
    }
    for (let a = 0; a < count; a++) {
      let sum = right[free[a]];
      for (let k = 0; k < a; k++) sum -= factor[a * size + k] * work[k];
      work[a] = sum / factor[a * size + a];
    }
    for (let a = count - 1; a >= 0; a--) {
      let sum = work[a];
      for (let k = a + 1; k < count; k++) sum -= factor[k * size + a] * coefficients[free[k]];
      coefficients[free[a]] = sum / factor[a * size + a];
    }
  }
}
