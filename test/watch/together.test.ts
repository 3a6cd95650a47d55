/** Chances of several tolerances at once, against sampling and against the plan. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FitDocument } from '../../src/documents/fit.ts';
import { stream } from '../../src/stats/streams.ts';
import { tolerance } from '../../src/units/tolerance.ts';
import { expectedFromFit } from '../../src/watch/expected.ts';
import { chanceOf, chanceOfAll, effectiveDraws, type Goal } from '../../src/watch/together.ts';
import { makeWatcher } from '../../src/watch/watch.ts';
import { planFor } from './runs.ts';

/** One normal a draw. */
const goal = (weight: readonly number[], mean: readonly number[], limit: readonly number[]): Goal => ({
  ahead: {
    draw: Int32Array.from(mean.keys()),
    weight: Float64Array.from(weight),
    mean: Float64Array.from(mean),
    sd: Float64Array.from(mean, () => 0.1),
  },
  limit: Float64Array.from(limit),
});

describe('the chance that several tolerances are kept', () => {
  const [low, high] = [1, 3];
  const even = [0.5, 0.5];

  it('is not that of independent ones where the same draws keep both, or never both', () => {
    const one = goal(even, [low, high], [2, 2]);
    const opposite = goal(even, [high, low], [2, 2]);
    expect(chanceOf(one)).toBeCloseTo(0.5, 12);
    expect(chanceOfAll([one, one], true)).toBeCloseTo(0.5, 12);
    expect(chanceOfAll([one, opposite], true)).toBeCloseTo(0, 12);
    for (const other of [one, opposite]) expect(chanceOfAll([one, other], false)).toBeCloseTo(0.25, 12);
    expect(chanceOfAll([one], true)).toBe(chanceOf(one));
    expect(chanceOfAll([], true)).toBeNull();
  });

  it('has what each set told of the draws in it', () => {
    const told = goal([0.9, 0.1], [low, high], [2, 2]);
    expect(chanceOfAll([told, told], true)).toBeCloseTo(0.81 / 0.82, 12);
    expect(effectiveDraws([told.ahead, told.ahead], 2)).toBeCloseTo(0.82 ** 2 / (0.81 ** 2 + 0.01 ** 2), 12);
    const contradicted = goal([0, 1], [low, high], [2, 4]);
    const certain = goal([1, 0], [low, high], [2, 2]);
    expect(chanceOfAll([certain, contradicted], true)).toBeCloseTo(1, 12);
  });

  it('is what comes of drawing a draw, and then each set by itself', () => {
    const numbers = stream(7, 'draws, then sets');
    const means = Array.from({ length: 20 }, () => 2 + 0.15 * numbers.normal());
    const goals = [1, 2, 3].map(() =>
      goal(
        means.map(() => 1 / 20),
        means.map((mean) => mean + 0.02 * numbers.normal()),
        means.map(() => 2.05),
      ),
    );
    const times = 40_000;
    let kept = 0;
    for (let i = 0; i < times; i++) {
      const k = numbers.below(20);
      const all = goals.every(
        ({ ahead, limit }) => ahead.mean[k] + ahead.sd[k] * numbers.normal() <= limit[k],
      );
      if (all) kept++;
    }
    const chance = chanceOfAll(goals, true)!;
    expect(Math.abs(kept / times - chance)).toBeLessThan(4 * Math.sqrt((chance * (1 - chance)) / times));
    expect(chance).toBeGreaterThan(chanceOfAll(goals, false)! + 0.05);
  });

  it('is that of the plan before anything is seen, where a plan has two', () => {
    const shipped = JSON.parse(
      readFileSync(new URL('../../fits/pilots-kernel-c.fit.json', import.meta.url), 'utf8'),
    ) as FitDocument;
    const fit = withTwin(shipped);
    const plan = planFor(fit, 5e6, undefined, [
      { evalIndex: 0, tolerance: tolerance.parse('3%') },
      { evalIndex: 2, tolerance: tolerance.parse('3%') },
    ]);
    const watcher = makeWatcher(expectedFromFit(plan, fit), ['general', 'twin', 'domain']);
    const verdict = watcher.verdict({ plan: 'plan.json', run: 'run', problems: [] });
    const { general, twin } = verdict.sets;
    expect(Math.abs(verdict.within!.before - plan.within!)).toBeLessThan(0.015);
    expect(verdict.within!.before).toBeGreaterThan(general.within! * twin.within! + 0.05);
  });
});

/** The fit with its general set a second time under another name, and runs that hardly scatter about the curves of a draw. */
function withTwin(fit: FitDocument): FitDocument {
  const { pilots, evals, draws } = fit;
  const { observations, bases } = pilots;
  return {
    ...fit,
    pilots: {
      ...pilots,
      bases: bases.map((base) => ({ ...base, loss: { ...base.loss, twin: base.loss.general } })),
      observations: { ...observations, loss: { ...observations.loss, twin: observations.loss.general } },
    },
    evals: [...evals, { ...evals[0], name: 'twin' }].map((set) => ({
      ...set,
      noise: { ...set.noise, evaluation: 1e-4, run: 1e-4, base: 0 },
    })),
    draws: { ...draws, evals: [...draws.evals, draws.evals[0]] },
  };
}
