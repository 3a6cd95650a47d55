/** What repeats are worth: relations that hold for every corpus and every constant. */
import fc from 'fast-check';
import { evaluate } from 'mathjs';
import { describe, expect, it } from 'vitest';
import {
  drawConstant,
  effectiveTokens,
  REPEATED_TOKENS,
  valueOfNextToken,
} from '../../../src/laws/modifiers/repetition.ts';
import { REPETITION_LAWS, repetitionLawById } from '../../../src/laws/modifiers/repetitionLaws.ts';
import { options } from '../../../src/options/all.ts';

const unique = fc.double({ min: 1, max: 1e13, noNaN: true });
const epochs = fc.double({ min: 0, max: 1000, noNaN: true });
const constant = fc.double({ min: 1e-3, max: 1e4, noNaN: true });

describe('effective tokens', () => {
  it('are the tokens themselves up to one epoch', () => {
    fc.assert(
      fc.property(unique, fc.double({ min: 0, max: 1, noNaN: true }), constant, (u, share, c) => {
        expect(effectiveTokens(share * u, u, c)).toBe(share * u);
      }),
    );
  });

  it('never exceed what was seen, nor what any number of repeats is worth', () => {
    fc.assert(
      fc.property(unique, epochs, constant, (u, e, c) => {
        const worth = effectiveTokens(e * u, u, c);
        expect(worth).toBeLessThanOrEqual(e * u * (1 + 1e-14));
        expect(worth).toBeLessThanOrEqual(u * (1 + c) * (1 + 1e-14));
      }),
    );
  });

  it('rise with what is seen, by ever less', () => {
    fc.assert(
      fc.property(
        unique,
        epochs,
        fc.double({ min: 0.01, max: 10, noNaN: true }),
        constant,
        (u, e, step, c) => {
          const [first, second, third] = [0, 1, 2].map((k) => effectiveTokens((e + k * step) * u, u, c));
          const rounding = 1e-13 * third;
          expect(second).toBeGreaterThanOrEqual(first - rounding);
          expect(third - second).toBeLessThanOrEqual(second - first + rounding);
        },
      ),
    );
  });

  it('rise with the unique tokens and with the constant', () => {
    fc.assert(
      fc.property(unique, epochs, constant, fc.double({ min: 1, max: 5, noNaN: true }), (u, e, c, more) => {
        const worth = effectiveTokens(e * u, u, c);
        expect(effectiveTokens(e * u, more * u, c)).toBeGreaterThanOrEqual(worth * (1 - 1e-13));
        expect(effectiveTokens(e * u, u, more * c)).toBeGreaterThanOrEqual(worth * (1 - 1e-13));
      }),
    );
  });

  it('come to all that was seen as the constant grows, and to one epoch as it shrinks', () => {
    expect(effectiveTokens(40e9, 5e9, 1e12) / 40e9).toBeCloseTo(1, 11);
    expect(effectiveTokens(40e9, 5e9, Number.POSITIVE_INFINITY)).toBe(40e9);
    expect(effectiveTokens(40e9, 5e9, 0)).toBe(5e9);
  });

  it('grow at the value of the next token', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1.01, max: 50, noNaN: true }),
        fc.double({ min: 1, max: 100, noNaN: true }),
        (e, c) => {
          const h = 1e-4;
          const slope = (effectiveTokens(e + h, 1, c) - effectiveTokens(e - h, 1, c)) / (2 * h);
          expect(valueOfNextToken(e, 1, c)).toBeCloseTo(slope, 7);
        },
      ),
    );
    expect(valueOfNextToken(0.5, 1, 15)).toBe(1);
    expect(valueOfNextToken(1, 1, 0)).toBe(1);
  });

  it('are not a number where the question makes no sense', () => {
    for (const [s, u, c] of [
      [-1, 1, 1],
      [1, 0, 1],
      [1, 1, -1],
      [Number.NaN, 1, 1],
    ]) {
      expect(effectiveTokens(s, u, c)).toBeNaN();
      expect(valueOfNextToken(s, u, c)).toBeNaN();
    }
  });
});

describe('with the published constant', () => {
  const { value } = REPEATED_TOKENS;

  it('the multiples of a corpus are the known ones', () => {
    const multiples = [1, 2, 4, 8, 16, 40].map((epochs) => effectiveTokens(epochs, 1, value));
    expect(multiples.map((x) => Number(x.toPrecision(4)))).toEqual([1, 1.968, 3.726, 6.624, 10.58, 15.17]);
    expect(effectiveTokens(1e6, 1, value)).toBeCloseTo(16.387756, 6);
  });

  it('the next token after 4, 16 and 40 epochs is worth .82, .38 and .08 new ones', () => {
    const values = [4, 16, 40].map((epochs) => valueOfNextToken(epochs, 1, value));
    expect(values.map((x) => Number(x.toFixed(2)))).toEqual([0.82, 0.38, 0.08]);
  });

  it('draws are lognormal about the median', () => {
    expect(drawConstant(REPEATED_TOKENS, 0)).toBe(value);
    expect(Math.log(drawConstant(REPEATED_TOKENS, 2) / value)).toBeCloseTo(2 * REPEATED_TOKENS.logSpread, 12);
    expect(drawConstant(REPEATED_TOKENS, 1) * drawConstant(REPEATED_TOKENS, -1)).toBeCloseTo(value ** 2, 9);
  });
});

describe('the laws of repetition', () => {
  it('have ids of their own, by which they are found', () => {
    expect(new Set(REPETITION_LAWS.map(({ id }) => id)).size).toBe(REPETITION_LAWS.length);
    for (const law of REPETITION_LAWS) expect(repetitionLawById(law.id)).toBe(law);
    expect(repetitionLawById('no such law')).toBeUndefined();
  });

  it('are those that --repetition offers', () => {
    expect(options.repetition.unit.examples).toEqual(REPETITION_LAWS.map(({ id }) => id));
  });

  it.each(REPETITION_LAWS.map((law) => [law.id, law] as const))('%s does what its formula says', (_, law) => {
    fc.assert(
      fc.property(
        fc.double({ min: 1.001, max: 100, noNaN: true }),
        fc.double({ min: 0.1, max: 100, noNaN: true }),
        (e, c) => {
          const U = 5e9;
          const expected = evaluate(law.formula, { S: e * U, U, [law.symbol]: c }) as number;
          expect(law.effectiveTokens(e * U, U, c) / expected).toBeCloseTo(1, 10);
        },
      ),
    );
  });
});
