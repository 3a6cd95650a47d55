import { beforeAll, describe, expect, it } from 'vitest';
import type { FitDocument } from '../../src/documents/fit.ts';
import { bindLaw } from '../../src/laws/kernel.ts';
import { lawById } from '../../src/laws/registry.ts';
import { baseLosses } from '../../src/mixture/baseLoss.ts';
import { predictLosses } from '../../src/mixture/predict.ts';
import { makePredictor, type Predictor, sameSize } from '../../src/mixture/predictor.ts';
import type { BaseLoss } from '../../src/mixture/scenario.ts';
import { shippedFit } from '../fit/data.ts';
import { forgetting, toyFit } from './toy.ts';

const RATIOS = Float64Array.of(0, 0.2, 0.55, 0.9, 1);
const TOKENS = 3e6;
const PARAMS = 332928;

/** One law at one place, straight from its kernel. */
function direct(
  law: string,
  role: 'general' | 'domain',
  natural: readonly number[],
  base: number,
  params = PARAMS,
): Float64Array {
  const n = RATIOS.length;
  const inputs = {
    n,
    params: new Float64Array(n).fill(params),
    tokens: new Float64Array(n).fill(TOKENS),
    domainRatio: RATIOS,
    baseLoss: new Float64Array(n).fill(base),
  };
  const kernel = bindLaw(lawById(law)!, inputs, role);
  const x = new Float64Array(kernel.m);
  const loss = new Float64Array(n);
  kernel.fromNatural(natural, x);
  kernel.evaluate(x, loss, null);
  return loss;
}

const expectClose = (found: ArrayLike<number>, expected: ArrayLike<number>) => {
  expect(found).toHaveLength(expected.length);
  Array.from(found).forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i], 11);
  });
};

let fit: FitDocument;
let predictor: Predictor;
beforeAll(async () => {
  const shipped = await shippedFit();
  // Two laws share the set, so that their mixing is seen too.
  fit = {
    ...shipped,
    evals: shipped.evals.map((each) => ({
      ...each,
      members: each.members.map((member, at) => ({ ...member, weight: [0.75, 0.25][at] ?? 0 })),
    })),
    draws: {
      ...shipped.draws,
      evals: shipped.draws.evals.map(({ member, parameters }, e) => ({
        member: parameters.map((_, k) => (k % 4 === 3 ? 1 : 0)),
        parameters: parameters.map((draw, k) => {
          const at = k % 4 === 3 ? 1 : 0;
          const fitted = shipped.evals[e].members[at].parameters;
          return at === 0 && member[k] === 0 ? draw : fitted.map(({ value }) => value * (1 + 1e-4 * k));
        }),
      })),
    },
  };
  predictor = makePredictor(fit, { params: PARAMS, base: baseLosses(fit, PARAMS, {}, false) });
});

describe('the predictor', () => {
  it('is the kernel of each law, weighted, for the fit itself', () => {
    fit.evals.forEach(({ role, members }, e) => {
      const base = predictor.target.base[e].loss;
      const { point } = predictor.atTokens(TOKENS).losses(e, RATIOS);
      const expected = new Float64Array(RATIOS.length);
      for (const { law, weight, parameters } of members) {
        const values = parameters.map(({ value }) => value);
        direct(law, role, values, base).forEach((loss, i) => {
          if (weight > 0) expected[i] += weight * loss;
        });
      }
      expectClose(point, expected);
    });
  });

  it('is the kernel of the law of each draw, in the order of the fit', () => {
    fit.evals.forEach(({ role, members }, e) => {
      const base = predictor.target.base[e].loss;
      const { draws } = predictor.atTokens(TOKENS).losses(e, RATIOS);
      expect(draws).toHaveLength(fit.draws.count * RATIOS.length);
      const { member, parameters } = fit.draws.evals[e];
      member.forEach((at, k) => {
        const expected = direct(members[at].law, role, parameters[k], base);
        expectClose(draws.slice(k * RATIOS.length, (k + 1) * RATIOS.length), expected);
      });
    });
  });

  it('starts laws of change from the base loss of the target', () => {
    const shifted = makePredictor(fit, {
      params: PARAMS,
      base: predictor.target.base.map((base) => ({ ...base, loss: base.loss + 0.5 })),
    });
    const [a, b] = [predictor, shifted].map((each) => each.atTokens(TOKENS).losses(0, RATIOS).point);
    // Three quarters of the weight are with a law of change, a quarter with D-CPT L3, which knows no base.
    expectClose(
      b,
      a.map((loss) => loss + 0.375),
    );
  });

  it('draws an assumed base loss, and keeps a known one', () => {
    const assumed: BaseLoss = { loss: 2, source: 'assumed', sd: 0.05 };
    const toy = toyFit([
      forgetting(
        'wiki',
        0.2,
        1,
        TOKENS,
        Array.from({ length: 500 }, () => 0.2),
      ),
    ]);
    const [known, drawn] = [0, 0.05].map(
      (sd) => makePredictor(toy, { params: 1e9, base: [{ ...assumed, sd }] }).base[0],
    );
    expect(new Set(known)).toEqual(new Set([2]));
    const sd = Math.sqrt(drawn.reduce((sum, loss) => sum + (loss - 2) ** 2, 0) / drawn.length);
    expect(sd).toBeGreaterThan(0.044);
    expect(sd).toBeLessThan(0.056);
  });

  it('has the same noise whenever it is made', () => {
    const again = makePredictor(fit, predictor.target);
    expect(again.newRun).toEqual(predictor.newRun);
  });
});

describe('predictions', () => {
  it('have the loss of the fit, and draws about it', () => {
    for (const [evalIndex] of fit.evals.entries()) {
      const { point } = predictor.atTokens(TOKENS).losses(evalIndex, RATIOS);
      const all = predictLosses(predictor, evalIndex, TOKENS, RATIOS);
      expect(all.map(({ loss }) => loss)).toEqual([...point]);
      expect(all.map(({ domainRatio }) => domainRatio)).toEqual([...RATIOS]);
      for (const { interval, meanInterval, distance, tokens } of all) {
        expect(tokens).toBe(TOKENS);
        expect(distance.provenance).toBe('fitted');
        // A new run scatters more than the mean curve.
        expect(interval![1] - interval![0]).toBeGreaterThan(meanInterval![1] - meanInterval![0]);
      }
    }
  });

  it('have no interval without draws', () => {
    const toy = toyFit([forgetting('wiki', 0.2, 1, TOKENS)]);
    const bare = makePredictor(toy, { params: 1e9, base: baseLosses(toy, 1e9, {}, false) });
    const [{ loss, interval, meanInterval }] = predictLosses(bare, 0, TOKENS, Float64Array.of(0.5));
    expect(loss).toBeCloseTo(2 + 0.2 * Math.log(1 + 0.5 / 1.5), 12);
    expect([interval, meanInterval]).toEqual([null, null]);
  });
});

it('takes sizes within 1% as the same', () => {
  expect(sameSize(7e9, 7.06e9)).toBe(true);
  expect(sameSize(7.06e9, 7e9)).toBe(true);
  expect(sameSize(7e9, 7.1e9)).toBe(false);
});
