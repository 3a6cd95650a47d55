import { describe, expect, it } from 'vitest';
import type { FitDocument } from '../../src/documents/fit.ts';
import { baseLosses } from '../../src/mixture/baseLoss.ts';
import { type Constraint, criticalRatio } from '../../src/mixture/critical.ts';
import {
  type Dominance,
  dominanceOfCritical,
  dominanceOfLoss,
  LAYERS,
  type Layer,
  layeredPredictor,
} from '../../src/mixture/dominance.ts';
import { makePredictor } from '../../src/mixture/predictor.ts';
import type { Target } from '../../src/mixture/scenario.ts';
import { stream } from '../../src/stats/streams.ts';
import { shippedFit } from '../fit/data.ts';
import { SEEDED, simulatedFit } from './simulated.ts';
import { forgetting, type ToySet, toyFit } from './toy.ts';

const TOKENS = 5e9;
const RISE: Constraint[] = [{ evalIndex: 0, tolerance: { kind: 'absolute', nats: 0.06 } }];
const normals = (name: string, count = 2000): number[] =>
  Array.from({ length: count }, (_, k) => stream(9, name, k).normal());

const knownTarget = (fit: FitDocument, params: number): Target => ({
  params,
  base: baseLosses(fit, params, {}, true),
});
const sharesOf = ({ layers }: Dominance): Partial<Record<Layer, number>> =>
  Object.fromEntries(layers.map(({ layer, share }) => [layer, share]));

describe('the predictor with layers', () => {
  it('is the ordinary one with all of them on, beyond the pilots and with an assumed base too', async () => {
    const fit = await shippedFit();
    const target = knownTarget(fit, 2 * fit.pilots.range.params[1]);
    const tokens = 3 * fit.pilots.range.tokens[1];
    const constraints: Constraint[] = [{ evalIndex: 0, tolerance: { kind: 'relative', share: 0.03 } }];
    const all = layeredPredictor(fit, target).with(new Set(LAYERS));
    const ordinary = makePredictor(fit, target);
    const ratios = Float64Array.of(0, 0.3, 1);
    for (const e of [0, 1]) {
      const expected = ordinary.atTokens(tokens).losses(e, ratios);
      const found = all.atTokens(tokens).losses(e, ratios);
      expect(found.point).toEqual(expected.point);
      found.draws.forEach((loss, i) => {
        expect(loss).toBeCloseTo(expected.draws[i], 12);
      });
      all.newRun[e].forEach((factor, k) => {
        expect(factor).toBeCloseTo(ordinary.newRun[e][k], 14);
      });
      expect(all.base[e]).toEqual(ordinary.base[e]);
    }
    const { newRun } = criticalRatio(all, all.atTokens(tokens), constraints);
    criticalRatio(ordinary, ordinary.atTokens(tokens), constraints).newRun.forEach((ratio, k) => {
      expect(newRun[k]).toBeCloseTo(ratio, 9);
    });
  });

  it('predicts the fit itself with all of them off', async () => {
    const fit = await shippedFit();
    const none = layeredPredictor(fit, knownTarget(fit, 788e3)).with(new Set());
    const { point, draws } = none.atTokens(1e7).losses(0, Float64Array.of(0.2, 0.7));
    draws.forEach((loss, i) => {
      expect(loss).toBe(point[i % 2]);
    });
    expect(none.newRun[0].every((factor) => factor === 1)).toBe(true);
  });
});

describe('shares of the variance', () => {
  const toy = (set: ToySet) => {
    const fit = toyFit([set]);
    return layeredPredictor(fit, knownTarget(fit, 1e9));
  };

  it('of a loss are those of its layers, where they are known', () => {
    const F = 0.2;
    // The loss at ratio 1 is 2 + F ln 2: 0.012 nats of it from parameters, 2.14 × (0.004, 0.002) from noise.
    const strengths = normals('strength').map((z) => F + (0.012 / Math.LN2) * z);
    const layered = toy({
      ...forgetting('wiki', F, 1, TOKENS, strengths),
      noise: { run: 0.004, evaluation: 0.002 },
    });
    const found = dominanceOfLoss(layered, TOKENS, 0, 1);
    const loss = 2 + F * Math.LN2;
    const variances = { parameters: 0.012 ** 2, run: (0.004 * loss) ** 2, evaluation: (0.002 * loss) ** 2 };
    const total = variances.parameters + variances.run + variances.evaluation;
    expect(Math.abs(found.sd / Math.sqrt(total) - 1)).toBeLessThan(0.05);
    expect(found.layers.map(({ layer }) => layer)).toEqual(['parameters', 'run', 'evaluation']);
    for (const { layer, share } of found.layers) {
      const expected = variances[layer as keyof typeof variances] / total;
      expect(Math.abs(share - expected)).toBeLessThan(0.04);
    }
  });

  it('sum to 1, and leaving a layer out narrows the interval the more the larger its share', async () => {
    const fit = await shippedFit();
    const layered = layeredPredictor(fit, knownTarget(fit, 788e3));
    const constraints: Constraint[] = [{ evalIndex: 0, tolerance: { kind: 'relative', share: 0.03 } }];
    const { layers, sd } = dominanceOfCritical(layered, 1.5e7, constraints);
    expect(layers.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(sd).toBeGreaterThan(0);
    const shares = layers.map(({ share }) => share);
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
    const width = ([low, high]: readonly [number, number]): number => high - low;
    expect(width(layers[0].without)).toBeLessThan(width(layers[layers.length - 1].without));
  });

  it('has a choice of law in it where two laws share the draws, and disagree', () => {
    const first = forgetting(
      'wiki',
      0.2,
      1,
      TOKENS,
      Array.from({ length: 400 }, () => 0.2),
    );
    const fit = toyFit([first]);
    const [one] = fit.evals[0].members;
    const stronger = one.parameters.map((p) => (p.name === 'F' ? { ...p, value: 0.3 } : p));
    fit.evals[0].members = [
      { ...one, weight: 0.5 },
      { ...one, weight: 0.5, parameters: stronger },
    ];
    fit.draws.evals[0].member = fit.draws.evals[0].member.map((_, k) => k % 2);
    fit.draws.evals[0].parameters = fit.draws.evals[0].member.map((at) =>
      fit.evals[0].members[at].parameters.map(({ value }) => value),
    );
    const found = dominanceOfCritical(layeredPredictor(fit, knownTarget(fit, 1e9)), TOKENS, RISE);
    expect(sharesOf(found)).toEqual({ law: 1 });
  });

  it('give nothing to noise that is not there, and all to it where it is alone', () => {
    const alone = toy({
      ...forgetting(
        'wiki',
        0.2,
        1,
        TOKENS,
        Array.from({ length: 200 }, () => 0.2),
      ),
      noise: { run: 0.004 },
    });
    expect(sharesOf(dominanceOfCritical(alone, TOKENS, RISE))).toEqual({ run: 1 });
    const still = toy(
      forgetting(
        'wiki',
        0.2,
        1,
        TOKENS,
        Array.from({ length: 200 }, () => 0.2),
      ),
    );
    expect(dominanceOfCritical(still, TOKENS, RISE)).toEqual({ layers: [], sd: 0 });
    const drawless = toy(forgetting('wiki', 0.2, 1, TOKENS));
    expect(dominanceOfCritical(drawless, TOKENS, RISE)).toEqual({ layers: [], sd: 0 });
  });

  it('give little to run noise where repeated runs have shown that there is none', () => {
    const of = (run: number): number => {
      const fit = simulatedFit({
        noise: { evaluation: 0.003, rho: 0.3, run, base: 0 },
        seeds: 6,
        draws: 200,
      });
      const layered = layeredPredictor(fit, knownTarget(fit, SEEDED.params));
      const constraints: Constraint[] = [{ evalIndex: 0, tolerance: { kind: 'relative', share: 0.03 } }];
      return sharesOf(dominanceOfCritical(layered, SEEDED.tokens, constraints)).run ?? 0;
    };
    expect(of(0)).toBeLessThan(0.15);
    expect(of(0.01)).toBeGreaterThan(0.7);
  });
});
