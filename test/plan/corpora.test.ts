/** Corpora of limited size: where the domain corpus is the limit, the ratio decides how many tokens there are. */
import { describe, expect, it } from 'vitest';
import { WORTHLESS } from '../../src/laws/modifiers/repetition.ts';
import { epochsThatPay } from '../../src/laws/modifiers/repetitionLaws.ts';
import { baseLosses } from '../../src/mixture/baseLoss.ts';
import { domainObjective } from '../../src/mixture/objective.ts';
import { makePredictor } from '../../src/mixture/predictor.ts';
import { type Corpora, limitedCorpus, mostEpochs, mostTokens, ratioBounds } from '../../src/plan/corpora.ts';
import { type Candidate, search, sizeSearch } from '../../src/plan/search.ts';
import { type Parameters, toyFit } from '../mixture/toy.ts';
import { UNLIMITED } from './questions.ts';

/** A domain set by D-CPT L3, after the figures of its second use: music, 1.8B parameters, 5B tokens of domain text. */
const DOMAIN: Parameters = {
  E: 0.5,
  A: 30,
  alpha: 0.3,
  B: 60,
  beta: 0.25,
  eta: 0.2,
  C: 0.02,
  epsilon: 0.05,
  gamma: 1.2,
};
const PARAMS = 1.8e9;
const UNIQUE = 5e9;

const lossAt = (tokens: number, ratio: number): number =>
  DOMAIN.E +
  DOMAIN.A / PARAMS ** DOMAIN.alpha +
  (DOMAIN.B * ratio ** DOMAIN.eta) / tokens ** DOMAIN.beta +
  DOMAIN.C / (ratio + DOMAIN.epsilon) ** DOMAIN.gamma;

const fit = toyFit(
  [
    // Forgets so little that no tolerance is reached.
    {
      name: 'wiki',
      role: 'general',
      law: 'change-general',
      point: { F: 1e-4, c: 1, k: 1e9, w: 1, h: 1, m: 1 },
    },
    { name: 'music', role: 'domain', law: 'd-cpt-l3', point: DOMAIN },
  ],
  {
    range: { params: [PARAMS, PARAMS], tokens: [1e8, 2.6e10], domainRatio: [0.05, 1] },
    bases: [{ id: 'base', params: PARAMS, loss: { wiki: 2, music: 1.2 } }],
  },
);

function best(corpora: Corpora, most: number): Candidate {
  const base = baseLosses(fit, PARAMS, {}, false);
  const question = {
    constraints: [{ evalIndex: 0, tolerance: { kind: 'relative', share: 0.03 } as const }],
    confidence: 0.9,
    objective: domainObjective(fit),
    corpora,
    reference: base.map(({ loss }) => loss),
  };
  const predictor = makePredictor(fit, { params: PARAMS, base }, limitedCorpus(corpora));
  const found = search(
    sizeSearch(predictor, question),
    Math.min(most, mostTokens(corpora, fit.pilots.range.domainRatio)),
  );
  if (found.kind === 'infeasible') throw new Error('no plan');
  return found.best;
}

describe('a domain corpus that may be seen once', () => {
  const once: Corpora = { ...UNLIMITED, domain: UNIQUE, maxEpochs: 1 };

  it('has its best ratio inside, where D = D_d / R is (D-CPT, second use)', () => {
    let truth = 0.05;
    for (let ratio = 0.05; ratio <= 1; ratio += 1e-4) {
      if (lossAt(UNIQUE / ratio, ratio) < lossAt(UNIQUE / truth, truth)) truth = ratio;
    }
    expect(truth).toBeGreaterThan(0.1);
    expect(truth).toBeLessThan(0.9);
    const { domainRatio, tokens } = best(once, 1e12);
    expect(Math.abs(domainRatio - truth)).toBeLessThan(0.01);
    expect((tokens * domainRatio) / UNIQUE).toBeCloseTo(1, 3);
  });

  it('does not bind where it is larger than what will be seen: the unlimited answer', () => {
    const unlimited = best(UNLIMITED, 2e10);
    expect(best({ ...once, domain: 1e12 }, 2e10)).toEqual(unlimited);
    expect(unlimited.tokens).toBe(2e10);
    expect(best({ ...once, domain: 1e12, maxEpochs: undefined }, 2e10).domainRatio).toBe(
      unlimited.domainRatio,
    );
  });
});

describe('a domain corpus that may be repeated', () => {
  it('is repeated, by what repeats are worth: between once and as if it were new', () => {
    const once = best({ ...UNLIMITED, domain: 1e9, maxEpochs: 1 }, 2e10);
    const repeated = best({ ...UNLIMITED, domain: 1e9 }, 2e10);
    const unlimited = best(UNLIMITED, 2e10);
    expect(repeated.domainLoss).toBeLessThan(once.domainLoss);
    expect(repeated.domainLoss).toBeGreaterThan(unlimited.domainLoss);
    expect((repeated.tokens * repeated.domainRatio) / 1e9).toBeGreaterThan(1);
  });

  it('asks the domain law at as many domain tokens as those seen are worth, and the general one at all of them', () => {
    const base = baseLosses(fit, PARAMS, {}, false);
    const corpora = { ...UNLIMITED, domain: 1e9 };
    const limited = makePredictor(fit, { params: PARAMS, base }, limitedCorpus(corpora)).atTokens(2e10);
    const unlimited = makePredictor(fit, { params: PARAMS, base });
    const ratios = Float64Array.of(0.04, 0.3, 0.9);
    const loss = limited.point(1, ratios);
    ratios.forEach((ratio, i) => {
      const seen = ratio * 2e10;
      const worth = corpora.law.effectiveTokens(seen, 1e9, corpora.constant.value);
      expect(loss[i]).toBeCloseTo(unlimited.atTokens(worth / ratio).point(1, Float64Array.of(ratio))[0], 12);
    });
    expect(limited.point(0, ratios)).toEqual(unlimited.atTokens(2e10).point(0, ratios));
  });
});

describe('a domain corpus that nobody said how often to repeat', () => {
  it('is seen 20 times at most, and fewer where an epoch would add less than a twentieth of the first', () => {
    expect(mostEpochs(UNLIMITED, 'domain')).toBe(20);
    for (const constant of [0, 0.3, 1, 3, 6]) {
      const { law } = UNLIMITED;
      const epochs = epochsThatPay(law, constant);
      const adds = (k: number) =>
        law.effectiveTokens(k, 1, constant) - law.effectiveTokens(k - 1, 1, constant);
      expect(adds(epochs)).toBeGreaterThanOrEqual(WORTHLESS);
      if (epochs < 20) expect(adds(epochs + 1)).toBeLessThan(WORTHLESS);
    }
    expect(epochsThatPay(UNLIMITED.law, 0)).toBe(1);
    expect(mostEpochs({ ...UNLIMITED, maxEpochs: 300 }, 'domain')).toBe(300);
  });

  it('stops a plan that could go on, and more epochs that are asked for do better', () => {
    const tiny = { ...UNLIMITED, domain: 1e7 };
    const { tokens, domainRatio, domainLoss } = best(tiny, 2e10);
    expect((tokens * domainRatio) / 1e7).toBeLessThanOrEqual(20 * (1 + 1e-9));
    expect((tokens * domainRatio) / 1e7).toBeGreaterThan(19.9);
    expect(best({ ...tiny, maxEpochs: 60 }, 2e10).domainLoss).toBeLessThan(domainLoss);
  });
});

describe('limits of both corpora', () => {
  it('leave a ratio up to exactly so many tokens', () => {
    const corpora: Corpora = { ...UNLIMITED, domain: 2e9, general: 3e9, maxEpochs: 2 };
    const most = mostTokens(corpora, [0.1, 0.8]);
    expect(most).toBe(1e10);
    for (const [tokens, isOpen] of [
      [most * 0.999, true],
      [most * 1.001, false],
    ] as const) {
      const [low, high] = ratioBounds(corpora, tokens, [0.1, 0.8]);
      expect(low <= high).toBe(isOpen);
    }
    expect(mostTokens({ ...corpora, general: undefined }, [0.1, 0.8])).toBe(4e10);
    expect(mostTokens({ ...corpora, maxEpochs: undefined }, [0, 1])).toBe(20 * 5e9);
    expect(mostTokens(UNLIMITED, [0, 1])).toBe(Number.POSITIVE_INFINITY);
  });
});
