import { describe, expect, test } from 'vitest';
import { domainObjective, weightedMean } from '../../src/mixture/objective.ts';
import { codes, refusal } from '../runs/tables.ts';
import { forgetting, toyFit } from './toy.ts';

const domain = (name: string) => ({ ...forgetting(name, 1, 0, 1e9), role: 'domain' as const });
const fit = toyFit([forgetting('wiki', 1, 0, 1e9), domain('pubmed'), domain('code')]);

describe('the objective over domain sets', () => {
  test('weighs all alike, unless told otherwise; general sets are no part of it', () => {
    expect(domainObjective(fit)).toEqual([
      { evalIndex: 1, weight: 0.5 },
      { evalIndex: 2, weight: 0.5 },
    ]);
    expect(domainObjective(fit, { pubmed: 3 }).map(({ weight }) => weight)).toEqual([0.75, 0.25]);
  });

  test('is the same for weights in the same proportion, and leaves out what weighs nothing', () => {
    expect(domainObjective(fit, { pubmed: 4, code: 2 })).toEqual(
      domainObjective(fit, { code: 0.5, pubmed: 1 }),
    );
    expect(domainObjective(fit, { code: 0 })).toEqual([{ evalIndex: 1, weight: 1 }]);
  });

  test('lies between the values of its sets, nearer to the heavier one', () => {
    const objective = domainObjective(fit, { pubmed: 3, code: 1 });
    expect(weightedMean(objective, (e) => [Number.NaN, 0.8, 0.4][e])).toBeCloseTo(0.7, 15);
  });

  test.each([
    [{ arxiv: 1 }, 'unknown-set', 'expected one of pubmed, code'],
    [{ wiki: 1 }, 'unknown-set', 'which is a general set'],
    [{ pubmed: 0, code: 0 }, 'no-domain-weight', 'gives pubmed and code no weight'],
  ])('%j is refused', (weights, code, words) => {
    const problems = refusal(() => domainObjective(fit, weights));
    expect(codes(problems)).toEqual([code]);
    expect(problems[0].message).toContain(words);
  });
});
