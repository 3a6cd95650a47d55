/** Random questions to small synthetic fits, and the best that trying whole grids of tokens and ratios finds for them. */

import { REPETITION_LAWS } from '../../src/laws/modifiers/repetitionLaws.ts';
import { type Constraint, limitOf } from '../../src/mixture/critical.ts';
import { domainObjective } from '../../src/mixture/objective.ts';
import type { Means } from '../../src/plan/budget.ts';
import { meansOf } from '../../src/plan/budget.ts';
import { type Corpora, mostEpochs } from '../../src/plan/corpora.ts';
import { domainLosses, tokenLevels } from '../../src/plan/search.ts';
import { bestSize, openSizes, type Size, type SizesRequest } from '../../src/plan/sizes.ts';
import { stream } from '../../src/stats/streams.ts';
import { type Parameters, type ToySet, toyFit } from '../mixture/toy.ts';

const DRAWS = 40;
const SIZES = [5e8, 1e9, 2e9, 4e9];

export interface RandomCase {
  readonly open: readonly Size[];
  readonly request: SizesRequest;
}

/** Two general sets and a domain set, one to three sizes, a budget, tolerances, a confidence, and corpora with limits or without. */
export function randomCase(seed: number): RandomCase {
  const numbers = stream(seed, 'random plan');
  const between = (low: number, high: number): number => low + (high - low) * numbers.uniform();
  const logBetween = (low: number, high: number): number => low * (high / low) ** numbers.uniform();
  const maybe = <T>(chance: number, make: () => T): T | undefined => {
    const value = make();
    return numbers.uniform() < chance ? value : undefined;
  };
  const spread = Array.from({ length: DRAWS }, () => [numbers.normal(), numbers.normal(), numbers.normal()]);
  const general = (name: string, which: number): ToySet => {
    const W = maybe(0.4, () => between(0, 0.08)) ?? 0;
    const F = between(0.02, 0.1);
    const c = logBetween(0.1, 3);
    const k = logBetween(3e7, 3e9);
    const G = between(0, 0.02);
    const at = (f: number): Parameters => ({ W, w: 1e8, F: f, c, k, G, h: 4e8, m: 1e9, a: 0.2 });
    const draws = spread.map((each) => at(F * Math.exp(0.15 * each[which])));
    return { name, role: 'general', law: 'change-general', point: at(F), draws, noise: { run: 0.002 } };
  };
  const nu = between(-0.05, 0.1);
  const S = 0.1 * 1e9 ** nu;
  const k = logBetween(1e7, 1e9);
  const b = between(0.4, 1.4);
  const gain = (s: number): Parameters => ({ S: s, nu, k, b });
  const domain: ToySet = {
    name: 'code',
    role: 'domain',
    law: 'change-domain',
    point: gain(S),
    draws: spread.map((each) => gain(S * Math.exp(0.1 * each[2]))),
    noise: { run: 0.002 },
  };
  const ratios: [number, number] = [
    maybe(0.5, () => between(0.05, 0.2)) ?? 0,
    maybe(0.5, () => between(0.7, 0.95)) ?? 1,
  ];
  const fit = toyFit([general('wiki', 0), general('web', 1), domain], {
    range: { params: [5e8, 4e9], tokens: [2e8, 1e10], domainRatio: ratios },
    bases: SIZES.map((params, i) => ({
      id: `${params}`,
      params,
      loss: { wiki: 2.2 - 0.1 * i, web: 2.6 - 0.12 * i, code: 2.4 - 0.15 * i },
    })),
  });
  const constraints: Constraint[] = [0, 1].map((evalIndex) => ({
    evalIndex,
    tolerance: { kind: 'relative', share: logBetween(0.005, 0.1) },
  }));
  const sizes = SIZES.filter(() => numbers.uniform() < 0.5);
  if (sizes.length === 0) sizes.push(1e9);
  const flop = logBetween(1e18, 2e20);
  const maxEpochs = maybe(0.6, () => logBetween(0.5, 20));
  const request: SizesRequest = {
    sizes: sizes.map((params) => {
      const means = plainMeans(params);
      const value = flop / means.flops.value;
      return { name: null, params, baseLoss: {}, means, tokens: { value, low: value, high: value } };
    }),
    constraints,
    confidence: between(0.5, 0.95),
    objective: domainObjective(fit),
    corpora: {
      domain: maybe(0.6, () => logBetween(1e8, 1e10)),
      general: maybe(0.3, () => logBetween(3e8, 1e11)),
      maxEpochs,
      law: REPETITION_LAWS[0],
      constant: { value: logBetween(3, 30), logSpread: 0.5, source: 'made up' },
    },
    assumeBaseFromSizeLaw: false,
    extrapolate: true,
  };
  return { open: openSizes(fit, request).open, request };
}

function plainMeans(params: number): Means {
  return meansOf({
    params,
    shape: undefined,
    sequenceLength: undefined,
    gpu: undefined,
    gpus: undefined,
    mfu: undefined,
    throughput: undefined,
    goodput: 1,
    price: undefined,
  });
}

/**
 * Share by which a mixture passes what it is allowed, 0 where it keeps everything: the tolerances, by draws of new runs with
 * one more counted that nobody has seen, the corpora and the budget.
 */
export function violation({ search, most }: Size, corpora: Corpora, tokens: number, ratio: number): number {
  const { predictor, question } = search;
  const { count, base, newRun, fit } = predictor;
  const { constraints, confidence } = question;
  const at = predictor.atTokens(tokens);
  const excess = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
  for (const { evalIndex, tolerance } of constraints) {
    const { draws } = at.losses(evalIndex, Float64Array.of(ratio));
    draws.forEach((loss, k) => {
      const over = (loss * newRun[evalIndex][k]) / limitOf(base[evalIndex][k], tolerance) - 1;
      excess[k] = Math.max(excess[k], over);
    });
  }
  // So many of the draws may fail that with one more failing the share is still 1 − confidence.
  const allowed = Math.floor((1 - confidence) * (count + 1) * (1 + 1e-12)) - 1;
  const worst = excess.toSorted().at(-1 - allowed) ?? Number.POSITIVE_INFINITY;
  const [least, greatest] = fit.pilots.range.domainRatio;
  const { domain = Infinity, general = Infinity } = corpora;
  return Math.max(
    0,
    allowed < 0 ? Number.POSITIVE_INFINITY : worst,
    tokens / most - 1,
    (ratio * tokens) / (domain * mostEpochs(corpora, 'domain')) - 1,
    ((1 - ratio) * tokens) / (general * mostEpochs(corpora, 'general')) - 1,
    least - ratio,
    ratio - greatest,
  );
}

/** Least domain loss over `points` × `points` token counts and ratios of every size; Infinity where none is feasible. */
export function bruteForce({ open, request: { corpora } }: RandomCase, points: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (const size of open) {
    const { search, most } = size;
    const { predictor, question } = search;
    const [low, high] = predictor.fit.pilots.range.domainRatio;
    const [least] = tokenLevels(search, most);
    for (let i = 0; i < points; i++) {
      const tokens = least * (most / least) ** (i / (points - 1));
      for (let j = 0; j < points; j++) {
        const ratio = low + ((high - low) * j) / (points - 1);
        if (ratio === 0) continue;
        const over = violation(size, corpora, tokens, ratio);
        // The acceptable set is the part connected to the lowest ratio, and all of these laws rise with it.
        if (over > 1e-12) continue;
        best = Math.min(best, domainLosses(predictor.atTokens(tokens), Float64Array.of(ratio), question)[0]);
      }
    }
  }
  return best;
}

export interface Comparison {
  readonly planned: number;
  readonly brute: number;
  /** Of the plan; 0 without one. */
  readonly violation: number;
}

export function compareWithBruteForce(seed: number, points = 20): Comparison {
  const random = randomCase(seed);
  const brute = bruteForce(random, points);
  const { best } = bestSize(random.open);
  if (best === undefined) return { planned: Number.POSITIVE_INFINITY, brute, violation: 0 };
  const { tokens, domainRatio, domainLoss } = best.best;
  return {
    planned: domainLoss,
    brute,
    violation: violation(best.size, random.request.corpora, tokens, domainRatio),
  };
}
