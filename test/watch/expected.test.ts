/** What a plan expects of its run, and what it would do with the rest of it. */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FitDocument } from '../../src/documents/fit.ts';
import type { PlanDocument } from '../../src/documents/plan.ts';
import { type Expected, expectedFromFit, expectedFromPlan } from '../../src/watch/expected.ts';
import { centralInterval, momentsOf, shareBelow } from '../../src/watch/mixture.ts';
import { replan } from '../../src/watch/replan.ts';
import { makeTracker } from '../../src/watch/track.ts';
import { fitPath } from '../cli/pilots.ts';
import { cadence, PARAMS, planFor, someDraws } from './runs.ts';

const TOKENS = 5e6;
let fit: FitDocument;
let plan: PlanDocument;
let expected: Expected;
beforeAll(async () => {
  fit = JSON.parse(await readFile(fitPath, 'utf8')) as FitDocument;
  plan = planFor(fit, TOKENS);
  expected = expectedFromFit(plan, fit);
});

const named = (of: Expected, name: string) => of.sets.find((set) => set.name === name)!;

describe('what is expected of a run', () => {
  it('is what the plan predicts: its path, its interval, and the chance of keeping its tolerance', () => {
    for (const set of expected.sets) {
      const { end, path } = plan.predicted[set.name];
      for (const { tokens, loss } of path) expect(set.at(tokens).point).toBeCloseTo(loss, 12);
      const prior = makeTracker(set, TOKENS).prior(TOKENS);
      const [low, high] = centralInterval(prior, plan.level);
      const width = end.interval![1] - end.interval![0];
      // The plan has one random number a draw for the noise of a new run; here all of it is in the mixture.
      expect(Math.abs(low - end.interval![0])).toBeLessThan(0.07 * width);
      expect(Math.abs(high - end.interval![1])).toBeLessThan(0.07 * width);
    }
    const general = named(expected, 'general');
    const within = shareBelow(makeTracker(general, TOKENS).prior(TOKENS), general.limit!);
    expect(Math.abs(within - plan.within!)).toBeLessThan(0.03);
  });

  it('sets the first stretch aside as in pilots: twice the warm-up, and 5% of the run at least', () => {
    const { warmupTokens } = plan.runs[0].schedule;
    expect(expected.judgedFrom).toBe(Math.max(2 * warmupTokens!, 0.05 * TOKENS));
    const [run] = plan.runs;
    const unknown = { ...plan, runs: [{ ...run, schedule: { ...run.schedule, warmupTokens: null } }] };
    expect(expectedFromFit(unknown, fit).judgedFrom).toBe(0.05 * TOKENS);
  });

  it('brings an offset of its own for a base that was not piloted', () => {
    const { run, base } = fit.evals[0].noise;
    expect(named(expected, 'general').noise.offset).toBe(run);
    const other = { ...plan, model: { ...plan.model, params: 2 * PARAMS } };
    expect(named(expectedFromFit(other, fit), 'general').noise.offset).toBeCloseTo(Math.hypot(run, base), 15);
  });

  it('counts from the base loss that the run reports where the plan assumed one, and only there', () => {
    const assumed = { ...plan.base.general, source: 'assumed' as const, sd: 0.02 };
    const guess = { ...plan, base: { ...plan.base, general: assumed } };
    const measured = { general: plan.base.general.loss + 0.05 };
    const end = (of: Expected): number => named(of, 'general').at(TOKENS).point;
    expect(end(expectedFromFit(guess, fit, measured)) - end(expectedFromFit(guess, fit))).toBeCloseTo(
      0.05,
      12,
    );
    const sure = named(expectedFromFit(guess, fit, measured), 'general').limit!;
    expect(new Set(sure)).toEqual(new Set([measured.general * 1.03]));
    expect(end(expectedFromFit(plan, fit, measured))).toBe(end(expected));
  });

  it('is one path, taken for certain, of a fit without draws', () => {
    const none = {
      ...fit,
      draws: { ...fit.draws, count: 0, evals: fit.evals.map(() => ({ member: [], parameters: [] })) },
    };
    const set = named(expectedFromFit(plan, none), 'general');
    expect([...set.at(TOKENS).draws]).toEqual([set.at(TOKENS).point]);
    expect([...set.limit!]).toEqual([plan.base.general.loss * 1.03]);
  });

  it('is about the same without the fit', () => {
    const alone = expectedFromPlan(plan);
    expect(alone.sets.map(({ name, role }) => [name, role])).toEqual(
      expected.sets.map(({ name, role }) => [name, role]),
    );
    for (const { name } of expected.sets) {
      const [a, b] = [named(expected, name), named(alone, name)];
      for (const tokens of [0.1 * TOKENS, 0.4 * TOKENS, TOKENS]) {
        const [of, by] = [a, b].map((set) => momentsOf(makeTracker(set, TOKENS).prior(tokens)));
        expect(Math.abs(by.mean - of.mean), name).toBeLessThan(0.2 * of.sd);
        expect(by.sd / of.sd, name).toBeGreaterThan(0.85);
        expect(by.sd / of.sd, name).toBeLessThan(1.15);
      }
    }
  });
});

describe('the domain ratio for the rest of a run', () => {
  /** A run that lies a share above the middle of what is expected, up to some tokens. */
  const watched = (off: number, until: number) =>
    expected.sets.map((whole) => {
      const set = someDraws(whole, (draw) => draw % 5 === 0);
      // The mixtures of other ratios come with all draws of the fit.
      const atRatios: typeof set.atRatios = (tokens, ratios) =>
        whole.atRatios(tokens, ratios).map(({ point, draws }) => ({
          point,
          draws: draws.filter((_, draw) => draw % 5 === 0),
        }));
      const tracker = makeTracker(set, TOKENS);
      for (const tokens of cadence(expected).filter((each) => each <= until))
        tracker.observe(tokens, set.at(tokens).point * (1 + (set.name === 'general' ? off : 0)));
      return { set: { ...set, atRatios }, tracker };
    });

  it('is that of the plan where nothing is wrong: it has the chance that the run has now', () => {
    const tracked = watched(0, 0.5 * TOKENS);
    const general = tracked.find(({ set }) => set.name === 'general')!;
    const ahead = general.tracker.ahead(TOKENS);
    const now = shareBelow(
      ahead,
      Float64Array.from(ahead.draw, (k) => general.set.limit![k]),
    );
    const same = replan({ ...expected, confidence: now }, tracked, 0.5 * TOKENS);
    expect(same.byShare.ratio).toBeCloseTo(expected.domainRatio, 2);
    expect(same.byIncrements.ratio).toBeCloseTo(expected.domainRatio, 1);
  });

  it('is lower for a run that is above its path, lower still the later it is asked, and none in the end', () => {
    const asked = [0.2, 0.5, 0.8].map((part) =>
      replan(expected, watched(0.006, part * TOKENS), part * TOKENS),
    );
    const ratios = asked.map(({ byShare }) => byShare.ratio ?? -1);
    expect(ratios[0]).toBeLessThan(expected.domainRatio);
    expect(ratios[1]).toBeLessThan(ratios[0]);
    expect(ratios[2]).toBeLessThan(ratios[1]);
    const late = replan(expected, watched(0.02, 0.9 * TOKENS), 0.9 * TOKENS);
    expect(late.byShare.ratio).toBeNull();
    expect(late.byShare.within).toBeLessThan(0.9);
    for (const { byShare, byIncrements } of asked) {
      if (byShare.ratio !== null) expect(byShare.within).toBeGreaterThanOrEqual(0.9);
      // Where nothing comes back there is less to be gained.
      expect(byIncrements.ratio ?? -1).toBeLessThanOrEqual(byShare.ratio ?? -1);
    }
  });
});
