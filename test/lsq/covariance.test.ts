import { inverse, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { covarianceOf, noErrorBar } from '../../src/lsq/covariance.ts';
import { robust } from '../../src/lsq/losses.ts';
import type { ResidualProblem } from '../../src/lsq/problem.ts';
import { solve } from '../../src/lsq/solve.ts';
import { decay, decayData, linear, normals } from './models.ts';

const { t, y } = decayData(30, [1.5, 2, 0.8], 0.05, 33);
const problem = decay(t, y);
const fit = solve(problem, [1, 1, 1]);

function estimated(...args: Parameters<typeof covarianceOf>) {
  const covariance = covarianceOf(...args);
  if (covariance.kind !== 'estimated') throw new Error(covariance.kind);
  return covariance;
}

/** Two columns that only act through their sum, and a constant. */
function twins(n: number): ResidualProblem {
  const noise = normals(n, 8);
  return {
    n,
    m: 3,
    evaluate(x, residual, jacobian) {
      for (let i = 0; i < n; i++) {
        residual[i] = x[0] + (x[1] + 2 * x[2]) * i - 3 * i - 1 - noise[i];
        jacobian?.set([1], i);
        jacobian?.set([i], n + i);
        jacobian?.set([2 * i], 2 * n + i);
      }
    },
  };
}

describe('error bars', () => {
  it('are s²(JᵀJ)⁻¹, as ml-matrix inverts it', () => {
    const jacobian = new Float64Array(30 * 3);
    problem.evaluate(fit.x, new Float64Array(30), jacobian);
    const j = Matrix.from1DArray(3, 30, [...jacobian]);
    const expected = inverse(j.mmul(j.transpose())).mul((2 * fit.objective) / 27);
    const { covariance, standardErrors, correlation } = estimated(problem, fit.x, fit.active);
    for (let k = 0; k < 3; k++) {
      for (let l = 0; l < 3; l++) {
        expect(covariance[k * 3 + l] / expected.get(k, l)).toBeCloseTo(1, 9);
        expect(correlation[k * 3 + l]).toBeCloseTo(
          covariance[k * 3 + l] / standardErrors[k] / standardErrors[l],
          12,
        );
      }
      expect(correlation[k * 3 + k]).toBe(1);
      expect(standardErrors[k]).toBeCloseTo(Math.sqrt(expected.get(k, k)), 10);
    }
  });

  it('cover the truth as often as they say', () => {
    let inside = 0;
    for (let seed = 1; seed <= 400; seed++) {
      const data = decayData(30, [1.5, 2, 0.8], 0.05, 1000 + seed);
      const again = solve(decay(data.t, data.y), [1.5, 2, 0.8]);
      const { standardErrors } = estimated(decay(data.t, data.y), again.x, again.active);
      // 1.703: 90% of Student's t with 27 degrees of freedom.
      if (Math.abs(again.x[2] - 0.8) < 1.703 * standardErrors[2]) inside++;
    }
    // 360 expected, standard deviation 6.
    expect(Math.abs(inside - 360)).toBeLessThan(18);
  });

  it('of a robust fit describe the spread of robust fits', () => {
    const n = 60;
    const ones = new Float64Array(n).fill(1);
    const loss = robust('huber', 1);
    const found: number[] = [];
    let claimed = 0;
    for (let seed = 1; seed <= 400; seed++) {
      // Heavy tails: every sixth error ten times as large.
      const values = normals(n, seed).map((value, i) => (i % 6 === 0 ? 10 * value : value));
      const mean = linear(ones, values, 1);
      const solution = solve(mean, [0], { loss });
      found.push(solution.x[0]);
      claimed += estimated(mean, solution.x, solution.active, { loss }).standardErrors[0] / 400;
    }
    const spread = Math.sqrt(found.reduce((sum, value) => sum + value * value, 0) / 400);
    // A standard deviation from 400 draws is sure to 3.5%.
    expect(Math.abs(spread / claimed - 1)).toBeLessThan(0.1);
  });

  it("of a Huber fit have Huber's factor K·√(Σψ²/(n−p)) / mean ψ'", () => {
    const loss = robust('huber', 0.04);
    const found = solve(problem, fit.x, { loss });
    const psi = found.residual.map((r) => Math.min(Math.max(r, -0.04), 0.04));
    const straight = found.residual.filter((r) => Math.abs(r) > 0.04).length;
    expect(straight).toBeGreaterThan(3);
    const mean = 1 - straight / 30;
    const k = 1 + ((3 / 30) * (1 - mean)) / mean;
    const factor = (k * Math.sqrt(psi.reduce((sum, value) => sum + value * value, 0) / 27)) / mean;
    expect(estimated(problem, found.x, found.active, { loss }).residualDeviation).toBeCloseTo(factor, 12);
  });

  it('leave out parameters at a bound, and say so', () => {
    const bounds = { lower: [0, 0, 1], upper: [9, 9, 9] };
    const held = solve(problem, [1, 1, 2], { bounds });
    const found = estimated(problem, held.x, held.active);
    expect(found.atBound).toEqual([2]);
    expect(found.standardErrors[2]).toBeNaN();
    expect(found.degreesOfFreedom).toBe(28);
    // The others are those of the problem without it.
    const two = {
      n: 30,
      m: 2,
      evaluate: (x: Float64Array, r: Float64Array, j: Float64Array | null) => {
        const all = new Float64Array(90);
        problem.evaluate(Float64Array.of(x[0], x[1], 1), r, all);
        j?.set(all.subarray(0, 60));
      },
    };
    const alone = estimated(two, held.x.slice(0, 2), Int8Array.of(0, 0));
    expect(found.standardErrors[0]).toBeCloseTo(alone.standardErrors[0], 12);
    expect(found.standardErrors[1]).toBeCloseTo(alone.standardErrors[1], 12);
  });
});

describe('no error bar', () => {
  it('where parameters act together: names the direction', () => {
    const pair = twins(20);
    const found = solve(pair, [0, 1, 0.5]);
    const covariance = covarianceOf(pair, found.x, found.active);
    if (covariance.kind !== 'notIdentifiable') throw new Error(covariance.kind);
    expect(covariance).toMatchObject({ rank: 2, free: 3, parameters: [1, 2] });
    const [direction] = covariance.directions;
    expect(direction[0]).toBe(0);
    expect(direction[1]).toBeCloseTo(1, 10);
    expect(direction[2]).toBeCloseTo(-0.5, 10);
    // Along it nothing changes.
    const [here, there] = [new Float64Array(20), new Float64Array(20)];
    pair.evaluate(found.x, here, null);
    pair.evaluate(
      found.x.map((value, k) => value + 10 * direction[k]),
      there,
      null,
    );
    here.forEach((value, i) => {
      expect(there[i]).toBeCloseTo(value, 8);
    });
  });

  it('where a parameter has run away or has no effect', () => {
    const flat = covarianceOf(problem, Float64Array.of(1.5, 2, 300), new Int8Array(3));
    expect(flat).toMatchObject({ kind: 'notIdentifiable', rank: 2, parameters: [2] });
    const none = covarianceOf(problem, Float64Array.of(1.5, 0, 0.8), new Int8Array(3));
    expect(none).toMatchObject({ kind: 'notIdentifiable', rank: 2, parameters: [2] });
  });

  it('where fewer points than parameters are given', () => {
    const short = decay([0, 1], [3, 2]);
    expect(covarianceOf(short, Float64Array.of(1, 2, 0.7), new Int8Array(3)).kind).toBe('notIdentifiable');
  });

  it('where nothing is finite, or all residuals lie on the straight part of a loss', () => {
    expect(covarianceOf(problem, Float64Array.of(1, 1, Number.NaN), new Int8Array(3)).kind).toBe('notFinite');
    const far = Float64Array.of(100, 2, 0.8);
    expect(covarianceOf(problem, far, new Int8Array(3), { loss: robust('huber', 0.01) }).kind).toBe(
      'noCurvature',
    );
  });

  it('comes with a reason', () => {
    for (const sentence of Object.values(noErrorBar)) expect(sentence).toMatch(/^[A-Z].*\.$/);
  });
});
