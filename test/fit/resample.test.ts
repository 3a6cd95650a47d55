import { describe, expect, it } from 'vitest';
import {
  type FittedPilots,
  layeredParametric,
  RESAMPLING_SCHEMES,
  type ResamplingId,
  resamplingScheme,
} from '../../src/fit/resample.ts';
import { stream } from '../../src/stats/streams.ts';
import { dataOf, grid } from './data.ts';

const rows = grid([1e8, 1e9], [0, 0.5, 1], [1e9, 2e9, 4e9, 8e9]);
const data = dataOf(
  'general',
  rows,
  rows.map(() => 2),
);
const fitted = Float64Array.from(rows, (_, i) => 2 + 0.01 * i);
const noise = { evaluation: 0.004, rho: 0.6, run: 0.003, base: 0.002, priorShare: 0 };

const draw = (seed: number, k: number, of = data) => {
  const loss = new Float64Array(of.n);
  layeredParametric(of, fitted, noise, seed).fill(k, loss);
  return loss;
};

it('is the same for the same seed, set and number, whatever came before', () => {
  const scheme = layeredParametric(data, fitted, noise, 4);
  const loss = new Float64Array(data.n);
  for (const k of [3, 0, 17]) {
    scheme.fill(k, loss);
    expect(loss).toEqual(draw(4, k));
  }
});

it('differs between seeds, numbers and sets', () => {
  const all = [draw(4, 0), draw(4, 1), draw(5, 0), draw(4, 0, { ...data, name: 'other' })];
  expect(new Set(all.map(String)).size).toBe(4);
});

describe('layered pilots over many replicates', () => {
  const count = 4000;
  const scheme = layeredParametric(data, fitted, noise, 9);
  const loss = new Float64Array(data.n);
  const relative = Array.from({ length: count }, (_, k) => {
    scheme.fill(k, loss);
    return loss.map((each, i) => each / fitted[i] - 1);
  });
  const covariance = (i: number, j: number) => relative.reduce((sum, r) => sum + r[i] * r[j], 0) / count;
  const { evaluation, rho, run, base } = noise;
  const variance = evaluation ** 2 + run ** 2 + base ** 2;
  // Four standard errors of a covariance of normal variables.
  const close = (4 * Math.SQRT2 * variance) / Math.sqrt(count);

  it('is centred on the fit', () => {
    rows.forEach((_, i) => {
      const mean = relative.reduce((sum, r) => sum + r[i], 0) / count;
      expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(variance / count));
    });
  });

  it('has the variance of all layers, and correlations of those that rows share', () => {
    for (let i = 0; i < data.n; i++) {
      for (let j = 0; j <= i; j++) {
        const sameRun = data.run[i] === data.run[j];
        const sameBase = data.base[i] === data.base[j];
        const expected =
          (sameBase ? base ** 2 : 0) + (sameRun ? run ** 2 + evaluation ** 2 * rho ** (i - j) : 0);
        expect(Math.abs(covariance(i, j) - expected)).toBeLessThan(close);
      }
    }
  });
});

describe('the schemes', () => {
  const measured = stream(3, 'measured');
  const loss = fitted.map((each) => each * (1 + 0.004 * measured.normal()));
  const quiet = { ...noise, run: 0, base: 0, evaluation: 0 };
  /** Uneven, as where runs have been logged at different paces. */
  const weight = Float64Array.from(rows, (_, i) => 0.5 + (i % 4) / 3);
  const pilots: FittedPilots = { data: { ...data, loss }, fitted, weight, noise, seed: 6 };
  const runsOf = (of: FittedPilots) => [...new Set(of.data.run)];
  const rowsOf = (run: number) => [...data.run.keys()].filter((row) => data.run[row] === run);

  const replicate = (id: ResamplingId, k: number, of: FittedPilots = pilots) => {
    const drawn = { loss: new Float64Array(data.n), weight: new Float64Array(data.n) };
    resamplingScheme(id).bind(of)(k, drawn.loss, drawn.weight);
    return drawn;
  };

  describe.each(RESAMPLING_SCHEMES.map(({ id }) => id))('%s', (id) => {
    it('depends on seed, set and number, and on nothing that came before', () => {
      const resample = resamplingScheme(id).bind(pilots);
      const drawn = { loss: new Float64Array(data.n), weight: new Float64Array(data.n) };
      for (const k of [3, 0, 17]) {
        resample(k, drawn.loss, drawn.weight);
        expect(drawn).toEqual(replicate(id, k));
      }
      expect(replicate(id, 4)).not.toEqual(replicate(id, 3));
      expect(replicate(id, 3, { ...pilots, seed: 7 })).not.toEqual(replicate(id, 3));
    });

    it('leaves what was measured and fitted as it was', () => {
      const before = structuredClone(pilots);
      replicate(id, 5);
      expect(pilots).toEqual(before);
    });

    it('has a title and a sentence on what it assumes', () => {
      const { title, assumes } = resamplingScheme(id);
      for (const text of [title, assumes]) expect(text).toMatch(/^[a-z].{20,}[^.]$/);
    });
  });

  it('of simulated pilots keeps the weights', () => {
    expect(replicate('layered-parametric', 2)).toEqual({
      loss: (() => {
        const simulated = new Float64Array(data.n);
        layeredParametric(data, fitted, noise, 6).fill(2, simulated);
        return simulated;
      })(),
      weight,
    });
  });

  describe('of wild residuals', () => {
    const residual = loss.map((each, row) => each - fitted[row]);

    it('keeps the size and the pattern of the residuals of every run', () => {
      // Without noise to add, and with residuals that are the noise, nothing but signs is drawn.
      const of = { ...pilots, noise: quiet };
      const signs = Array.from({ length: 64 }, (_, k) => {
        const drawn = replicate('wild-by-run', k, of);
        expect(drawn.weight).toEqual(weight);
        return runsOf(of).map((run) => {
          const sign = Math.sign(
            (drawn.loss[rowsOf(run)[0]] - fitted[rowsOf(run)[0]]) / residual[rowsOf(run)[0]],
          );
          for (const row of rowsOf(run))
            expect(drawn.loss[row] - fitted[row]).toBeCloseTo(sign * residual[row], 14);
          return sign;
        });
      });
      for (const at of runsOf(of).keys()) {
        const up = signs.filter((each) => each[at] > 0).length;
        // Four standard deviations of 64 fair coins.
        expect(Math.abs(up - 32)).toBeLessThan(16);
      }
      expect(new Set(signs.map(String)).size).toBeGreaterThan(32);
    });

    it('turns a run over on all sets together', () => {
      const of = { ...pilots, noise: quiet };
      const other = { ...of, data: { ...of.data, name: 'other' } };
      for (let k = 0; k < 8; k++)
        expect(replicate('wild-by-run', k, other)).toEqual(replicate('wild-by-run', k, of));
    });

    it('has the variance of residuals, bases, and of the run noise that residuals lack', () => {
      // Runs that the fit has absorbed: residuals about a mean of 0 in every run.
      const centred = residual.map((each, row) => {
        const mine = rowsOf(data.run[row]);
        const middle = mine.reduce((sum, i) => sum + residual[i] / fitted[i], 0) / mine.length;
        return each - middle * fitted[row];
      });
      const absorbed = { ...pilots, data: { ...data, loss: fitted.map((each, row) => each + centred[row]) } };
      const count = 4000;
      const drawn = Array.from({ length: count }, (_, k) => replicate('wild-by-run', k, absorbed).loss);
      const relative = drawn.map((each) => each.map((value, row) => value / fitted[row] - 1));
      const ofMean = noise.evaluation ** 2 / 4;
      // Σ (1 − lag/4) ρ^lag over the lags of four evaluations.
      const autocorrelated = 1 + 2 * (0.75 * 0.6 + 0.5 * 0.36 + 0.25 * 0.216);
      const level = noise.base ** 2 + noise.run ** 2 + ofMean * autocorrelated;
      for (let row = 0; row < data.n; row++) {
        const mean = relative.reduce((sum, each) => sum + each[row], 0) / count;
        const variance = relative.reduce((sum, each) => sum + each[row] ** 2, 0) / count;
        const expected = level + (centred[row] / fitted[row]) ** 2;
        expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(expected / count));
        expect(Math.abs(variance / expected - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
      }
    });
  });

  describe('of Dirichlet weights', () => {
    const count = 4000;
    const runs = runsOf(pilots);
    const shares = Array.from({ length: count }, (_, k) => {
      const drawn = replicate('dirichlet-by-run', k);
      expect(drawn.loss).toEqual(loss);
      return runs.map((run) => {
        const [first, ...rest] = rowsOf(run).map((row) => drawn.weight[row] / weight[row]);
        for (const share of rest) expect(share).toBeCloseTo(first, 12);
        return first;
      });
    });

    it('sum to the number of runs, and leave no run out', () => {
      for (const share of shares) {
        expect(share.reduce((a, b) => a + b, 0)).toBeCloseTo(runs.length, 10);
        expect(Math.min(...share)).toBeGreaterThan(0);
      }
    });

    it('have mean 1 and the variance of Dirichlet(1, ..., 1)', () => {
      // Times the number G of runs: variance (G − 1) / (G + 1), fourth central moment below 9.
      const expected = (runs.length - 1) / (runs.length + 1);
      for (const at of runs.keys()) {
        const mean = shares.reduce((sum, share) => sum + share[at], 0) / count;
        const variance = shares.reduce((sum, share) => sum + (share[at] - 1) ** 2, 0) / count;
        expect(Math.abs(mean - 1)).toBeLessThan(4 * Math.sqrt(expected / count));
        expect(Math.abs(variance - expected)).toBeLessThan(4 * Math.sqrt(9 / count));
      }
    });

    it('are the same on all sets', () => {
      const other = { ...pilots, data: { ...pilots.data, name: 'other' } };
      expect(replicate('dirichlet-by-run', 9, other)).toEqual(replicate('dirichlet-by-run', 9));
    });
  });
});
