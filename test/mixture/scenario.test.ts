import { describe, expect, it } from 'vitest';
import { baseLosses } from '../../src/mixture/baseLoss.ts';
import { distanceFrom } from '../../src/mixture/scenario.ts';
import { forgetting, type ToyOptions, toyFit } from './toy.ts';

const range = {
  params: [1e9, 4e9],
  tokens: [1e9, 10e9],
  domainRatio: [0.1, 0.9],
} satisfies ToyOptions['range'];

describe('how far a point lies from the pilots', () => {
  it.each([
    [2e9, 5e9, 'near', 'fitted'],
    [4e9, 10e9, 'near', 'fitted'],
    [4.1e9, 10e9, 'near', 'extrapolated'],
    [16e9, 10e9, 'near', 'extrapolated'],
    [16.1e9, 10e9, 'far', 'extrapolated'],
    [40e9, 10e9, 'far', 'extrapolated'],
    [40.1e9, 10e9, 'tooFar', 'extrapolated'],
    [0.25e9, 10e9, 'near', 'extrapolated'],
    [0.24e9, 10e9, 'far', 'extrapolated'],
    [0.09e9, 10e9, 'tooFar', 'extrapolated'],
    [4e9, 80e9, 'near', 'extrapolated'],
    [4e9, 80.1e9, 'far', 'extrapolated'],
    [4e9, 200e9, 'far', 'extrapolated'],
    [4e9, 200.1e9, 'tooFar', 'extrapolated'],
    [4e9, 1, 'near', 'fitted'],
  ] as const)('%d params and %d tokens: %s, %s', (params, tokens, verdict, provenance) => {
    expect(distanceFrom(range, params, tokens)).toMatchObject({ verdict, provenance, ratioInside: true });
  });

  it('counts factors, in either direction for sizes', () => {
    expect(distanceFrom(range, 12e9, 30e9)).toMatchObject({ params: 3, tokens: 3 });
    expect(distanceFrom(range, 0.5e9, 1e8)).toMatchObject({ params: 2, tokens: 1 });
  });

  it('marks ratios outside those of the pilots', () => {
    const ratios = [0.09, 0.1, 0.5, 0.9, 0.91];
    expect(ratios.map((ratio) => distanceFrom(range, 2e9, 5e9, ratio).ratioInside)).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    expect(distanceFrom(range, 2e9, 5e9, 0.95).provenance).toBe('extrapolated');
  });
});

describe('the base loss of the target', () => {
  const bases = [
    { id: 'small', params: 1e9, loss: { wiki: 2.4 as number | null } },
    { id: 'small again', params: 1.004e9, loss: { wiki: 2.42 } },
    { id: 'middle', params: 2e9, loss: { wiki: 2.2 } },
    { id: 'not evaluated', params: 4e9, loss: { wiki: null } },
  ];
  const of = (
    params: number,
    given: Record<string, number> = {},
    assume = false,
    known: typeof bases = bases,
  ) => baseLosses(toyFit([forgetting('wiki', 0.2, 1, 1e9)], { bases: known }), params, given, assume)[0];

  it('is the one given, before any other', () => {
    expect(of(1e9, { wiki: 2.3 })).toEqual({ loss: 2.3, source: 'given', sd: 0 });
  });

  it('is measured where bases of that size were, averaged', () => {
    const { loss, source, sd } = of(1.002e9);
    expect([source, sd]).toEqual(['measured', 0]);
    expect(loss).toBeCloseTo(2.41, 14);
    expect(of(2e9)).toEqual({ loss: 2.2, source: 'measured', sd: 0 });
  });

  it('is unknown otherwise, also where the base was never evaluated', () => {
    expect(of(7e9)).toEqual({ loss: Number.NaN, source: 'unknown', sd: 0 });
    expect(of(4e9).source).toBe('unknown');
    expect(of(7e9, {}, true, bases.slice(3))).toMatchObject({ source: 'unknown' });
  });

  it('may be assumed from a power law over sizes, with a spread that grows with the distance', () => {
    const exact = [1e8, 3e8, 1e9, 2e9].map((params) => ({
      id: String(params),
      params,
      loss: { wiki: 3 * (params / 1e8) ** -0.08 },
    }));
    const inside = of(5e8, {}, true, exact);
    expect(inside.source).toBe('assumed');
    expect(inside.loss).toBeCloseTo(3 * 5 ** -0.08, 10);
    expect(inside.sd).toBeLessThan(1e-9);
    const [near, far, below] = [4e9, 16e9, 0.5e8].map((params) => of(params, {}, true, exact));
    expect(near.loss).toBeCloseTo(3 * 40 ** -0.08, 10);
    expect(near.sd).toBeCloseTo(near.loss * 0.01 * Math.log(2), 10);
    expect(far.sd / far.loss).toBeCloseTo(0.01 * Math.log(8), 10);
    expect(below.sd / below.loss).toBeCloseTo(0.01 * Math.log(2), 10);
  });

  it('is the less sure the more the bases scatter about their law', () => {
    const scattered = (size: number) =>
      [1e8, 3e8, 1e9, 3e9].map((params, i) => ({
        id: String(params),
        params,
        loss: { wiki: 3 * (params / 1e8) ** -0.08 * (1 + (i % 2 === 0 ? size : -size)) },
      }));
    const [tidy, loose] = [0.001, 0.01].map((size) => of(5e8, {}, true, scattered(size)).sd);
    expect(tidy).toBeGreaterThan(0);
    expect(loose / tidy).toBeCloseTo(10, 0);
  });
});
