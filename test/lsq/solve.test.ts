import fc from 'fast-check';
import { Matrix, solve as solveLinear } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { robust } from '../../src/lsq/losses.ts';
import type { ResidualProblem } from '../../src/lsq/problem.ts';
import { type SolveOptions, solve } from '../../src/lsq/solve.ts';
import { stopMeanings } from '../../src/lsq/stop.ts';
import { createWorkspace } from '../../src/lsq/workspace.ts';
import { lsqBoundsCrossed, lsqLengthMismatch, lsqValueOutOfRange } from '../../src/problems/lsq.ts';
import { Refusal } from '../../src/problems/problem.ts';
import { decay, decayData, linear, normals } from './models.ts';

const truth = [1.5, 2, 0.8] as const;
const start = [1, 1, 1];
const { t, y } = decayData(40, truth, 0.01, 7);
const plain = solve(decay(t, y), start);

function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, relative: number): void {
  expect(found.length).toBe(expected.length);
  for (let k = 0; k < expected.length; k++) {
    expect(Math.abs(found[k] - expected[k])).toBeLessThanOrEqual(relative * Math.abs(expected[k]));
  }
}

describe('a plain fit', () => {
  it('recovers the truth of exact data', () => {
    const exact = decayData(40, truth, 0, 1);
    const found = solve(decay(exact.t, exact.y), start);
    expectClose(found.x, truth, 1e-13);
    expect(found.objective).toBeLessThan(1e-28);
    expect(stopMeanings[found.stop.kind].success).toBe(true);
  });

  it('reports residuals and objective of the point it returns', () => {
    const residual = new Float64Array(t.length);
    decay(t, y).evaluate(plain.x, residual, null);
    expect(plain.residual).toEqual(residual);
    expect(plain.objective).toBeCloseTo(0.5 * residual.reduce((sum, r) => sum + r * r, 0), 15);
    expect(plain.stop.kind).toBe('converged');
    expect([...plain.active]).toEqual([0, 0, 0]);
  });

  it('solves linear problems as ml-matrix does, in one step and one look', () => {
    const a = normals(15 * 4, 2);
    const b = normals(15, 3);
    const columns = Array.from({ length: 4 }, (_, k) => Array.from(a.subarray(k * 15, (k + 1) * 15)));
    const expected = solveLinear(
      new Matrix(columns).transpose(),
      Matrix.columnVector([...b]),
      true,
    ).to1DArray();
    expectClose(
      solve(
        linear(a, b, 4),
        expected.map((v) => v * 1.05),
      ).x,
      expected,
      1e-10,
    );
  });

  it('fits as many points as parameters, and needs no parameters at all', () => {
    const found = solve(decay([0, 1, 2], [3, 2, 1.5]), start);
    expect(Math.max(...found.residual.map(Math.abs))).toBeLessThan(1e-14);
    expect(stopMeanings[found.stop.kind].success).toBe(true);
    expect(solve(linear(new Float64Array(0), Float64Array.of(1, 2), 0), []).objective).toBe(2.5);
  });

  it('ends with fewer points than parameters, too', () => {
    const found = solve(decay([0, 1], [3, 2]), start);
    expect(stopMeanings[found.stop.kind].success).toBe(true);
    expect(found.objective).toBeLessThan(1e-25);
  });
});

describe('relations between fits', () => {
  it('does not depend on the order of the rows', () => {
    const order = Array.from(t.keys()).sort((a, b) => ((a * 17) % 40) - ((b * 17) % 40));
    const found = solve(
      decay(
        order.map((i) => t[i]),
        order.map((i) => y[i]),
      ),
      start,
    );
    expectClose(found.x, plain.x, 1e-9);
  });

  it('does not depend on the units of the parameters', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 3, maxLength: 3 }), (powers) => {
        // Powers of two, so that scaling by itself rounds nothing.
        const unit = powers.map((power) => 2 ** power);
        const inner = decay(t, y);
        const scaled: ResidualProblem = {
          n: inner.n,
          m: 3,
          evaluate(x, residual, jacobian) {
            inner.evaluate(
              x.map((value, k) => value * unit[k]),
              residual,
              jacobian,
            );
            if (jacobian)
              for (let j = 0; j < jacobian.length; j++) jacobian[j] *= unit[Math.floor(j / inner.n)];
          },
        };
        const found = solve(
          scaled,
          start.map((value, k) => value / unit[k]),
        );
        expectClose(
          found.x.map((value, k) => value * unit[k]),
          plain.x,
          1e-9,
        );
        expect(found.iterations).toBe(plain.iterations);
      }),
    );
  });

  it('moves only the constant when a constant is added to all responses', () => {
    const found = solve(
      decay(
        t,
        y.map((value) => value + 5),
      ),
      start,
    );
    expectClose(found.x, [plain.x[0] + 5, plain.x[1], plain.x[2]], 1e-7);
  });

  it('is the same whichever start, and starting at the answer is over at once', () => {
    const other = solve(decay(t, y), [3, 0.1, 2]);
    expectClose(other.x, plain.x, 1e-8);
    const again = solve(decay(t, y), plain.x);
    expect(again.iterations).toBeLessThanOrEqual(2);
    expectClose(again.x, plain.x, 1e-9);
  });

  it('does not care for a row doubled in weight or written twice', () => {
    const twice = solve(decay([...t, t[3]], [...y, y[3]]), start);
    const counted = solve(decay(t, y), start, {
      weights: { kind: 'frequency', count: t.map((_, i) => (i === 3 ? 2 : 1)) },
    });
    expectClose(counted.x, twice.x, 1e-9);
    expect(counted.objective).toBeCloseTo(twice.objective, 12);
  });
});

describe('robust losses', () => {
  const spoiled = y.map((value, i) => (i % 10 === 4 ? value + 1.5 : value));
  const off = (x: Float64Array): number => Math.hypot(...x.map((value, k) => value - truth[k]));

  it.each(['huber', 'softL1', 'cauchy'] as const)(
    '%s is nearer the truth than plain under outliers',
    (kind) => {
      const squares = solve(decay(t, spoiled), start);
      const found = solve(decay(t, spoiled), squares.x, { loss: robust(kind, 0.015) });
      expect(found.stop.kind).toBe('converged');
      expect(off(found.x)).toBeLessThan(0.2 * off(squares.x));
    },
  );

  it.each(['huber', 'softL1', 'cauchy'] as const)('%s ends where its gradient is zero', (kind) => {
    const loss = robust(kind, 0.02);
    const problem = decay(t, spoiled);
    const found = solve(problem, truth, { loss });
    const step = 1e-6;
    for (let k = 0; k < 3; k++) {
      const [up, down] = [step, -step].map((change) => {
        const bounds = {
          lower: found.x.map((v, j) => (j === k ? v + change : v)),
          upper: found.x.map((v, j) => (j === k ? v + change : v)),
        };
        return solve(problem, found.x, { loss, bounds }).objective;
      });
      // A minimum along each axis: both sides higher.
      expect(up).toBeGreaterThan(found.objective);
      expect(down).toBeGreaterThan(found.objective);
    }
  });

  it('with a scale beyond all residuals is plain least squares', () => {
    expectClose(solve(decay(t, y), start, { loss: robust('huber', 1e3) }).x, plain.x, 1e-9);
  });

  it('reaches the least absolute deviation as its scale goes to zero: the median', () => {
    const values = Float64Array.of(9, 1, 2.5, 4, 100);
    const found = solve(linear(new Float64Array(5).fill(1), values, 1), [0], { loss: robust('huber', 1e-6) });
    expect(found.x[0]).toBeCloseTo(4, 5);
    expect(stopMeanings[found.stop.kind].success).toBe(true);
  });
});

describe('ends that are not an optimum', () => {
  it('says that the start is not defined', () => {
    const nowhere: ResidualProblem = {
      n: 2,
      m: 1,
      evaluate: (_, residual) => void residual.fill(Number.NaN),
    };
    expect(solve(nowhere, [1]).stop).toEqual({ kind: 'startNotFinite' });
  });

  it('turns back where the model is not defined', () => {
    // log(x) has no value where an undamped step from 5 goes: to a negative number.
    const problem: ResidualProblem = {
      n: 1,
      m: 1,
      evaluate(x, residual, jacobian) {
        residual[0] = Math.log(x[0]);
        if (jacobian) jacobian[0] = 1 / x[0];
      },
    };
    const found = solve(problem, [50]);
    expect(found.x[0]).toBeCloseTo(1, 12);
  });

  it('refuses a step onto a point without derivatives', () => {
    const problem: ResidualProblem = {
      n: 2,
      m: 1,
      evaluate(x, residual, jacobian) {
        residual.set([x[0] - 2, 0.1]);
        jacobian?.set([Math.abs(x[0] - 1.1) < 0.012 ? Number.NaN : 1, 0]);
      },
    };
    // The first trust region, a tenth of the start, ends in the middle of the hole.
    const found = solve(problem, [1]);
    expect(found.x[0]).toBeCloseTo(2, 8);
    expect(found.evaluations).toBeGreaterThan(found.iterations);
  });

  it('says when the limit on evaluations was reached, and how far it is still', () => {
    const found = solve(decay(t, y), [3, 0.1, 2], { maxEvaluations: 3 });
    expect(found.stop.kind).toBe('evaluationLimit');
    expect(found.evaluations).toBe(3);
    if (found.stop.kind === 'evaluationLimit') expect(found.stop.remaining).toBeGreaterThan(1);
  });

  it('says when the Jacobian is wrong', () => {
    const inner = decay(t, y);
    const wrong: ResidualProblem = {
      ...inner,
      evaluate(x, residual, jacobian) {
        inner.evaluate(x, residual, jacobian);
        if (jacobian) for (let j = 0; j < jacobian.length; j++) jacobian[j] = -jacobian[j];
      },
    };
    expect(solve(wrong, start).stop.kind).toBe('stalled');
  });

  it('calls it precision when only the rounding of the model is left', () => {
    const inner = decay(t, y);
    const coarse: ResidualProblem = {
      ...inner,
      evaluate(x, residual, jacobian) {
        inner.evaluate(x, residual, jacobian);
        for (let i = 0; i < inner.n; i++) residual[i] = Math.fround(residual[i] + y[i]) - y[i];
      },
    };
    const found = solve(coarse, start);
    expect(found.stop.kind).toBe('precision');
    expectClose(found.x, plain.x, 1e-5);
  });

  it('has one sentence for every reason to stop', () => {
    for (const { sentence } of Object.values(stopMeanings)) expect(sentence).toMatch(/^[A-Z].*\.$/);
  });
});

describe('the stop rule', () => {
  it('leaves no more than the tolerance to go, in standard errors', () => {
    // Dennis and Schnabel 1983, 10.2.4: Gauss-Newton approaches x = 0 with the ratio λ, here slowly, so that the
    // step to go is a tenth of the way to go.
    const ratio = 0.9;
    const creeping: ResidualProblem = {
      n: 2,
      m: 1,
      evaluate([x], residual, jacobian) {
        residual.set([x + 1, ratio * x * x + x - 1]);
        jacobian?.set([1, 2 * ratio * x + 1]);
      },
    };
    const deviation = Math.SQRT2;
    for (const tolerance of [1e-2, 1e-4, 1e-6, 1e-8]) {
      const found = solve(creeping, [0.3], { tolerance });
      expect(found.stop.kind).toBe('converged');
      // ‖J‖ = √2 at the optimum. The ratio is an estimate: it may be short by a part, not by a multiple.
      expect((Math.SQRT2 * Math.abs(found.x[0])) / deviation).toBeLessThan(1.2 * tolerance);
    }
  });

  it('holds for bent models and large residuals, too', () => {
    const bent = decayData(12, truth, 0.4, 11);
    const problem = decay(bent.t, bent.y);
    const best = solve(problem, start);
    const jacobian = new Float64Array(problem.n * 3);
    problem.evaluate(best.x, new Float64Array(problem.n), jacobian);
    const deviation = Math.sqrt((2 * best.objective) / (problem.n - 3));
    for (const tolerance of [0.1, 1e-2, 1e-3, 1e-4]) {
      const found = solve(problem, start, { tolerance });
      let square = 0;
      for (let i = 0; i < problem.n; i++) {
        let moved = 0;
        for (let k = 0; k < 3; k++) moved += jacobian[k * problem.n + i] * (found.x[k] - best.x[k]);
        square += moved * moved;
      }
      expect(Math.sqrt(square) / deviation).toBeLessThan(1.2 * tolerance);
    }
  });
});

describe('a workspace', () => {
  it('gives the same bits when it is used again, whatever it was used for before', () => {
    const workspace = createWorkspace(t.length, 3);
    const other = decayData(40, [0.2, -3, 0.1], 0.3, 5);
    const options: SolveOptions = {
      workspace,
      loss: robust('huber', 0.01),
      weights: { kind: 'relative', weight: t.map((v) => 1 + v) },
    };
    const first = solve(decay(t, y), start, options);
    solve(decay(other.t, other.y), [1, -1, 0.5], {
      workspace,
      bounds: { lower: [0, -5, 0], upper: [1, 0, 0.05] },
    });
    solve(
      decay(
        other.t,
        other.y.map(() => Number.NaN),
      ),
      [1, 1, 1],
      { workspace },
    );
    const kept = first.x.slice();
    const second = solve(decay(t, y), start, options);
    expect(second).toEqual(first);
    expect(first.x).toEqual(kept);
    expect(solve(decay(t, y), start, { ...options, workspace: createWorkspace(40, 3) })).toEqual(first);
  });

  it('is refused for another shape', () => {
    expect(() => solve(decay(t, y), start, { workspace: createWorkspace(3, 40) })).toThrow(RangeError);
  });
});

it('refuses broken input with all problems together', () => {
  const codes = (options: SolveOptions, from: number[]): string[] => {
    try {
      solve(decay(t, y), from, options);
    } catch (error) {
      if (error instanceof Refusal) return error.problems.map((problem) => problem.code);
      throw error;
    }
    return [];
  };
  const weights = { kind: 'knownVariance', sigma: t.map((_, i) => (i === 2 ? 0 : 1)) } as const;
  expect(codes({ weights, bounds: { lower: [0, 2, 0], upper: [1, 1, 1] } }, [1, Number.NaN, 1])).toEqual([
    lsqValueOutOfRange.code,
    lsqBoundsCrossed.code,
    lsqValueOutOfRange.code,
  ]);
  expect(
    codes({ bounds: { lower: [0], upper: [1, 1] }, weights: { kind: 'frequency', count: [1] } }, [1]),
  ).toEqual(Array(4).fill(lsqLengthMismatch.code));
});
