import { describe, expect, it } from 'vitest';
import type { EvalData } from '../../src/fit/evalData.ts';
import {
  BASE_PRIOR,
  estimateNoise,
  longRunFactor,
  type NoiseModel,
  RUN_PRIOR,
  runWeights,
} from '../../src/fit/noise.ts';
import { layeredParametric } from '../../src/fit/resample.ts';
import { dataOf, grid } from './data.ts';

/** Residuals of a design around a law that predicts 2 everywhere, with the layers given. */
function simulated(sizes: number, runsOfSize: number, length: number, layers: Partial<NoiseModel>, seed = 3) {
  const noise = { evaluation: 0, rho: 0, run: 0, base: 0, priorShare: 0, ...layers };
  const rows = grid(
    Array.from({ length: sizes }, (_, i) => 1e6 * (i + 1)),
    Array.from({ length: runsOfSize }, (_, i) => i / runsOfSize),
    Array.from({ length }, (_, i) => 1e6 * (i + 1)),
  );
  const fitted = new Float64Array(rows.length).fill(2);
  const loss = new Float64Array(rows.length);
  const data = dataOf('general', rows, loss);
  layeredParametric(data, fitted, noise, seed).fill(0, loss);
  return {
    data: { ...data, loss },
    residual: loss.map((each, i) => fitted[i] - each),
  };
}

/** What a fit leaves that follows the mean of each group of runs, and its derivatives by those means. */
function absorbing(data: EvalData, residual: Float64Array, groupOf: (run: number) => number) {
  const groups = [...new Set(data.run.map(groupOf))];
  const columns = groups.map((group) =>
    Float64Array.from(data.run, (run) => (groupOf(run) === group ? 1 : 0)),
  );
  return { columns, residual: withoutDirections(residual, columns) };
}

/** Residual of a least-squares fit of the columns, orthogonalised in turn. */
function withoutDirections(residual: Float64Array, columns: readonly Float64Array[]): Float64Array {
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, each, i) => sum + each * b[i], 0);
  const less = (a: Float64Array, by: Float64Array) => {
    const along = dot(a, by) / dot(by, by);
    return a.map((each, i) => each - along * by[i]);
  };
  const basis: Float64Array[] = [];
  for (const column of columns) basis.push(basis.reduce(less, column));
  return basis.reduce(less, residual);
}

const within = (found: number, expected: number, share: number) => {
  expect(found).toBeGreaterThan(expected * (1 - share));
  expect(found).toBeLessThan(expected * (1 + share));
};

describe('a large design', () => {
  it('shows evaluation noise and its autocorrelation', () => {
    for (const rho of [0, 0.4, 0.7]) {
      const { data, residual } = simulated(20, 20, 60, { evaluation: 0.004, rho });
      const noise = estimateNoise(data, residual, [], []);
      within(noise.evaluation, 0.004, 0.05);
      expect(Math.abs(noise.rho - rho)).toBeLessThan(0.03);
    }
  });

  it('shows how runs scatter, above the noise of their evaluations', () => {
    const { data, residual } = simulated(1, 600, 10, { evaluation: 0.004, rho: 0.3, run: 0.005 });
    within(estimateNoise(data, residual, [], []).run, 0.005, 0.08);
  });

  it('shows how bases scatter', () => {
    const { data, residual } = simulated(300, 8, 6, { evaluation: 0.001, run: 0.001, base: 0.006 });
    within(estimateNoise(data, residual, [], []).base, 0.006, 0.1);
  });

  it('shows run noise in repeats alone', () => {
    // Runs 2k and 2k + 1 repeat each other, and the law follows every pair.
    const { data, residual } = simulated(1, 200, 10, { evaluation: 0.002, rho: 0.3, run: 0.005 });
    const repeats = Array.from({ length: 100 }, (_, k) => [2 * k, 2 * k + 1]);
    const left = absorbing(data, residual, (run) => run >> 1);
    const noise = estimateNoise(data, left.residual, left.columns, repeats);
    within(noise.run, 0.005, 0.15);
    expect(noise.priorShare).toBeLessThan(0.2);
  });

  it('is the same on average however much of it the law can follow', () => {
    // Five runs at one size and nine at three, around laws with derivatives in tokens, in the run, and in both.
    for (const [sizes, runsOfSize] of [
      [1, 5],
      [3, 3],
    ]) {
      for (const followed of [1, 2, 3]) {
        const studies = Array.from({ length: 300 }, (_, seed) => {
          const truth = { evaluation: 0.002, rho: 0.3, run: 0.003, base: 0.002 };
          const { data, residual } = simulated(sizes, runsOfSize, 20, truth, seed);
          const { domainRatio, tokens } = data.inputs;
          const columns = [
            tokens.map((each) => Math.log(each)),
            domainRatio.map(() => 1),
            domainRatio.map((each) => each),
            domainRatio.map((each, i) => each ** 2 * tokens[i]),
          ].slice(0, followed + 1);
          return estimateNoise(data, withoutDirections(residual, columns), columns, []);
        });
        const rms = (of: (noise: NoiseModel) => number) =>
          Math.sqrt(studies.reduce((sum, noise) => sum + of(noise) ** 2, 0) / studies.length);
        within(
          rms(({ run }) => run),
          0.003,
          0.06,
        );
        within(
          rms(({ base }) => base),
          0.002,
          0.12,
        );
      }
    }
  });

  it('is not misled by single spikes', () => {
    const { data, residual } = simulated(10, 20, 40, { evaluation: 0.003, rho: 0.4 });
    const spiky = residual.map((r, i) => (i % 97 === 50 ? r + 0.5 : r));
    const noise = estimateNoise(data, spiky, [], []);
    within(noise.evaluation, 0.003, 0.1);
    expect(Math.abs(noise.rho - 0.4)).toBeLessThan(0.1);
    // Nor does a spike pass for a run that went astray.
    const clean = estimateNoise(data, residual, [], []);
    expect(noise.run - clean.run).toBeLessThan(0.0005);
  });
});

describe('priors', () => {
  it('stand in where nothing can be seen, and are said to', () => {
    const { data, residual } = simulated(2, 3, 10, { evaluation: 0.0005, run: 0.0005 });
    const left = absorbing(data, residual, (run) => run);
    const noise = estimateNoise(data, left.residual, left.columns, []);
    expect(noise.run).toBeCloseTo(RUN_PRIOR.sd, 9);
    expect(noise.base).toBeCloseTo(BASE_PRIOR.sd, 9);
    expect(noise.priorShare).toBeGreaterThan(0.9);
  });

  it('give way as repeats come in', () => {
    const shares = [0, 2, 8, 64].map((groups) => {
      const { data, residual } = simulated(1, 128, 10, { evaluation: 0.0005, run: 0.006 });
      const repeats = Array.from({ length: groups }, (_, k) => [2 * k, 2 * k + 1]);
      const left = absorbing(data, residual, (run) => (run < 2 * groups ? run >> 1 : run));
      return estimateNoise(data, left.residual, left.columns, repeats).priorShare;
    });
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
    expect(new Set(shares).size).toBe(4);
  });

  it('do not count groups of one', () => {
    const { data, residual } = simulated(1, 12, 10, { evaluation: 0.001, run: 0.01 });
    expect(estimateNoise(data, residual, [], [[0], [3]])).toEqual(estimateNoise(data, residual, [], []));
  });
});

describe('weights of runs', () => {
  it('are even where runs are equally long', () => {
    const { data } = simulated(2, 3, 10, {});
    const weight = runWeights(data, { evaluation: 0.003, rho: 0.4, run: 0.003, base: 0, priorShare: 0 });
    weight.forEach((each) => {
      expect(each).toBeCloseTo(1, 12);
    });
  });

  it('keep a long run from outvoting a short one, the more so the larger run noise is', () => {
    const rows = [
      ...grid(
        [1e9],
        [0.2],
        Array.from({ length: 200 }, (_, i) => 1e7 * (i + 1)),
      ),
      ...grid(
        [1e9],
        [0.5],
        Array.from({ length: 20 }, (_, i) => 1e8 * (i + 1)),
      ),
    ];
    const data = dataOf('general', rows, new Float64Array(rows.length).fill(2));
    const shareOfLong = (run: number, rho: number) => {
      const weight = runWeights(data, { evaluation: 0.003, rho, run, base: 0, priorShare: 0 });
      expect(weight.reduce((a, b) => a + b, 0) / data.n).toBeCloseTo(1, 12);
      return weight.slice(0, 200).reduce((a, b) => a + b, 0) / data.n;
    };
    // Without run noise, rows count alike; with much of it, runs do.
    expect(shareOfLong(0, 0)).toBeCloseTo(200 / 220, 12);
    expect(shareOfLong(0.003, 0)).toBeLessThan(0.55);
    expect(shareOfLong(10, 0)).toBeCloseTo(0.5, 6);
    expect(shareOfLong(0.001, 0)).toBeGreaterThan(shareOfLong(0.003, 0));
  });
});

describe('the factor of autocorrelation', () => {
  it('is the variance of a mean, times its count, over that of one evaluation', () => {
    for (const [rho, count] of [
      [0, 5],
      [0.5, 1],
      [0.5, 4],
      [0.9, 30],
    ]) {
      let sum = 0;
      for (let i = 0; i < count; i++) for (let j = 0; j < count; j++) sum += rho ** Math.abs(i - j);
      expect(longRunFactor(rho, count)).toBeCloseTo(sum / count, 10);
    }
  });
});
