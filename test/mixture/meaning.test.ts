import { describe, expect, test } from 'vitest';
import type { FitDocument } from '../../src/documents/fit.ts';
import type { Meaning } from '../../src/documents/meaning.ts';
import { meaningSentences } from '../../src/explain/meaning.ts';
import { CHINCHILLA, meaningsOf } from '../../src/mixture/meaning.ts';
import type { Tolerance } from '../../src/units/tolerance.ts';
import { forgetting, toyFit } from './toy.ts';

/** Bases on the line L = 2 (N / 1e9)^-slope. */
const ladder = (slope: number, ...sizes: readonly number[]): FitDocument =>
  toyFit([forgetting('wiki', 1, 0, 1e9)], {
    bases: sizes.map((params) => ({
      id: String(params),
      params,
      loss: { wiki: 2 * (params / 1e9) ** -slope },
    })),
  });

const share = (value: number): Tolerance => ({ kind: 'relative', share: value });

function meaning(
  fit: FitDocument,
  tolerance: Tolerance,
  params: number,
  loss: number,
  facts: Parameters<typeof meaningsOf>[3] = {},
): Meaning {
  const target = { params, base: [{ loss, source: 'given', sd: 0 }] } as const;
  return meaningsOf(fit, target, [{ evalIndex: 0, tolerance }], facts).wiki;
}

describe('perplexity', () => {
  const one = ladder(0.1, 1e9);

  test('grows by e to the rise in nats', () => {
    expect(meaning(one, share(0.03), 1e9, 2).perplexity).toBeCloseTo(Math.exp(0.06), 14);
    expect(meaning(one, { kind: 'absolute', nats: 0 }, 1e9, 2).perplexity).toBe(1);
  });

  test('of a set in bits per byte needs the bytes of a token, and is then that of the same rise in nats', () => {
    const fit = ladder(0.1, 1e9);
    fit.evals[0].unit = 'bpb';
    const bpb = 2 / (Math.LN2 * 4.2);
    expect(meaning(fit, share(0.03), 1e9, bpb)).toEqual({ perplexity: null, computeLost: null });
    const told = meaning(fit, share(0.03), 1e9, bpb, { bytesPerToken: { wiki: 4.2 } });
    expect(told.perplexity).toBeCloseTo(Math.exp(0.06), 14);
    const { low, high, ...rest } = meaning(one, share(0.03), 1e9, 2).computeLost!;
    expect(told.computeLost).toEqual({
      ...rest,
      low: expect.closeTo(low, 12),
      high: expect.closeTo(high, 12),
    });
  });
});

describe('pre-training undone, by the line through the piloted bases', () => {
  test('is that of the smaller base which has the loss of the limit', () => {
    const fit = ladder(0.1, 1e9, 4e9, 8e9);
    const base = 2 * 4 ** -0.1;
    // The base of half the size is above by the factor 2^0.1.
    const { computeLost } = meaning(fit, share(2 ** 0.1 - 1), 4e9, base);
    expect(computeLost).toEqual({
      source: 'ladder',
      low: expect.closeTo(0.5, 12),
      high: expect.closeTo(0.75, 12),
      bases: 3,
    });
  });

  test('needs two sizes whose loss falls', () => {
    expect(meaning(ladder(0.1, 1e9, 2e9), share(0.03), 1e9, 2).computeLost?.source).toBe('ladder');
    expect(meaning(ladder(0.1, 1e9), share(0.03), 1e9, 2).computeLost?.source).toBe('published');
    expect(meaning(ladder(-0.1, 1e9, 2e9), share(0.03), 1e9, 2).computeLost?.source).toBe('published');
  });
});

describe("pre-training undone, by Chinchilla's law", () => {
  const fit = ladder(0.1, 1e9);
  const lost = (nats: number, baseTokens?: number) => {
    const { computeLost } = meaning(fit, { kind: 'absolute', nats }, 8e9, 2, { baseTokens });
    if (computeLost?.source !== 'published') throw new Error('not by the published law');
    return computeLost;
  };

  test('leaves the tokens at which the base would have ended where the rise ends', () => {
    for (const { B, beta } of CHINCHILLA) {
      const tokens = 300e9;
      const kept = 0.4 * tokens;
      const { low, high } = lost(B * (kept ** -beta - tokens ** -beta), tokens);
      // One end of the range is by this parameter set, and it is exact.
      expect(Math.min(Math.abs(low - 0.6), Math.abs(high - 0.6))).toBeLessThan(1e-9);
    }
  });

  test('is nothing for no rise, grows with it, and never reaches all', () => {
    expect(lost(0, 1e12)).toMatchObject({ low: 0, high: 0 });
    expect(lost(0.1, 1e12).low).toBeGreaterThan(lost(0.05, 1e12).low);
    expect(lost(5, 1e12).high).toBeLessThan(1);
  });

  test('says more of a base that saw more tokens, and covers both where they are not told', () => {
    const [short, long, unknown] = [lost(0.05, 160e9), lost(0.05, 16e12), lost(0.05)];
    expect(long.low).toBeGreaterThan(short.high);
    expect(unknown).toEqual({
      source: 'published',
      low: expect.closeTo(short.low, 12),
      high: expect.closeTo(long.high, 12),
      baseTokens: [160e9, 16e12],
    });
  });

  test('is not asked of sizes far from those it was fitted to', () => {
    expect(meaning(fit, share(0.03), 1e6, 2).computeLost).toBeNull();
    expect(meaning(fit, share(0.03), 1e12, 2).computeLost).toBeNull();
  });
});

describe('in words', () => {
  const tolerance = { wiki: share(0.03), web: share(0.02) };
  const ladderLost = { source: 'ladder', low: 0.293, high: 0.491, bases: 3 } as const;

  test('each set has its sentence, and the source is told once', () => {
    const meanings: Record<string, Meaning> = {
      wiki: { perplexity: 1.0473, computeLost: ladderLost },
      web: { perplexity: null, computeLost: ladderLost },
    };
    expect(meaningSentences(meanings, tolerance, 8e9)).toEqual([
      'If wiki rises by all of its 3%, its perplexity grows by a factor of 1.047 and about 29% to 49% of the compute that pre-trained the base is lost.',
      'If web rises by all of its 2%, about 29% to 49% of the compute that pre-trained the base is lost.',
      'That loss of compute is read off the line of loss against size through the 3 piloted bases: less if they saw equally many tokens, more if tokens grew with size.',
    ]);
  });

  test.each([
    [[15e12, 15e12], 'for 8B parameters on 15T tokens.'],
    [[160e9, 16e12], 'for 8B parameters on 160B to 16T tokens, which is assumed: --base-tokens tells.'],
  ] as const)('the published law with %j', (baseTokens, end) => {
    const computeLost: Meaning['computeLost'] = {
      source: 'published',
      low: 0.5,
      high: 0.5,
      baseTokens: [...baseTokens],
    };
    const meanings = { wiki: { perplexity: null, computeLost } };
    const [rise, source] = meaningSentences(meanings, tolerance, 8e9);
    expect(rise).toBe(
      'If wiki rises by all of its 3%, about 50% of the compute that pre-trained the base is lost.',
    );
    expect(source).toMatch(/^That loss of compute is read off Chinchilla's law as published \(Hoffmann/);
    expect(source.endsWith(end)).toBe(true);
  });

  test('nothing where nothing is known', () => {
    expect(meaningSentences({ wiki: { perplexity: null, computeLost: null } }, tolerance, 8e9)).toEqual([]);
  });
});
