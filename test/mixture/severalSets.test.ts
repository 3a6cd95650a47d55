/** Three general and two domain sets, simulated: what must not matter does not. */
import { describe, expect, test } from 'vitest';
import type { FitDocument } from '../../src/documents/fit.ts';
import { type Constraint, criticalRatio, plannedRatio } from '../../src/mixture/critical.ts';
import { makePredictor } from '../../src/mixture/predictor.ts';
import { bitsPerNat, constraintsFrom } from '../../src/mixture/tolerances.ts';
import type { EvalColumn, Runs } from '../../src/runs/runs.ts';
import { tolerances } from '../../src/units/tolerance.ts';
import { fitOf, SEEDED, simulatedRuns } from './simulated.ts';

const NOISE = { evaluation: 0.001, rho: 0, run: 0.002, base: 0 };
const DRAWS = 60;

/** General a, b and c, which forget differently, and domain sets x and y. */
function runsOfFive(): Runs {
  const tables = [1, 2, 3].map((seed) => simulatedRuns({ noise: NOISE, seed }));
  const [general, domain] = (['general', 'domain'] as const).map((role) =>
    tables.map((runs) => {
      const index = runs.evals.findIndex((each) => each.role === role);
      return { column: runs.evals[index], base: runs.bases.map(({ loss }) => loss[index]) };
    }),
  );
  /** A set whose changes from the base are a multiple of another's. */
  const scaled = (from: (typeof general)[number], name: string, factor: number) => ({
    column: {
      ...from.column,
      name,
      loss: from.column.loss.map((loss, row) => {
        const base = from.base[tables[0].runs[tables[0].run[row]].base];
        return base + factor * (loss - base);
      }),
    },
    base: from.base,
  });
  const sets = [
    scaled(general[0], 'a', 0.8),
    scaled(general[1], 'b', 1.3),
    scaled(general[2], 'c', 1),
    scaled(domain[0], 'x', 1),
    scaled(domain[1], 'y', 0.7),
  ];
  return {
    ...tables[0],
    evals: sets.map(({ column }) => column),
    bases: tables[0].bases.map((base, k) => ({ ...base, loss: sets.map((set) => set.base[k]) })),
  };
}

const changed = (runs: Runs, change: (column: EvalColumn) => EvalColumn): Runs => ({
  ...runs,
  evals: runs.evals.map(change),
});

function answer(fit: FitDocument, constraints: readonly Constraint[]) {
  const { loss } = fit.pilots.bases[fit.pilots.bases.length - 1];
  const base = fit.evals.map(({ name }) => ({ loss: loss[name]!, source: 'measured', sd: 0 }) as const);
  const predictor = makePredictor(fit, { params: SEEDED.params, base });
  const critical = criticalRatio(predictor, predictor.atTokens(SEEDED.tokens), constraints);
  return { ...critical, planned: plannedRatio(critical, 0.9, fit.pilots.range.domainRatio) };
}

const runs = runsOfFive();
const fit = fitOf(runs, DRAWS);
const asked = (text: string, of = fit) => constraintsFrom(of, tolerances.parse(text));
const whole = answer(fit, asked('3%'));

describe('several general sets', () => {
  test('all hold: the answer is that of the set that allows least, which is named', () => {
    const each = ['a', 'b', 'c'].map((set) => answer(fit, asked(`${set}=3%`)));
    const ratios = each.map(({ point }) =>
      point.kind === 'at' ? point.ratio : point.kind === 'all' ? 1 : 0,
    );
    expect(ratios[1]).toBeLessThan(Math.min(ratios[0], ratios[2]));
    expect(whole.point).toEqual({ kind: 'at', ratio: ratios[1] });
    expect(whole.binding).toBe(1);
    expect(whole.planned).toBeLessThanOrEqual(Math.min(...each.map(({ planned }) => planned)));
  });

  test('the set that decides changes with the tolerances', () => {
    expect(answer(fit, asked('a=1%,b=30%,c=30%')).binding).toBe(0);
  });

  test('a set that may rise by any amount changes nothing', () => {
    const two = answer(fit, asked('a=3%,b=3%'));
    const free: Constraint = {
      evalIndex: 2,
      tolerance: { kind: 'absolute', nats: Number.POSITIVE_INFINITY },
    };
    expect(answer(fit, [...asked('a=3%,b=3%'), free])).toEqual(two);
    expect(answer(fit, [free]).point).toEqual({ kind: 'all' });
  });

  test('their order changes nothing', () => {
    expect(answer(fit, asked('c=3%,a=3%,b=3%'))).toEqual(whole);
  });

  test('their names change nothing in the fit, and the set that decides keeps its place', () => {
    const names: Record<string, string> = { a: 'news', b: 'wiki', c: 'web', x: 'law', y: 'tax' };
    const renamed = fitOf(
      changed(runs, (column) => ({ ...column, name: names[column.name] })),
      DRAWS,
    );
    const again = answer(renamed, asked('3%', renamed));
    expect(again.point).toEqual(whole.point);
    expect(renamed.evals[again.binding!].name).toBe('wiki');
  });
});

describe('units', () => {
  const bytes = 4.2;
  const perByte: Runs = {
    ...changed(runs, (column) => ({
      ...column,
      unit: 'bpb',
      bytesPerToken: bytes,
      loss: column.loss.map((loss) => loss * bitsPerNat(bytes)),
    })),
    bases: runs.bases.map((base) => ({ ...base, loss: base.loss.map((loss) => loss * bitsPerNat(bytes)) })),
  };
  const inBits = fitOf({ ...perByte, training: { sequence_length: ['128'] } }, DRAWS);

  test('what a table says of its sets and its training is kept in the fit', () => {
    expect(inBits.evals.map(({ bytesPerToken }) => bytesPerToken)).toEqual(inBits.evals.map(() => bytes));
    expect(inBits.pilots.training).toEqual({ sequence_length: ['128'] });
  });

  test.each(['3%', '0.05nats', 'a=0.02bpb,b=2%,c=0.1nats'])(
    'nats and bits per byte give the same answer to %s',
    (text) => {
      const told = constraintsFrom(fit, tolerances.parse(text), { a: bytes });
      const nats = answer(fit, told);
      const bits = answer(inBits, asked(text, inBits));
      if (nats.point.kind !== 'at' || bits.point.kind !== 'at') throw new Error('no crossing');
      expect(bits.point.ratio).toBeCloseTo(nats.point.ratio, 5);
      expect(bits.binding).toBe(nats.binding);
      expect(bits.planned).toBeCloseTo(nats.planned, 4);
      expect(bits.interval![0]).toBeCloseTo(nats.interval![0], 4);
      expect(bits.interval![1]).toBeCloseTo(nats.interval![1], 4);
    },
  );
});
