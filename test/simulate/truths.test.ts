import { describe, expect, it } from 'vitest';
import { lossesOverRatios } from '../../src/simulate/truth.ts';
import { drawTruth, type TruthKind, type TruthRequest, trueCritical } from '../../src/simulate/truths.ts';
import { SILENT, toyTruth } from './toy.ts';

const TARGET = { params: 14e9, tokens: 200e9 };
const TOLERANCE = { kind: 'relative', share: 0.03 } as const;
const request = (kind: TruthKind): TruthRequest => ({
  kind,
  target: TARGET,
  tolerance: TOLERANCE,
  noise: SILENT,
  spread: 0,
  middleTokens: 1e10,
});
const ALL: readonly [number, number] = [0, 1];

describe('the critical ratio of a truth', () => {
  // General loss is 2 + R·D/1B, so a rise of 2·share is reached at R = 2·share·1B/D.
  const at = (tokens: number, factors: readonly number[] = [1], span = ALL): number =>
    trueCritical(toyTruth(), { params: 1e9, tokens }, TOLERANCE, factors, span);

  it('is where the general loss passes its limit', () => {
    for (const tokens of [0.1e9, 0.3e9, 1e9]) expect(at(tokens)).toBeCloseTo(0.06 / (tokens / 1e9), 9);
    const nats = { kind: 'absolute', nats: 0.1 } as const;
    expect(trueCritical(toyTruth(), { params: 1e9, tokens: 1e9 }, nats, [1], ALL)).toBeCloseTo(0.1, 9);
  });

  it('is 1 where the limit is never passed and 0 where it is passed from the start', () => {
    expect(at(0.05e9)).toBe(1);
    expect(at(1e9, [1.04])).toBe(0);
  });

  it('moves with what the loss of a run is multiplied by', () => {
    // (2 + R)·f = 2.06
    expect(at(1e9, [1.01])).toBeCloseTo(2.06 / 1.01 - 2, 9);
    expect(at(1e9, [0.99])).toBeCloseTo(2.06 / 0.99 - 2, 9);
  });

  it('is searched between the ratios given', () => {
    expect(at(1e9, [1], [0, 0.05])).toBe(1);
    expect(at(1e9, [1], [0.1, 1])).toBe(0);
    expect(at(1e9, [1], [0.02, 0.5])).toBeCloseTo(0.06, 9);
  });

  it('is that of the set that binds first', () => {
    const [general, domain] = toyTruth().evals;
    const steeper = {
      ...general,
      losses: (places: Parameters<typeof general.losses>[0]) =>
        general.losses(places).map((loss) => 2 + 2 * (loss - 2)),
    };
    const truth = { id: 'two', evals: [general, steeper, domain] };
    expect(trueCritical(truth, { params: 1e9, tokens: 1e9 }, TOLERANCE, [1, 1], ALL)).toBeCloseTo(0.03, 9);
  });
});

describe.each(['change', 'd-cpt-l3', 'outside'] as const)('truths of the kind %s', (kind) => {
  const truths = Array.from({ length: 40 }, (_, index) => drawTruth(request(kind), 5, index));
  const ratios = Float64Array.of(0, 0.25, 0.5, 0.75, 1);

  it('have a critical ratio between 0.05 and 0.95 at their target, spread over that range', () => {
    const criticals = truths.map((truth) => trueCritical(truth, TARGET, TOLERANCE, [1], ALL));
    expect(Math.min(...criticals)).toBeGreaterThan(0.05);
    expect(Math.max(...criticals)).toBeLessThan(0.95);
    expect(criticals.some((ratio) => ratio < 0.4) && criticals.some((ratio) => ratio > 0.6)).toBe(true);
  });

  it('are the same for the same seed and number, and others otherwise', () => {
    const losses = (seed: number, index: number): number[] =>
      drawTruth(request(kind), seed, index).evals.flatMap((each) => [
        ...lossesOverRatios(each, 4e9, 1e10, ratios),
      ]);
    expect(losses(5, 3)).toEqual(losses(5, 3));
    expect(losses(5, 3)).not.toEqual(losses(5, 4));
    expect(losses(5, 3)).not.toEqual(losses(6, 3));
  });

  it('have finite losses above 0, and end on pure domain text with a domain loss below its base', () => {
    for (const { evals } of truths) {
      const [general, domain] = evals.map((each) =>
        lossesOverRatios(each, TARGET.params, TARGET.tokens, ratios),
      );
      for (const loss of [...general, ...domain]) expect(loss > 0 && Number.isFinite(loss)).toBe(true);
      expect(domain[4]).toBeLessThan(evals[1].baseLoss(TARGET.params));
    }
  });
});
