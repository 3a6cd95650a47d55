/**
 * A published optimum: the five-parameter scaling law of Hoffmann et al. 2022 on the 240 points that Besiroglu et al.
 * 2024 reconstructed, sum of Huber losses with δ = 1e-3 on log loss.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { robust } from '../../src/lsq/losses.ts';
import type { ResidualProblem } from '../../src/lsq/problem.ts';
import { solve } from '../../src/lsq/solve.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const file = resolve(root, process.env.MIXPLAN_REFERENCE ?? '../shared', 'data/chinchilla/chinchilla.csv');

/** log(e^x₀ N^−x₃ + e^x₁ D^−x₄ + e^x₂) − log L. */
function chinchilla(): ResidualProblem {
  const [header, ...lines] = readFileSync(file, 'utf8').trim().split('\n');
  const at = (name: string) => header.split(',').indexOf(name);
  const rows = lines.map((line) => line.split(',')).filter((row) => row[at('excluded_by_authors')] === '0');
  const logs = (name: string) => rows.map((row) => Math.log(Number(row[at(name)])));
  const [logN, logD, logLoss] = [logs('N'), logs('D'), logs('loss')];
  const n = rows.length;
  return {
    n,
    m: 5,
    evaluate(x, residual, jacobian) {
      for (let i = 0; i < n; i++) {
        const a = Math.exp(x[0] - x[3] * logN[i]);
        const b = Math.exp(x[1] - x[4] * logD[i]);
        const e = Math.exp(x[2]);
        const sum = a + b + e;
        residual[i] = Math.log(sum) - logLoss[i];
        [a, b, e, -a * logN[i], -b * logD[i]].forEach((slope, k) => {
          if (jacobian !== null) jacobian[k * n + i] = slope / sum;
        });
      }
    },
  };
}

describe.skipIf(!existsSync(file))('the Chinchilla fit (skipped where the reference data are absent)', () => {
  it.each([
    [6, 7, 0.6, 0.35, 0.36],
    [5, 5, 0.5, 0.5, 0.5],
    [10, 10, 0, 0.5, 0.5],
  ])('ends at the published optimum from %s, %s, %s, %s, %s', (...start) => {
    const problem = chinchilla();
    expect(problem.n).toBe(240);
    const plain = solve(problem, start);
    const found = solve(problem, plain.x, { loss: robust('huber', 1e-3) });
    expect(found.stop.kind).toBe('converged');
    expect(found.objective).toBeCloseTo(0.00101827402, 11);
  });
});
