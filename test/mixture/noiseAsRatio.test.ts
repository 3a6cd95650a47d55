import { describe, expect, it } from 'vitest';
import { baseLosses } from '../../src/mixture/baseLoss.ts';
import { criticalRatio } from '../../src/mixture/critical.ts';
import { noiseAsRatio } from '../../src/mixture/noiseAsRatio.ts';
import { makePredictor } from '../../src/mixture/predictor.ts';
import { crossingOf, forgetting, toyFit } from './toy.ts';

const TOKENS = 5e9;
const NOISE = { run: 0.003, evaluation: 0.001 };

function noiseAt(rise: number, draws?: readonly number[]) {
  const fit = toyFit([{ ...forgetting('wiki', 0.2, 0, TOKENS, draws), noise: NOISE }]);
  const predictor = makePredictor(fit, { params: 1e9, base: baseLosses(fit, 1e9, {}, false) });
  const critical = criticalRatio(predictor, predictor.atTokens(TOKENS), [
    { evalIndex: 0, tolerance: { kind: 'absolute', nats: rise } },
  ]);
  return { critical, noise: noiseAsRatio(predictor, critical) };
}

describe('loss noise as ratio noise', () => {
  it('is the noise of the loss over its slope at the crossing', () => {
    // The rise is F ln(1 + R), so its slope is F / (1 + R).
    const ratio = crossingOf(0.2, 0, 0.06);
    const { noise } = noiseAt(0.06);
    expect(noise!.set).toBe('wiki');
    expect(noise!.slope).toBeCloseTo(0.2 / (1 + ratio), 4);
    expect(noise!.ratio.run).toBeCloseTo((0.003 * 2.06 * (1 + ratio)) / 0.2, 4);
    expect(noise!.ratio.evaluation).toBeCloseTo(noise!.ratio.run / 3, 12);
    expect(noise!.loss).toEqual(NOISE);
  });

  it('is about the standard deviation of the critical ratios of new runs where noise is small', () => {
    const { critical, noise } = noiseAt(
      0.06,
      Array.from({ length: 4000 }, () => 0.2),
    );
    const mean = critical.newRun.reduce((a, b) => a + b, 0) / critical.newRun.length;
    const sd = Math.sqrt(
      critical.newRun.reduce((sum, each) => sum + (each - mean) ** 2, 0) / critical.newRun.length,
    );
    const both = Math.hypot(noise!.ratio.run, noise!.ratio.evaluation);
    expect(Math.abs(sd / both - 1)).toBeLessThan(0.04);
  });

  it('is not told where nothing is crossed', () => {
    expect(noiseAt(0.5).noise).toBeNull();
    expect(noiseAt(-0.1).noise).toBeNull();
  });
});
