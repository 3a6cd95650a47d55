import { describe, expect, it } from 'vitest';
import { type SlopeTerm, turningPoint, weighedTurningPoint } from '../../../src/laws/slices/turningPoint.ts';
import { type Stream, stream } from '../../../src/stats/streams.ts';

interface Power {
  readonly alpha: number;
  readonly s: number;
}
const LAWS = 1000;
const between = (numbers: Stream, low: number, high: number): number =>
  low + (high - low) * numbers.uniform();
const slopeOf = ({ alpha, s }: Power): SlopeTerm => ({ slope: alpha * s, exponent: s });

/** A general loss that rises and comes back: two powers of either sign, the falling one the higher. */
function randomGeneral(numbers: Stream): [Power, Power] {
  const rise = between(numbers, -1.5, 1);
  const fall = rise + between(numbers, 0.1, 1.5);
  const power = (s: number, slope: number): Power => ({ alpha: slope / s, s });
  const terms: [Power, Power] = [
    power(rise, between(numbers, 0.001, 0.1)),
    power(fall, -between(numbers, 0.001, 0.1)),
  ];
  return numbers.uniform() < 0.5 ? terms : [terms[1], terms[0]];
}

/** The zero of a function of ln T that falls through it, by halving, from where it is above to where it is below. */
function zeroOf(slope: (tokens: number) => number, above: number, below: number): number {
  let [low, high] = [Math.log(above), Math.log(below)];
  for (let round = 0; round < 200; round++) {
    const middle = 0.5 * (low + high);
    if (slope(Math.exp(middle)) > 0) low = middle;
    else high = middle;
  }
  return Math.exp(low);
}

describe('the turning point', () => {
  it(`in closed form is the numerical root of the slope, on ${LAWS} random laws to 1e-9`, () => {
    let worst = 0;
    for (let k = 0; k < LAWS; k++) {
      const general = randomGeneral(stream(k, 'general'));
      const [first, second] = general;
      const found = turningPoint([slopeOf(first), slopeOf(second)]);
      if (found.kind !== 'at') throw new Error(found.kind);
      // The loss itself, differentiated numerically nowhere: its slope as the paper writes it.
      const slope = (t: number): number =>
        first.alpha * first.s * t ** first.s + second.alpha * second.s * t ** second.s;
      const scale = Math.abs(Math.log(found.tokens)) + 40;
      const root = zeroOf(slope, Math.exp(-scale), Math.exp(scale));
      worst = Math.max(worst, Math.abs(found.tokens / root - 1));
    }
    expect(worst).toBeLessThan(1e-9);
  });

  it('is where the general loss is highest', () => {
    const [a, b] = randomGeneral(stream(3, 'general'));
    const found = turningPoint([slopeOf(a), slopeOf(b)]);
    if (found.kind !== 'at') throw new Error(found.kind);
    const loss = (t: number): number => a.alpha * t ** a.s + b.alpha * t ** b.s;
    for (const times of [0.5, 0.9, 1.1, 2])
      expect(loss(times * found.tokens)).toBeLessThan(loss(found.tokens));
  });

  it(`with a given lambda is the last numerical root of the slope and solves equation 7, on ${LAWS} random laws to 1e-9`, () => {
    let [worst, unbalanced, compared] = [0, 0, 0];
    for (let k = 0; k < LAWS; k++) {
      const numbers = stream(k, 'weighed');
      const [g2, g3] = randomGeneral(numbers);
      const s1 = between(numbers, -1, 0.8);
      const domain = { alpha: -between(numbers, 0.01, 0.3) / s1, s: s1 };
      const lambda = Math.exp(between(numbers, 0, Math.log(7000)));
      const found = weighedTurningPoint([slopeOf(g2), slopeOf(g3)], slopeOf(domain), lambda);
      const slope = (t: number): number =>
        domain.alpha * domain.s * t ** domain.s +
        lambda * (g2.alpha * g2.s * t ** g2.s + g3.alpha * g3.s * t ** g3.s);
      let lnTokens = 60;
      while (lnTokens > -60 && !(slope(Math.exp(lnTokens)) > 0)) lnTokens -= 0.05;
      // Rises shorter than a step are not seen here.
      if (lnTokens <= -60) continue;
      if (found.kind !== 'at') throw new Error(`${found.kind}, but it rises at ln T = ${lnTokens}`);
      compared += 1;
      const { tokens } = found;
      const root = zeroOf(slope, Math.exp(lnTokens), Math.exp(lnTokens + 0.05));
      worst = Math.max(worst, Math.abs(tokens / root - 1));
      // T0^(s2 − s1)·(1 + α3·s3/(α2·s2)·T0^(s3 − s2)) = −α1·s1/(λ·α2·s2), by the largest of its terms.
      const ofDomain = (-domain.alpha * domain.s) / (lambda * g2.alpha * g2.s);
      const ratio = (g3.alpha * g3.s) / (g2.alpha * g2.s);
      const terms = [tokens ** (g2.s - s1), ratio * tokens ** (g3.s - s1), -ofDomain];
      const sum = terms.reduce((a, b) => a + b, 0);
      unbalanced = Math.max(unbalanced, Math.abs(sum) / Math.max(...terms.map(Math.abs)));
    }
    expect(compared).toBeGreaterThan(0.5 * LAWS);
    expect(worst).toBeLessThan(1e-9);
    expect(unbalanced).toBeLessThan(1e-9);
  });

  it('with a growing lambda goes to the peak of the general loss, from before it', () => {
    const general = [
      { slope: 0.03, exponent: 0.2 },
      { slope: -0.01, exponent: 0.5 },
    ] as const;
    const domain = { slope: -0.1, exponent: -0.1 };
    const peak = turningPoint(general);
    if (peak.kind !== 'at') throw new Error(peak.kind);
    const at = (lambda: number): number => {
      const found = weighedTurningPoint(general, domain, lambda);
      if (found.kind !== 'at') throw new Error(found.kind);
      return found.tokens / peak.tokens;
    };
    expect(at(100)).toBeLessThan(at(7000));
    expect(at(7000)).toBeLessThan(1);
    expect(at(1e12)).toBeCloseTo(1, 8);
    expect(weighedTurningPoint(general, domain, 1).kind).toBe('neverRises');
  });

  it('is not there where the loss only falls, only rises, or rises in the end', () => {
    const [up, down] = [
      { slope: 0.1, exponent: 0.5 },
      { slope: -0.1, exponent: 0.3 },
    ];
    expect(turningPoint([down, { slope: -0.2, exponent: -1 }])).toEqual({ kind: 'neverRises' });
    expect(turningPoint([down, { slope: 0, exponent: 2 }])).toEqual({ kind: 'neverRises' });
    expect(turningPoint([up, { slope: 0.2, exponent: -1 }])).toEqual({ kind: 'neverPeaks' });
    expect(turningPoint([up, down])).toEqual({ kind: 'neverPeaks' });
    expect(turningPoint([up, { slope: -0.2, exponent: 0.5 }])).toEqual({ kind: 'neverRises' });
    expect(turningPoint([up, { slope: -0.1, exponent: 0.5 }])).toEqual({ kind: 'neverRises' });
    expect(weighedTurningPoint([up, down], { slope: -1, exponent: 0.1 }, 10)).toEqual({ kind: 'neverPeaks' });
  });
});
