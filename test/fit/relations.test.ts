/** Relations between fits that hold whatever the data are. */
import { describe, expect, it } from 'vitest';
import type { EvalData } from '../../src/fit/evalData.ts';
import { selectRows } from '../../src/fit/evalData.ts';
import { fitLaw, makeRefitter } from '../../src/fit/fitLaw.ts';
import { LITERATURE_DELTA, type ObjectiveChoice } from '../../src/fit/objective.ts';
import { layeredParametric } from '../../src/fit/resample.ts';
import { changeDomain, changeGeneral } from '../../src/laws/change.ts';
import { dcptL3 } from '../../src/laws/dcptL3.ts';
import { dataScale } from '../../src/laws/kernel.ts';
import type { Law } from '../../src/laws/law.ts';
import type { Role } from '../../src/runs/runs.ts';
import { stream } from '../../src/stats/streams.ts';
import { inputsOf, type Row } from '../laws/inputs.ts';
import { dataOf, even, fittedOr, grid, HUBER, logSpaced, lossesOf, predictionsOf, SQUARED } from './data.ts';

const baseLoss = (params: number) => 3 * (params / 1e9) ** -0.06;
const ROWS = grid(
  [0.5e9, 1.8e9, 4e9],
  [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1],
  logSpaced(0.5e9, 20e9, 10),
  baseLoss,
);
const TARGETS = grid([7e9], [0.1, 0.4, 0.8], [10e9, 60e9], baseLoss);
const scale = dataScale(inputsOf(ROWS));

const CASES: readonly (readonly [string, Law, Role, Readonly<Record<string, number>>])[] = [
  [
    'D-CPT L3',
    dcptL3,
    'domain',
    { E: 1.2, A: 60, B: 35, C: 0.25, alpha: 0.28, beta: 0.24, eta: 0.3, epsilon: 0.06, gamma: 0.55 },
  ],
  [
    'the general law of change',
    changeGeneral,
    'general',
    { W: 0.03, F: 0.15, G: 0.02, k: 3e8, c: 1.3, a: 0.2 },
  ],
  ['the domain law of change', changeDomain, 'domain', { S: 0.4, nu: 0.04, k: 2e7, b: 0.7 }],
];

describe.each(CASES)('%s', (_name, law, role, truth) => {
  const numbers = stream(7, law.id);
  const losses = lossesOf(law, truth, role, ROWS, scale).map((loss) => loss * (1 + 0.003 * numbers.normal()));
  const data = dataOf(role, ROWS, losses);
  const fixed: ObjectiveChoice = { kind: 'huber', delta: 0.008 };
  const fitOf = (of: EvalData, objective = HUBER, weight = even(of)) =>
    fittedOr(fitLaw(law, of, weight, objective));
  const reference = predictionsOf(fitOf(data), role, TARGETS);

  const expectSame = (found: Float64Array, expected: Float64Array, tolerance = 1e-6) => {
    found.forEach((value, i) => {
      expect(Math.abs(value / expected[i] - 1)).toBeLessThan(tolerance);
    });
  };

  it('does not mind the order of rows', () => {
    const order = ROWS.map((_, i) => (11 * i + 5) % ROWS.length);
    expect(new Set(order).size).toBe(ROWS.length);
    const shuffled = dataOf(
      role,
      order.map((i) => ROWS[i]),
      order.map((i) => losses[i]),
    );
    expectSame(predictionsOf(fitOf(shuffled), role, TARGETS), reference);
  });

  it('does not mind the units of params and tokens', () => {
    const rescale = (rows: readonly Row[]) =>
      rows.map((row) => ({ ...row, params: row.params / 1e6, tokens: row.tokens / 1e3 }));
    const rescaled = dataOf(role, rescale(ROWS), losses);
    expectSame(predictionsOf(fitOf(rescaled), role, rescale(TARGETS)), reference);
  });

  it('scales with the losses', () => {
    const times = 1 / Math.LN2;
    const rescale = (rows: readonly Row[]) =>
      rows.map((row) => ({ ...row, baseLoss: times * row.baseLoss! }));
    const rescaled = dataOf(
      role,
      rescale(ROWS),
      losses.map((loss) => times * loss),
    );
    expectSame(
      predictionsOf(fitOf(rescaled), role, rescale(TARGETS)),
      reference.map((loss) => times * loss),
    );
  });

  it('takes a row twice for a weight of 2, and none for a weight of 0', () => {
    const twice = (row: number) => row % 3 === 0;
    const rows = ROWS.flatMap((row, i) => (twice(i) ? [row, row] : [row]));
    const doubled = dataOf(
      role,
      rows,
      losses.reduce<number[]>((all, loss, i) => all.concat(twice(i) ? [loss, loss] : [loss]), []),
    );
    for (const objective of [fixed, SQUARED, { kind: 'log-huber', delta: LITERATURE_DELTA } as const]) {
      const weighted = fitOf(
        data,
        objective,
        even(data).map((_, i) => (twice(i) ? 2 : 1)),
      );
      expectSame(
        predictionsOf(fitOf(doubled, objective), role, TARGETS),
        predictionsOf(weighted, role, TARGETS),
        1e-5,
      );
    }
    const left = fitOf(
      data,
      fixed,
      even(data).map((_, i) => (twice(i) ? 0 : 1)),
    );
    const without = fitOf(
      selectRows(data, (i) => !twice(i)),
      fixed,
    );
    expectSame(predictionsOf(left, role, TARGETS), predictionsOf(without, role, TARGETS), 1e-5);
  });

  it('stays where it is when another seed lands on the curve', () => {
    const first = fitOf(data, fixed);
    const again = ROWS.filter(({ domainRatio, params }) => domainRatio === 0.5 && params === 1.8e9);
    const more = dataOf(role, [...ROWS, ...again], [...losses, ...predictionsOf(first, role, again)]);
    expectSame(predictionsOf(fitOf(more, fixed), role, TARGETS), predictionsOf(first, role, TARGETS));
  });

  it('is pulled towards a seed that lands above the curve', () => {
    const at = ROWS.filter(({ domainRatio, params }) => domainRatio === 0.5 && params === 1.8e9);
    const before = predictionsOf(fitOf(data, fixed), role, at);
    const above = dataOf(role, [...ROWS, ...at], [...losses, ...before.map((loss) => 1.002 * loss)]);
    const after = predictionsOf(fitOf(above, fixed), role, at);
    const shift = after.reduce((sum, value, i) => sum + (value - before[i]), 0) / at.length;
    expect(shift).toBeGreaterThan(0);
    expect(shift).toBeLessThan(0.002 * Math.max(...before));
  });

  it('refits to the same place from the point estimate as from a fresh search, to 0.05 standard errors', () => {
    const point = fitOf(data);
    const predicted = point.residual.map((r, i) => r + data.loss[i]);
    const noise = { evaluation: 0.003, rho: 0.3, run: 0.002, base: 0.001, priorShare: 0 };
    const scheme = layeredParametric(data, predicted, noise, 5);
    const refit = makeRefitter(point, even(data));
    const objective = { kind: 'huber', delta: point.objective.delta } as const;
    const loss = new Float64Array(data.n);
    const natural = new Float64Array(law.parameters.length);
    const pairs = Array.from({ length: 24 }, (_, k) => {
      scheme.fill(k, loss);
      expect(refit(loss, natural)).toBe(true);
      const near = predictionsOf({ ...point, natural: natural.slice() }, role, TARGETS);
      const searched = predictionsOf(fitOf({ ...data, loss: loss.slice() }, objective), role, TARGETS);
      return { near, searched };
    });
    TARGETS.forEach((_, i) => {
      const middle = pairs.reduce((sum, { searched }) => sum + searched[i], 0) / pairs.length;
      const squares = pairs.reduce((sum, { searched }) => sum + (searched[i] - middle) ** 2, 0);
      const standardError = Math.sqrt(squares / (pairs.length - 1));
      for (const { near, searched } of pairs) {
        expect(Math.abs(near[i] - searched[i])).toBeLessThan(0.05 * standardError);
      }
    });
  });
});

describe('what a law cannot be fitted to', () => {
  it('is said with every need that is not met', () => {
    const rows = grid([1e9], [0.2, 0.5], [1e9, 2e9, 4e9]);
    const data = dataOf(
      'domain',
      rows,
      rows.map(() => 2),
    );
    const fit = fitLaw(dcptL3, data, even(data), HUBER);
    expect(fit).toMatchObject({
      kind: 'notIdentifiable',
      missing: [
        '2 distinct values of params (found 1)',
        '4 distinct values of domain_ratio (found 2)',
        'more than 9 observations (found 6)',
      ],
    });
  });

  it('includes a law of change without the base loss', () => {
    const rows = grid([1e9, 2e9], [0.2, 0.5, 0.8, 1], [1e9, 2e9, 4e9], () => Number.NaN);
    const data = dataOf(
      'domain',
      rows,
      rows.map(() => 2),
    );
    expect(fitLaw(changeDomain, data, even(data), HUBER)).toMatchObject({
      kind: 'notIdentifiable',
      missing: ['the loss of every base model on domain (a row with tokens = 0)'],
    });
  });
});
