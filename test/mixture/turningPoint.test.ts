import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type FitDocument, fitSchema } from '../../src/documents/fit.ts';
import { baseLosses } from '../../src/mixture/baseLoss.ts';
import { criticalRatio } from '../../src/mixture/critical.ts';
import { makePredictor } from '../../src/mixture/predictor.ts';
import {
  criticalCurve,
  TURNED,
  turningPointProblems,
  turningPointRatio,
  turningPointsOfRuns,
} from '../../src/mixture/turningPoint.ts';

const shipped = (): FitDocument =>
  fitSchema.parse(
    JSON.parse(readFileSync(new URL('../../fits/pilots-kernel-c.fit.json', import.meta.url), 'utf8')),
  );
const fit = shipped();
const params = fit.pilots.range.params[1];
const general = fit.evals.findIndex(({ role }) => role === 'general');
const predictor = makePredictor(fit, { params, base: baseLosses(fit, params, {}, false) });
const constraints = [{ evalIndex: general, tolerance: TURNED }];
const loss = (tokens: number, ratio: number): number =>
  predictor.atTokens(tokens).losses(general, Float64Array.of(ratio)).point[0];

describe('the critical ratio by turning point', () => {
  it.each([2e6, 3e6, 5e6])(
    'is where the path of the fitted law has its peak at %s tokens, or ends too high',
    (tokens) => {
      const { point } = turningPointRatio(predictor, tokens, constraints);
      if (point.kind !== 'at') throw new Error(point.kind);
      const base = predictor.target.base[general].loss;
      const slope = (ratio: number): number => loss(tokens * 1.0005, ratio) - loss(tokens * 0.9995, ratio);
      const { point: byEnd } = criticalRatio(predictor, predictor.atTokens(tokens), constraints);
      const ends = byEnd.kind === 'at' ? byEnd.ratio : 1;
      if (point.ratio < ends - 1e-9) {
        // The peak decides: falling just below the ratio, rising just above it, and above the base.
        expect(slope(point.ratio - 0.01)).toBeLessThan(0);
        expect(slope(point.ratio + 0.01)).toBeGreaterThan(0);
        expect(loss(tokens, point.ratio + 0.01)).toBeGreaterThan(base);
      } else {
        expect(point.ratio).toBeCloseTo(ends, 9);
        expect(loss(tokens, point.ratio)).toBeCloseTo(base + TURNED.nats, 6);
      }
    },
  );

  it('never exceeds what the rise at the end allows, in any draw, and counts none and all', () => {
    const at = predictor.atTokens(3e6);
    const turned = turningPointRatio(predictor, 3e6, constraints);
    const byEnd = criticalRatio(predictor, at, constraints);
    // Both are sorted, so smaller draw by draw is smaller place by place.
    turned.newRun.forEach((ratio, k) => void expect(ratio).toBeLessThanOrEqual(byEnd.newRun[k] + 1e-12));
    expect(turned.newRun).toHaveLength(fit.draws.count);
    const early = turningPointRatio(predictor, fit.pilots.range.tokens[0], constraints);
    for (const ratio of early.newRun) expect(ratio >= 0 && ratio <= 1).toBe(true);
  });

  it('is the end alone where the peak comes early, and all where any end is accepted and nothing rises', () => {
    const generous = [{ evalIndex: general, tolerance: { kind: 'absolute', nats: 1e-9 } as const }];
    const strict = turningPointRatio(predictor, 5e6, generous);
    const byEnd = criticalRatio(predictor, predictor.atTokens(5e6), generous);
    expect(strict.point).toEqual(byEnd.point);
  });
});

describe('where a turning point is not defined', () => {
  it('says why: monotone laws, other schedules, few ratios', () => {
    expect(turningPointProblems(fit, constraints)).toEqual([]);
    const monotone = shipped();
    const members = monotone.evals[general].members;
    members.forEach((member) => {
      member.weight = member.law === 'd-cpt-l3' ? 1 : 0;
    });
    expect(turningPointProblems(monotone, constraints).map(({ message }) => message)).toEqual([
      'The turning point of general is not defined: by d-cpt-l3 its loss moves one way in tokens, whatever the ratio.',
    ]);
    const decaying = shipped();
    decaying.pilots.runs.forEach((run) => {
      run.schedule = 'cosine';
      run.domainRatio = 0.5;
    });
    const codes = turningPointProblems(decaying, constraints).map(({ code }) => code);
    expect(codes).toEqual(['turning-point-undefined', 'turning-point-undefined']);
  });
});

describe('runs one by one', () => {
  it('turn the later the less replay they have, as far as they turn at all', () => {
    const turns = turningPointsOfRuns(fit, general, params);
    expect(turns.map(({ domainRatio }) => domainRatio)).toEqual([0, 0.1, 0.25, 0.5, 0.75, 0.9, 1]);
    const within = turns.flatMap(({ turns: each, longest }) =>
      each.kind === 'at' && each.tokens <= longest ? [each.tokens] : [],
    );
    expect(within.length).toBeGreaterThan(2);
    expect(within).toEqual(within.toSorted((a, b) => a - b));
    for (const { turns: each } of turns)
      if (each.kind === 'at') expect(Number.isFinite(each.tokens)).toBe(true);
    expect(turningPointsOfRuns(fit, general, 7e9)).toEqual([]);
  });
});

describe('R_CMR(T) through critical ratios', () => {
  it.each([
    [0.22524761, 0.26944345, -0.48139982],
    [-2.5368197, -0.42071423, 0.84375368],
  ])('finds a published curve again, either sign of s: %s, %s, %s', (alpha, s, beta) => {
    const points = [5, 8, 12, 16, 20].map((billions) => ({
      tokens: billions * 1e9,
      point: { kind: 'at', ratio: alpha * (billions * 5) ** s + beta } as const,
    }));
    const curve = criticalCurve([...points, { tokens: 1e9, point: { kind: 'none' } }], 4.6e8)!;
    expect(curve.error).toBeLessThan(1e-6);
    expect(curve.s).toBeCloseTo(s, 3);
    expect(curve.beta).toBeCloseTo(beta, 2);
    expect(curve.tokens).toEqual([5e9, 20e9]);
    const at = (tokens: number): number => curve.alpha * (tokens / curve.unitTokens) ** curve.s + curve.beta;
    expect(at(10e9)).toBeCloseTo(alpha * 50 ** s + beta, 6);
  });

  it('is not drawn through three points', () => {
    const points = [1e9, 2e9, 3e9].map((tokens) => ({
      tokens,
      point: { kind: 'at', ratio: tokens / 1e10 } as const,
    }));
    expect(criticalCurve(points, 1e9)).toBeNull();
  });
});
