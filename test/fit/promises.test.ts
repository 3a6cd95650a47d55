import { describe, expect, it } from 'vitest';
import type { FittedLaw } from '../../src/fit/fitLaw.ts';
import { fitLaw } from '../../src/fit/fitLaw.ts';
import { type Box, brokenPromises } from '../../src/fit/promises.ts';
import { dcptL3 } from '../../src/laws/dcptL3.ts';
import { dataOf, even, fittedOr, grid, logSpaced, lossesOf, SQUARED } from './data.ts';

const ROWS = grid([0.5e9, 1.8e9, 4e9], [0, 0.1, 0.2, 0.33, 0.5, 0.67, 0.8, 0.9, 1], logSpaced(1e8, 26e9, 12));
const BOX: Box = { params: [0.5e9, 4e9], tokens: [1e8, 26e9], domainRatio: [0, 1] };
const SOUND = {
  E: 1.2,
  A: 60,
  B: 35,
  C: 0.25,
  alpha: 0.28,
  beta: 0.24,
  eta: 0.3,
  epsilon: 0.06,
  gamma: 0.55,
};

function fitOf(truth: Record<string, number>, role: 'general' | 'domain'): FittedLaw {
  const data = dataOf(role, ROWS, lossesOf(dcptL3, truth, role, ROWS));
  return fittedOr(fitLaw(dcptL3, data, even(data), SQUARED));
}

/** The condition of the law's own notes for a loss that falls with its share, everywhere in a box of tokens. */
function falls({ B, C, beta, eta, epsilon, gamma }: typeof SOUND, tokens: number): boolean {
  return Array.from({ length: 1000 }, (_, i) => (i + 1) / 1000).every(
    (r) => B * eta * r ** (eta - 1) * (r + epsilon) ** (gamma + 1) < C * gamma * tokens ** beta,
  );
}

describe('a trend that a law promises and does not have by form', () => {
  it.each(['general', 'domain'] as const)('is checked on a %s set, and the first breach named', (role) => {
    // More weight on what data is left to learn: at few tokens the loss then rises with its share.
    const broken = { ...SOUND, B: 60, C: 0.1 };
    expect(falls(broken, 1e8)).toBe(false);
    const [sentence, ...others] = brokenPromises(fitOf(broken, role), role, BOX);
    expect(others).toEqual([]);
    expect(sentence).toMatch(
      /^rises with its own share instead of falling, first at 5\.00e\+8 params, 1\.00e\+8 tokens/,
    );
  });

  it.each(['general', 'domain'] as const)('is not named where it holds on a %s set', (role) => {
    const sound = { ...SOUND, B: 1, C: 0.6 };
    expect(falls(sound, 1e8)).toBe(true);
    expect(brokenPromises(fitOf(sound, role), role, BOX)).toEqual([]);
  });

  it('is asked for in the box alone', () => {
    const broken = { ...SOUND, B: 60, C: 0.1 };
    expect(falls(broken, 1e15)).toBe(true);
    const late: Box = { ...BOX, tokens: [1e15, 2e15] };
    expect(brokenPromises(fitOf(broken, 'domain'), 'domain', late)).toEqual([]);
  });
});
