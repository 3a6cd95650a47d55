/** Small problems for the tests of the solver, with exact derivatives. */

import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { skipN } from 'pure-rand/utils/skipN';
import type { ResidualProblem } from '../../src/lsq/problem.ts';

/** Seeded standard normal numbers (Box and Muller). */
export function normals(count: number, seed: number): Float64Array {
  const random = xoroshiro128plus(seed);
  // Its first numbers hardly depend on the seed.
  skipN(random, 20);
  return Float64Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(random)));
    return radius * Math.cos(2 * Math.PI * uniformFloat64(random));
  });
}

/** x₀ + x₁·exp(−x₂·t): three parameters, one of them nonlinear. */
export function decay(t: ArrayLike<number>, y: ArrayLike<number>): ResidualProblem {
  const n = t.length;
  return {
    n,
    m: 3,
    evaluate(x, residual, jacobian) {
      for (let i = 0; i < n; i++) {
        const e = Math.exp(-x[2] * t[i]);
        residual[i] = x[0] + x[1] * e - y[i];
        if (jacobian === null) continue;
        jacobian[i] = 1;
        jacobian[n + i] = e;
        jacobian[2 * n + i] = -x[1] * t[i] * e;
      }
    },
  };
}

export function decayData(n: number, truth: readonly number[], noise: number, seed: number) {
  const t = Float64Array.from({ length: n }, (_, i) => (4 * i) / (n - 1));
  const error = normals(n, seed);
  const y = t.map((at, i) => truth[0] + truth[1] * Math.exp(-truth[2] * at) + noise * error[i]);
  return { t, y };
}

/** A x − b, with A given column by column. */
export function linear(a: Float64Array, b: Float64Array, m: number): ResidualProblem {
  const n = b.length;
  return {
    n,
    m,
    evaluate(x, residual, jacobian) {
      for (let i = 0; i < n; i++) {
        residual[i] = -b[i];
        for (let k = 0; k < m; k++) residual[i] += a[k * n + i] * x[k];
      }
      jacobian?.set(a);
    },
  };
}

/** Gradient of the plain objective, ½‖r‖². */
export function gradientOf(problem: ResidualProblem, x: Float64Array) {
  const residual = new Float64Array(problem.n);
  const jacobian = new Float64Array(problem.n * problem.m);
  problem.evaluate(x, residual, jacobian);
  const gradient = new Float64Array(problem.m);
  const scale = new Float64Array(problem.m);
  for (let k = 0; k < problem.m; k++) {
    for (let i = 0; i < problem.n; i++) {
      gradient[k] += jacobian[k * problem.n + i] * residual[i];
      scale[k] += jacobian[k * problem.n + i] ** 2;
    }
  }
  return { gradient, scale: scale.map(Math.sqrt), length: Math.hypot(...residual) };
}
