/** The search over tokens and ratio against trying a whole grid of both. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { FitDocument } from '../../src/documents/fit.ts';
import { baseLosses } from '../../src/mixture/baseLoss.ts';
import { type Constraint, criticalRatio, limitOf, plannedRatio } from '../../src/mixture/critical.ts';
import { domainObjective } from '../../src/mixture/objective.ts';
import { makePredictor, type Predictor, type TokensPredictor } from '../../src/mixture/predictor.ts';
import {
  domainLosses,
  keptRise,
  type Question,
  type SearchResult,
  search,
  sizeSearch,
  tokenLevels,
} from '../../src/plan/search.ts';
import { stream } from '../../src/stats/streams.ts';
import { shippedFit } from '../fit/data.ts';
import { type Parameters, type ToySet, toyFit } from '../mixture/toy.ts';
import { UNLIMITED } from './questions.ts';

const relative = (share: number, evalIndex = 0): Constraint => ({
  evalIndex,
  tolerance: { kind: 'relative', share },
});

function predictorOf(fit: FitDocument, params: number): Predictor {
  return makePredictor(fit, { params, base: baseLosses(fit, params, {}, false) });
}

/** The question without limits to the corpora, all domain sets weighing the same. */
const questionOf = (
  predictor: Predictor,
  constraints: readonly Constraint[],
  confidence: number,
): Question => ({
  constraints,
  confidence,
  objective: domainObjective(predictor.fit),
  corpora: UNLIMITED,
  reference: predictor.target.base.map(({ loss }) => loss),
});

function searchFor(
  predictor: Predictor,
  constraints: readonly Constraint[],
  confidence: number,
  most: number,
): SearchResult {
  return search(sizeSearch(predictor, questionOf(predictor, constraints, confidence)), most);
}

function domainLossAt(predictor: Predictor, at: TokensPredictor, ratio: number): number {
  return domainLosses(at, Float64Array.of(ratio), questionOf(predictor, [], 0.9))[0];
}

/** How many of the draws' new runs break a tolerance, counting one more that nobody has seen. */
function chanceOutside(
  predictor: Predictor,
  constraints: readonly Constraint[],
  tokens: number,
  ratio: number,
): number {
  const at = predictor.atTokens(tokens);
  const outside = new Uint8Array(predictor.count);
  for (const { evalIndex, tolerance } of constraints) {
    const { draws } = at.losses(evalIndex, Float64Array.of(ratio));
    draws.forEach((loss, k) => {
      const limit = limitOf(predictor.base[evalIndex][k], tolerance);
      if (loss * predictor.newRun[evalIndex][k] > limit) outside[k] = 1;
    });
  }
  return (outside.reduce((a, b) => a + b, 0) + 1) / (predictor.count + 1);
}

/** Least domain loss over 20 token counts × 20 ratios that keep the tolerances; Infinity for none. */
function bruteForce(
  predictor: Predictor,
  constraints: readonly Constraint[],
  confidence: number,
  mostTokens: number,
): number {
  const { range } = predictor.fit.pilots;
  const [least] = tokenLevels(
    sizeSearch(predictor, questionOf(predictor, constraints, confidence)),
    mostTokens,
  );
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 20; i++) {
    const tokens = least * (mostTokens / least) ** (i / 19);
    const at = predictor.atTokens(tokens);
    for (let j = 0; j < 20; j++) {
      const [low, high] = range.domainRatio;
      const ratio = low + ((high - low) * j) / 19;
      if (ratio === 0) continue;
      if (chanceOutside(predictor, constraints, tokens, ratio) > 1 - confidence + 1e-12) break;
      best = Math.min(best, domainLossAt(predictor, at, ratio));
    }
  }
  return best;
}

function expectBest(
  predictor: Predictor,
  constraints: readonly Constraint[],
  confidence: number,
  mostTokens: number,
): void {
  const brute = bruteForce(predictor, constraints, confidence, mostTokens);
  const found = searchFor(predictor, constraints, confidence, mostTokens);
  if (found.kind === 'infeasible') {
    expect(brute).toBe(Number.POSITIVE_INFINITY);
    return;
  }
  const { tokens, domainRatio, domainLoss } = found.best;
  expect(domainLoss).toBeLessThanOrEqual(brute * 1.001);
  expect(tokens).toBeLessThanOrEqual(mostTokens);
  expect(domainLoss).toBe(domainLossAt(predictor, predictor.atTokens(tokens), domainRatio));
  // A crossing is solved for to 1e-6, so the edge itself may lie on either side.
  const edge = Math.max(domainRatio - 1e-5, predictor.fit.pilots.range.domainRatio[0]);
  expect(chanceOutside(predictor, constraints, tokens, edge)).toBeLessThanOrEqual(1 - confidence + 1e-12);
}

interface Shape {
  /** Rise by re-warming, nats. */
  readonly W?: number;
  /** Domain tokens that a token of replay holds in balance, and e-folds of the ratio that an e-fold of tokens is worth. */
  readonly c?: number;
  readonly b?: number;
}

/** A general and a domain set, at random. */
function toyPair(seed: number, { W = 0, ...shape }: Shape = {}): FitDocument {
  const numbers = stream(seed, 'toy');
  const draws = Array.from({ length: 60 }, () => ({
    F: 0.05 * (1 + 0.2 * numbers.normal()),
    S: 0.1 * (1 + 0.1 * numbers.normal()),
  }));
  const k = 10 ** (7 + numbers.uniform());
  const b = shape.b ?? 0.4 + 1.2 * numbers.uniform();
  const c = shape.c ?? 0.2 + 2 * numbers.uniform();
  const general = (F: number): Parameters => ({ W, w: 1e6, F, c, k: 1e8, h: 1, m: 1 });
  const domain = (S: number): Parameters => ({ S, k, b });
  const sets: ToySet[] = [
    {
      name: 'wiki',
      role: 'general',
      law: 'change-general',
      point: general(0.05),
      draws: draws.map(({ F }) => general(F)),
      noise: { run: 0.002 },
    },
    {
      name: 'code',
      role: 'domain',
      law: 'change-domain',
      point: domain(0.1),
      draws: draws.map(({ S }) => domain(S)),
      noise: { run: 0.002 },
    },
  ];
  return toyFit(sets, { range: { params: [1e9, 1e9], tokens: [1e8, 1e10], domainRatio: [0, 1] } });
}

describe('on the pilots that ship', () => {
  let fit: FitDocument;
  beforeAll(async () => {
    fit = await shippedFit();
  });

  it.each([
    [0.02, 0.9, 4e6],
    [0.03, 0.9, 1e7],
    [0.03, 0.5, 3e7],
    [0.05, 0.95, 2e6],
    [0.2, 0.8, 5e6],
  ])(
    'finds the best to a thousandth for a tolerance of %s, confidence %s and %s tokens',
    (share, confidence, tokens) => {
      for (const params of [55680, 332928]) {
        expectBest(predictorOf(fit, params), [relative(share)], confidence, tokens);
      }
    },
  );
});

describe('on fits made by hand', () => {
  const predictors = Array.from({ length: 6 }, (_, seed) => predictorOf(toyPair(seed), 1e9));

  it.each([0.01, 0.03, 0.08])('finds the best to a thousandth for a tolerance of %s', (share) => {
    for (const predictor of predictors) {
      for (const mostTokens of [1e9, 2e10]) expectBest(predictor, [relative(share)], 0.9, mostTokens);
    }
  });

  it('leaves part of a budget unspent where more tokens would cost more ratio than they are worth', () => {
    // Effective tokens go with D·R⁴, and the ratio that 6% allow falls fast: few tokens rich in domain beat many.
    const predictor = predictorOf(toyPair(3, { c: 0.05, b: 0.25 }), 1e9);
    expectBest(predictor, [relative(0.06)], 0.9, 2e10);
    const found = searchFor(predictor, [relative(0.06)], 0.9, 2e10);
    if (found.kind !== 'found') throw new Error('no plan');
    expect(found.best.tokens).toBeGreaterThan(1.2e8);
    expect(found.best.tokens).toBeLessThan(0.1 * 2e10);
    // The token count is found between the levels that were tried first: a scan in steps of 1% does no better.
    for (let tokens = 1e8; tokens < 2e9; tokens *= 1.01) {
      const at = predictor.atTokens(tokens);
      const ratio = plannedRatio(criticalRatio(predictor, at, [relative(0.06)]), 0.9, [0, 1]);
      if (ratio === 0) continue;
      expect(domainLossAt(predictor, at, ratio)).toBeGreaterThanOrEqual(found.best.domainLoss * (1 - 2e-5));
    }
    expect(found.best.domainRatio).toBeGreaterThan(0.6);
    // Where effective tokens go with D·R, all of the budget is best.
    const usual = searchFor(predictorOf(toyPair(3, { c: 1, b: 1 }), 1e9), [relative(0.03)], 0.9, 1e10);
    expect(usual.kind === 'found' && usual.best.tokens).toBe(1e10);
  });

  it('plans no more domain for a tighter tolerance, and none of a worse outcome for a wider one', () => {
    for (const predictor of predictors) {
      const losses = [0.01, 0.02, 0.04, 0.08].map((share) => {
        const found = searchFor(predictor, [relative(share)], 0.9, 1e10);
        return found.kind === 'found' ? found.best.domainLoss : Number.POSITIVE_INFINITY;
      });
      losses.slice(1).forEach((loss, i) => {
        expect(loss).toBeLessThanOrEqual(losses[i] * (1 + 1e-6));
      });
    }
  });
});

describe('where nothing is feasible', () => {
  // Re-warming alone lifts the loss by 0.1 of 2 nats, whatever the ratio.
  const predictor = predictorOf(toyPair(1, { W: 0.1 }), 1e9);

  it('says which tolerance is missed, and by how little at best', () => {
    const found = searchFor(predictor, [relative(0.02)], 0.9, 1e10);
    if (found.kind !== 'infeasible') throw new Error('a plan was found');
    expect(found.evalIndex).toBe(0);
    expect(found.domainRatio).toBe(0);
    expect(found.rise).toBeGreaterThan(0.05);
    const at = predictor.atTokens(found.tokens);
    expect(found.rise).toBe(keptRise(predictor, at, 0, 0, 0.9));
    // A tolerance of that rise is kept by new runs with the confidence asked for.
    expect(chanceOutside(predictor, [relative(found.rise + 1e-9)], found.tokens, 0)).toBeLessThanOrEqual(
      0.1 + 1e-12,
    );
    expect(searchFor(predictor, [relative(found.rise + 1e-4)], 0.9, 1e10).kind).toBe('found');
    expect(searchFor(predictor, [relative(found.rise - 1e-3)], 0.9, 1e10).kind).toBe('infeasible');
  });
});
