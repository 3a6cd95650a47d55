/** Newton's method against the trust-region solver, which is certified on NIST's problems. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costOf, type Loss, robust, squared } from '../../src/lsq/losses.ts';
import { minimizeNewton, type NewtonOptions, newtonWorkspace } from '../../src/lsq/newton.ts';
import type { ResidualProblem } from '../../src/lsq/problem.ts';
import { solve } from '../../src/lsq/solve.ts';
import { decay, decayData, gradientOf, linear, normals } from './models.ts';

function optionsFor(problem: ResidualProblem, loss: Loss, more: Partial<NewtonOptions> = {}): NewtonOptions {
  return {
    lower: new Float64Array(problem.m).fill(-Infinity),
    upper: new Float64Array(problem.m).fill(Infinity),
    weight: new Float64Array(problem.n).fill(1),
    loss,
    stepTolerance: 1e-8,
    maxIterations: 300,
    ...more,
  };
}

const { t, y } = decayData(30, [1.5, 2, 0.8], 0.05, 2);
/** Every tenth observation is off by half: what robust losses are for. */
const dirty = y.map((value, i) => (i % 10 === 4 ? value + 0.5 : value));
const starts = [
  [1, 1, 1],
  [0, 3, 0.2],
  [2, 0.5, 2],
  [1.5, 2, 0.8],
];

describe.each<[string, Loss]>([
  ['squares', squared],
  ['Huber, corner in the scatter', robust('huber', 0.05)],
  ['Huber, corner below the scatter', robust('huber', 0.01)],
  ['soft L1', robust('softL1', 0.05)],
])('%s', (_name, loss) => {
  it.each(starts)('ends where the trust region ends, from %s, %s, %s', (...start) => {
    const problem = decay(t, dirty);
    const other = solve(problem, start, { loss });
    const found = minimizeNewton(problem, Float64Array.from(start), optionsFor(problem, loss));
    expect(found.stop).toBe('converged');
    expect([...found.active]).toEqual([0, 0, 0]);
    expect(found.objective).toBeLessThanOrEqual(other.objective * (1 + 1e-12));
    found.x.forEach((value, k) => {
      expect(value).toBeCloseTo(other.x[k], 6);
    });
  });
});

it('reports the objective that it minimises', () => {
  const problem = decay(t, dirty);
  const weight = normals(30, 3).map(Math.abs);
  const loss = robust('huber', 0.03);
  const { x, objective } = minimizeNewton(
    problem,
    Float64Array.of(1, 1, 1),
    optionsFor(problem, loss, { weight }),
  );
  const residual = new Float64Array(30);
  problem.evaluate(x, residual, null);
  const direct = residual.reduce((sum, r, i) => sum + weight[i] * costOf(loss, r), 0);
  expect(objective).toBeCloseTo(direct, 14);
});

it('treats a weight of 2 as the row twice, and of 0 as no row', () => {
  const twice = decay([...t, t[4], t[9]], [...dirty, dirty[4], dirty[9]]);
  const loss = robust('huber', 0.05);
  const weight = new Float64Array(30).fill(1);
  weight[4] = 2;
  weight[9] = 2;
  const once = decay(t, dirty);
  const start = Float64Array.of(1, 1, 1);
  const a = minimizeNewton(once, start, optionsFor(once, loss, { weight }));
  const b = minimizeNewton(twice, start, optionsFor(twice, loss));
  a.x.forEach((value, k) => {
    expect(value).toBeCloseTo(b.x[k], 8);
  });
  const without = decay(t.slice(1), dirty.slice(1));
  const first = Float64Array.from({ length: 30 }, (_, i) => (i === 0 ? 0 : 1));
  const c = minimizeNewton(once, start, optionsFor(once, loss, { weight: first }));
  const d = minimizeNewton(without, start, optionsFor(without, loss));
  c.x.forEach((value, k) => {
    expect(value).toBeCloseTo(d.x[k], 8);
  });
});

it('solves a linear problem in boxes as Karush, Kuhn and Tucker ask', () => {
  const bound = fc.double({ min: -2, max: 2, noNaN: true }).map((value) => Math.round(1e6 * value) / 1e6 + 0);
  const box = fc.array(fc.tuple(bound, bound), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), box, (seed, sides) => {
      const problem = linear(normals(40, seed), normals(10, seed + 2_000_000), 4);
      const lower = Float64Array.from(sides, ([a, b]) => Math.min(a, b));
      const upper = Float64Array.from(sides, ([a, b]) => Math.max(a, b));
      const { x, stop, active, objective } = minimizeNewton(
        problem,
        new Float64Array(4),
        optionsFor(problem, squared, { lower, upper }),
      );
      expect(stop).toBe('converged');
      const { gradient, scale, length } = gradientOf(problem, x);
      for (let k = 0; k < 4; k++) {
        expect(x[k]).toBeGreaterThanOrEqual(lower[k]);
        expect(x[k]).toBeLessThanOrEqual(upper[k]);
        const slope = gradient[k] / (scale[k] * length);
        if (lower[k] === upper[k]) continue;
        if (active[k] < 0) expect([x[k], slope > -1e-7]).toEqual([lower[k], true]);
        else if (active[k] > 0) expect([x[k], slope < 1e-7]).toEqual([upper[k], true]);
        else expect(Math.abs(slope)).toBeLessThan(1e-7);
      }
      const other = solve(problem, lower, { bounds: { lower, upper } });
      expect(objective).toBeLessThanOrEqual(other.objective * (1 + 1e-9) + 1e-12);
    }),
    { numRuns: 300 },
  );
});

it('solves a curved, robust problem in boxes as the trust region does', () => {
  const loss = robust('huber', 0.02);
  const problem = decay(t, dirty);
  const side = fc.tuple(
    fc.double({ min: -1, max: 0.5, noNaN: true }),
    fc.double({ min: 0.05, max: 1, noNaN: true }),
  );
  fc.assert(
    fc.property(fc.tuple(side, side, side), (sides) => {
      const truth = [1.5, 2, 0.8];
      const lower = Float64Array.from(sides, ([from], k) => truth[k] + from);
      const upper = Float64Array.from(sides, ([, width], k) => lower[k] + width);
      const start = lower.map((value, k) => 0.5 * (value + upper[k]));
      const found = minimizeNewton(problem, start, optionsFor(problem, loss, { lower, upper }));
      const other = solve(problem, start, { loss, bounds: { lower, upper } });
      expect(found.stop).toBe('converged');
      expect(found.objective).toBeLessThanOrEqual(other.objective * (1 + 1e-9));
      found.x.forEach((value, k) => {
        expect(value >= lower[k] && value <= upper[k]).toBe(true);
      });
    }),
    {
      numRuns: 200,
      // In these boxes no step is a gain any more: the last ones promise less than rounding leaves of the objective.
      examples: [
        [
          [
            [0, 0.9999789718604324],
            [0, 0.05],
            [0, 0.05474413702194608],
          ],
        ],
        [
          [
            [-0.7848744988, 0.41105528556],
            [-1, 0.6745295584],
            [-1, 0.1697935879],
          ],
        ],
      ],
    },
  );
});

it('leaves a parameter with equal bounds alone', () => {
  const problem = decay(t, y);
  const lower = Float64Array.of(-Infinity, 2.1, -Infinity);
  const upper = Float64Array.of(Infinity, 2.1, Infinity);
  const { x, stop } = minimizeNewton(
    problem,
    Float64Array.of(1, 0, 1),
    optionsFor(problem, squared, { lower, upper }),
  );
  const { gradient, scale, length } = gradientOf(problem, x);
  expect(stop).toBe('converged');
  expect(x[1]).toBe(2.1);
  for (const k of [0, 2]) expect(Math.abs(gradient[k] / (scale[k] * length))).toBeLessThan(1e-7);
});

it('gives the same answer whatever its workspace was used for', () => {
  const problem = decay(t, dirty);
  const options = optionsFor(problem, robust('huber', 0.01));
  const work = newtonWorkspace(problem.n, problem.m);
  const fresh = starts.map((start) => minimizeNewton(problem, Float64Array.from(start), options));
  const reused = starts.map((start) => minimizeNewton(problem, Float64Array.from(start), options, work));
  expect(reused).toEqual(fresh);
});

describe('why it stops', () => {
  const problem = decay(t, dirty);
  it('says that the start has no finite objective', () => {
    const result = minimizeNewton(problem, Float64Array.of(Number.NaN, 1, 1), optionsFor(problem, squared));
    expect(result.stop).toBe('notFinite');
  });
  it('says that iterations ran out, and how far it still was', () => {
    const options = optionsFor(problem, squared, { maxIterations: 2 });
    const result = minimizeNewton(problem, Float64Array.of(0, 5, 0.1), options);
    expect(result.stop).toBe('tooManyIterations');
    expect(result.lastStep).toBeGreaterThan(options.stepTolerance);
  });
  it('stops nearer for a smaller tolerance', () => {
    const best = minimizeNewton(problem, Float64Array.of(1, 1, 1), optionsFor(problem, squared)).objective;
    const excess = [1, 1e-2, 1e-5].map((stepTolerance) => {
      const options = optionsFor(problem, squared, { stepTolerance });
      return minimizeNewton(problem, Float64Array.of(0, 3, 0.2), options).objective - best;
    });
    expect(excess[0]).toBeGreaterThan(excess[1]);
    expect(excess[1]).toBeGreaterThanOrEqual(excess[2]);
    // A step of s standard errors from the minimum of a sum of squares costs s²/2 variances.
    expect(excess[1]).toBeLessThan((0.5 * 1e-4 * 2 * best) / 27);
  });
});
