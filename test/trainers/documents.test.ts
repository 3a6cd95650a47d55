import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stream } from '../../src/stats/streams.ts';
import { documentShares, meanTokensOf, realisedShares, tokenShares } from '../../src/trainers/documents.ts';
import { checkedProbabilities, decimals, fixed } from '../../src/trainers/probabilities.ts';
import { refusal } from '../runs/tables.ts';
import { mixDocuments } from './mixers.ts';
import { requestOf } from './randomRequests.ts';

const GENERAL = 1500;
const DOMAIN = 300;
const wanted = [
  { share: 0.7, meanTokens: GENERAL },
  { share: 0.3, meanTokens: DOMAIN },
];

/** Share of the domain in the tokens of half a million drawn documents. */
function realisedDomain(probabilities: readonly number[]): number {
  const random = stream(5, 'documents');
  const corpora = [GENERAL, DOMAIN].map((meanTokens, k) => ({ probability: probabilities[k], meanTokens }));
  return mixDocuments(corpora, 500_000, () => random.uniform())[1];
}

describe('a mixer of documents with 300 tokens in the domain and 1,500 in general text', () => {
  it('brings 30% of tokens from the domain where weights are corrected', () => {
    expect(Math.abs(realisedDomain(documentShares(wanted)) - 0.3)).toBeLessThan(0.005);
  });

  it('brings 7.9% where they are not', () => {
    expect(realisedDomain([0.7, 0.3])).toBeCloseTo(0.079, 2);
    const [, domain] = tokenShares(wanted);
    expect(domain).toBeCloseTo(0.0789, 4);
  });

  it('draws two documents of the domain in three', () => {
    expect(documentShares(wanted)[1]).toBeCloseTo(15 / 22, 12);
  });
});

const anyCorpora = fc.array(
  fc.record({
    share: fc.double({ min: 1e-4, max: 1, noNaN: true }),
    meanTokens: fc.double({ min: 1, max: 1e6, noNaN: true }),
  }),
  { minLength: 1, maxLength: 6 },
);

describe('shares of documents', () => {
  it('bring back the shares of tokens that they were made for', () => {
    fc.assert(
      fc.property(anyCorpora, (corpora) => {
        const sum = corpora.reduce((total, { share }) => total + share, 0);
        const documents = documentShares(corpora);
        const tokens = tokenShares(corpora.map((each, k) => ({ ...each, share: documents[k] })));
        for (const [k, { share }] of corpora.entries()) expect(tokens[k]).toBeCloseTo(share / sum, 12);
      }),
    );
  });

  it('are shares of tokens where all documents are of one length', () => {
    const [, domain] = documentShares(wanted.map(({ share }) => ({ share, meanTokens: 800 })));
    expect(domain).toBeCloseTo(0.3, 14);
  });

  it('need the mean length of each corpus that takes part, asked for in one go', () => {
    const request = requestOf({
      shares: { general: 0.5, domain: 0.3, domain_law: 0.2 },
      meanTokens: { domain: 300 },
    });
    const [problem] = refusal(() => meanTokensOf(request, 'Some trainer'));
    expect(problem?.code).toBe('emit-needs');
    expect(problem?.message).toContain('--mean-tokens general=1500,domain_law=300');
  });

  it('need none for a single corpus, or for one that is left out', () => {
    const request = requestOf({ shares: { general: 0, domain: 1 }, meanTokens: null });
    expect(meanTokensOf(request, 'Some trainer')).toEqual([1]);
    expect(realisedShares(['domain'], [1], null)).toEqual({ domain: 1 });
  });

  it('are not read back without the mean lengths', () => {
    const [problem] = refusal(() => realisedShares(['general', 'domain'], [0.5, 0.5], { domain: 300 }));
    expect(problem?.code).toBe('trainer-would-refuse');
    expect(problem?.message).toContain('general');
  });
});

describe('probabilities for numpy', () => {
  it('sum to 1 within 1.5e-8 and have at least nine decimals, the last being what remains', () => {
    fc.assert(
      fc.property(anyCorpora, (corpora) => {
        const exact = documentShares(corpora);
        const written = decimals(exact).map(fixed).map(Number);
        const sum = written.reduce((total, each) => total + each, 0);
        expect(Math.abs(sum - 1)).toBeLessThan(1.5e-8);
        const others = written.slice(0, -1).reduce((total, each) => total + each, 0);
        expect(written.at(-1)).toBeCloseTo(1 - others, 12);
        for (const [k, each] of exact.entries()) expect(Math.abs(written[k] - each)).toBeLessThan(1e-11);
      }),
    );
  });

  it('are written without an exponent', () => {
    expect(decimals([1e-7, 1 - 1e-7]).map(fixed)).toEqual(['0.0000001', '0.9999999']);
    expect(fixed(1)).toBe('1');
    expect(fixed(0)).toBe('0');
    expect(fixed(0.1)).toBe('0.1');
  });

  it.each([
    [[0.5, 0.50000001], true],
    [[0.5, 0.5000001], false],
    [[7, 3], false],
    [[1.2, -0.2], false],
  ] as const)('%j are taken: %s', (probabilities, taken) => {
    const check = (): unknown => checkedProbabilities(probabilities, 'train.yaml');
    if (taken) expect(check()).toHaveLength(2);
    else expect(refusal(check).map(({ code }) => code)).toEqual(['trainer-would-refuse']);
  });
});
