/** mathjs reads each law's formula and referees what the kernel makes of its terms. */
import { derivative, type EvalFunction, type MathNode, parse } from 'mathjs';
import { describe, expect, it } from 'vitest';
import { bindLaw } from '../../src/laws/kernel.ts';
import type { Law } from '../../src/laws/law.ts';
import { LAWS, PUBLISHED, SLICES } from '../../src/laws/registry.ts';
import type { Role } from '../../src/runs/runs.ts';
import { inputsOf, PIVOT, type Row, randomPoint, randomRows } from './inputs.ts';

const ALL = [...LAWS, ...SLICES, ...PUBLISHED];
const cases = ALL.flatMap((law) => law.roles.map((role) => [law.id, role, law] as const));

/** Values of the formula's symbols at a row: inputs, and parameters by the names given. */
function scopeOf(law: Law, role: Role, row: Row, parameters: Float64Array): Record<string, number> {
  return {
    N: row.params,
    D: row.tokens,
    R: row.domainRatio,
    r: role === 'domain' ? row.domainRatio : 1 - row.domainRatio,
    L0: row.baseLoss!,
    N0: PIVOT.params,
    D0: PIVOT.tokens,
    ...Object.fromEntries(law.parameters.map(({ name }, k) => [name, parameters[k]])),
  };
}

/**
 * The formula in internal coordinates: scales kept as logarithms become exp(x), the coefficient of a term with a
 * pure power of N or D is measured at the middle of the data, N0 and D0, and that of a shifted power at a share of 0.2.
 */
function internalFormula(law: Law): MathNode {
  const pivots = new Map(
    law.terms.map(({ coefficient, factors }) => [
      coefficient,
      factors
        .flatMap(({ power, lnDivisor, theta }) =>
          lnDivisor
            ? [`(0.2 + exp(${theta[0]}))^${theta[1]}`]
            : power?.variable === 'params'
              ? [`N0^(${-power.sign} * ${theta[0]})`]
              : power?.variable === 'tokens'
                ? [`D0^(${-power.sign} * ${theta[0]})`]
                : [],
        )
        .join(' * '),
    ]),
  );
  const logs = new Set(law.parameters.filter(({ log }) => log === true).map(({ name }) => name));
  return parse(law.formula).transform((node) => {
    const name = node.toString();
    if (logs.has(name)) return parse(`exp(${name})`);
    return pivots.get(name) ? parse(`(${name} * ${pivots.get(name)})`) : node;
  });
}

const evaluateAt = (compiled: EvalFunction, scope: Record<string, number>): number =>
  compiled.evaluate(scope) as number;

/** How large the terms are that a loss is the sum of: what rounding is relative to. */
function magnitudes(law: Law, role: Role, rows: readonly Row[], x: Float64Array): Float64Array {
  const kernel = bindLaw(law, inputsOf(rows), role, PIVOT);
  const sum = kernel.offset.map(Math.abs);
  const column = new Float64Array(kernel.n);
  for (const { coefficient, fill } of kernel.columns) {
    fill(x, column);
    for (let i = 0; i < kernel.n; i++) sum[i] += Math.abs(x[coefficient] * column[i]);
  }
  return sum;
}

describe.each(cases)('%s on a %s set', (_id, role, law) => {
  const rows = randomRows(12, 3);
  const kernel = bindLaw(law, inputsOf(rows), role, PIVOT);
  const points = Array.from({ length: 6 }, (_, seed) => randomPoint(law, seed));
  const loss = new Float64Array(kernel.n);
  const jacobian = new Float64Array(kernel.n * kernel.m);

  it('predicts what the formula says', () => {
    const formula = parse(law.formula).compile();
    const natural = new Float64Array(kernel.m);
    for (const x of points) {
      kernel.evaluate(x, loss, null);
      kernel.toNatural(x, natural);
      const scale = magnitudes(law, role, rows, x);
      rows.forEach((row, i) => {
        const expected = evaluateAt(formula, scopeOf(law, role, row, natural));
        expect(Math.abs(loss[i] - expected) / scale[i]).toBeLessThan(1e-12);
      });
    }
  });

  it('differentiates exactly by every parameter that is fitted', () => {
    const internal = internalFormula(law);
    law.parameters.forEach(({ name, pinned }, k) => {
      const byName = derivative(internal, name).compile();
      for (const x of points) {
        kernel.evaluate(x, loss, jacobian);
        const scale = magnitudes(law, role, rows, x);
        rows.forEach((row, i) => {
          const expected = pinned ? 0 : evaluateAt(byName, scopeOf(law, role, row, x));
          const found = jacobian[k * kernel.n + i];
          expect(Math.abs(found - expected) / Math.max(Math.abs(expected), 1e-3 * scale[i])).toBeLessThan(
            1e-9,
          );
        });
      }
    });
  });

  it('gives the same losses with and without the Jacobian', () => {
    const again = new Float64Array(kernel.n);
    for (const x of points) {
      kernel.evaluate(x, loss, null);
      kernel.evaluate(x, again, jacobian);
      expect(again).toEqual(loss);
    }
  });

  it('is the offset plus its columns times their coefficients', () => {
    const column = new Float64Array(kernel.n);
    for (const x of points) {
      kernel.evaluate(x, loss, null);
      const sum = kernel.offset.slice();
      for (const { coefficient, sign, theta, fill } of kernel.columns) {
        fill(x, column);
        for (let i = 0; i < kernel.n; i++) sum[i] += sign * x[coefficient] * column[i];
        // A column moves with the parameters that it names and with no other.
        law.parameters.forEach((_, k) => {
          if (theta.includes(k)) return;
          const moved = x.slice();
          moved[k] *= 1.5;
          const after = new Float64Array(kernel.n);
          fill(moved, after);
          expect(after).toEqual(column);
        });
      }
      sum.forEach((value, i) => {
        expect(value).toBeCloseTo(loss[i], 12);
      });
    }
  });

  it('comes back from natural parameters', () => {
    const natural = new Float64Array(kernel.m);
    const back = new Float64Array(kernel.m);
    for (const x of points) {
      kernel.toNatural(x, natural);
      kernel.fromNatural(natural, back);
      x.forEach((value, k) => {
        expect(Math.abs(back[k] - value)).toBeLessThan(1e-12 * Math.max(Math.abs(value), 1));
      });
    }
  });

  it('gives the permuted losses for permuted rows', () => {
    const order = rows.map((_, i) => (5 * i + 2) % rows.length);
    const permuted = bindLaw(law, inputsOf(order.map((i) => rows[i])), role, PIVOT);
    const after = new Float64Array(kernel.n);
    const jacobianAfter = new Float64Array(kernel.n * kernel.m);
    for (const x of points) {
      kernel.evaluate(x, loss, jacobian);
      permuted.evaluate(x, after, jacobianAfter);
      expect(after).toEqual(Float64Array.from(order, (i) => loss[i]));
      for (let k = 0; k < kernel.m; k++) {
        expect(jacobianAfter.slice(k * kernel.n, (k + 1) * kernel.n)).toEqual(
          Float64Array.from(order, (i) => jacobian[k * kernel.n + i]),
        );
      }
    }
  });

  it('does not mind how many rows share an input', () => {
    // Rows that are all different, the same rows three times over, and each row alone.
    const thrice = bindLaw(law, inputsOf([...rows, ...rows, ...rows]), role, PIVOT);
    const single = rows.map((row) => bindLaw(law, inputsOf([row]), role, PIVOT));
    const ofThrice = { loss: new Float64Array(3 * kernel.n), by: new Float64Array(3 * kernel.n * kernel.m) };
    const ofSingle = { loss: new Float64Array(1), by: new Float64Array(kernel.m) };
    const same = (a: number, b: number, size: number) =>
      expect(Math.abs(a - b)).toBeLessThanOrEqual(2e-14 * size);
    for (const x of points) {
      kernel.evaluate(x, loss, jacobian);
      thrice.evaluate(x, ofThrice.loss, ofThrice.by);
      const scale = magnitudes(law, role, rows, x);
      rows.forEach((_, i) => {
        single[i].evaluate(x, ofSingle.loss, ofSingle.by);
        same(ofSingle.loss[0], loss[i], scale[i]);
        for (let copy = 0; copy < 3; copy++) same(ofThrice.loss[copy * kernel.n + i], loss[i], scale[i]);
        for (let k = 0; k < kernel.m; k++) {
          const derivativeAt = jacobian[k * kernel.n + i];
          same(ofSingle.by[k], derivativeAt, Math.abs(derivativeAt));
          same(ofThrice.by[k * 3 * kernel.n + i], derivativeAt, Math.abs(derivativeAt));
        }
      });
    }
  });

  it('is linear in what claims to be, and in nothing else', () => {
    const formula = parse(law.formula);
    const natural = new Float64Array(kernel.m);
    for (const { name, linear } of law.parameters) {
      // Not simplified: a second derivative that is 0 term by term comes out as 0 all the same.
      const unsimplified = { simplify: false };
      const second = derivative(derivative(formula, name, unsimplified), name, unsimplified).compile();
      const sizes = points.slice(0, 3).flatMap((x) => {
        kernel.toNatural(x, natural);
        return rows.slice(0, 4).map((row) => Math.abs(evaluateAt(second, scopeOf(law, role, row, natural))));
      });
      if (linear) expect(Math.max(...sizes)).toBe(0);
      else expect(Math.max(...sizes)).toBeGreaterThan(0);
    }
  });
});

describe('at the ends of the ratios', () => {
  const edges = cases.flatMap(([id, role, law]) =>
    [0, 1].map((domainRatio) => [id, role, domainRatio, law] as const),
  );
  // A ratio of the smallest share that has an effect stands in for 0, where 0·ln 0 is not a number for mathjs.
  const justInside = (ratio: number) => (ratio === 0 ? 1e-300 : ratio);

  it.each(edges)(
    '%s on a %s set is finite at ratio %s, or rightly infinite',
    (_id, role, domainRatio, law) => {
      const row = { ...randomRows(1, 5)[0], domainRatio };
      const kernel = bindLaw(law, inputsOf([row]), role, PIVOT);
      const near = bindLaw(law, inputsOf([{ ...row, domainRatio: justInside(domainRatio) }]), role, PIVOT);
      const formula = parse(law.formula).compile();
      const natural = new Float64Array(kernel.m);
      for (let seed = 0; seed < 6; seed++) {
        const x = randomPoint(law, seed);
        const [loss, nearLoss] = [new Float64Array(1), new Float64Array(1)];
        const [jacobian, nearJacobian] = [new Float64Array(kernel.m), new Float64Array(kernel.m)];
        kernel.evaluate(x, loss, jacobian);
        kernel.toNatural(x, natural);
        const expected = evaluateAt(formula, scopeOf(law, role, row, natural));
        if (!Number.isFinite(expected)) {
          expect(loss[0]).toBe(expected);
          continue;
        }
        expect(loss[0] / expected).toBeCloseTo(1, 12);
        near.evaluate(x, nearLoss, nearJacobian);
        jacobian.forEach((value, k) => {
          expect(Math.abs(value - nearJacobian[k])).toBeLessThan(1e-9 * Math.max(Math.abs(value), 1e-3));
        });
      }
    },
  );

  it('has a finite gradient where the exponent of a share of 0 stands at its bound of 0', () => {
    const law = LAWS.find(({ id }) => id === 'd-cpt-l3')!;
    const row = { ...randomRows(1, 5)[0], domainRatio: 0 };
    const kernel = bindLaw(law, inputsOf([row]), 'domain', PIVOT);
    const x = randomPoint(law, 1);
    x[law.parameters.findIndex(({ name }) => name === 'eta')] = 0;
    const jacobian = new Float64Array(kernel.m);
    kernel.evaluate(x, new Float64Array(1), jacobian);
    expect([...jacobian].every(Number.isFinite)).toBe(true);
  });
});

describe('laws of change', () => {
  it.each(cases.filter(([, , law]) => law.predicts === 'change'))(
    '%s on a %s set starts at the base loss',
    (_id, role, law) => {
      const rows = [0, 0.3, 1].map((domainRatio) => ({
        params: 1e9,
        tokens: 0,
        domainRatio,
        baseLoss: 2.5,
      }));
      const kernel = bindLaw(law, inputsOf(rows), role, PIVOT);
      const loss = new Float64Array(3);
      for (let seed = 0; seed < 10; seed++) {
        kernel.evaluate(randomPoint(law, seed), loss, null);
        expect([...loss]).toEqual([2.5, 2.5, 2.5]);
      }
    },
  );
});

describe('promises by form', () => {
  const promised = cases.flatMap(([id, role, law]) =>
    law.promises
      .filter(({ source }) => !source.includes('not by form'))
      .map((trend) => [id, trend.direction, trend.variable, role, law, trend] as const),
  );

  it.each(promised)('%s %s with %s on a %s set, whatever its parameters', (_id, _d, _v, role, law, trend) => {
    for (let seed = 0; seed < 40; seed++) {
      const start = randomRows(1, seed)[0];
      const line = Array.from({ length: 20 }, (_, i) => {
        if (trend.variable === 'params') return { ...start, params: start.params * 1.3 ** i };
        if (trend.variable === 'tokens') return { ...start, tokens: start.tokens * 1.3 ** i };
        // Shares of a general set grow as the domain ratio falls.
        const down = trend.variable === 'share' && role === 'general';
        return { ...start, domainRatio: down ? 1 - i / 19 : i / 19 };
      });
      const kernel = bindLaw(law, inputsOf(line), role, PIVOT);
      const loss = new Float64Array(line.length);
      kernel.evaluate(randomPoint(law, seed), loss, null);
      const sign = trend.direction === 'falls' ? -1 : 1;
      for (let i = 1; i < loss.length; i++) {
        if (!Number.isFinite(loss[i - 1])) continue;
        expect(sign * (loss[i] - loss[i - 1])).toBeGreaterThanOrEqual(-1e-12 * Math.abs(loss[i]));
      }
    }
  });
});
