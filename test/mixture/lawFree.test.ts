/** The law-free answer on the pilots that ship, against the measurements themselves. */
import { beforeAll, expect, it } from 'vitest';
import type { FitDocument } from '../../src/documents/fit.ts';
import { fitRuns } from '../../src/fit/fitRuns.ts';
import { changeDomain, changeGeneral } from '../../src/laws/change.ts';
import { lawFreeAnswer } from '../../src/mixture/lawFree.ts';
import { OPTIONS, shippedPilots } from '../fit/data.ts';

let fit: FitDocument;
beforeAll(async () => {
  // Which laws were fitted does not matter here.
  fit = fitRuns(await shippedPilots(), { ...OPTIONS, laws: [changeGeneral, changeDomain], draws: 0 });
});

const answer = (share: number) =>
  lawFreeAnswer(fit, [{ evalIndex: 0, tolerance: { kind: 'relative', share } }]);

/** Mean rise over the base, share of it, over the last three evaluations of the largest model's runs, by ratio. */
function measuredRises(): Map<number, number> {
  const { runs, bases, observations } = fit.pilots;
  const largest = Math.max(...runs.map(({ params }) => params));
  return new Map(
    runs.flatMap((run, index): [number, number][] => {
      if (run.params !== largest) return [];
      const losses = observations.loss.general.filter((_, row) => observations.run[row] === index).slice(-3);
      const mean = losses.reduce<number>((sum, loss) => sum + loss!, 0) / losses.length;
      return [[run.domainRatio, mean / bases[run.base].loss.general! - 1]];
    }),
  );
}

it('lies between two measured ratios, one within the tolerance and one beyond', () => {
  const rises = measuredRises();
  const ratios = [...rises.keys()].sort((a, b) => a - b);
  expect(ratios).toHaveLength(7);
  for (const tolerance of [0.02, 0.03, 0.05]) {
    const { params, tokens, critical, between } = answer(tolerance);
    expect(params).toBe(332928);
    expect(tokens).toBe(fit.pilots.range.tokens[1]);
    if (critical.kind !== 'at' || between === null) throw new Error(`no crossing at ${tolerance}`);
    const [low, high] = between;
    expect(ratios.indexOf(high)).toBe(ratios.indexOf(low) + 1);
    expect(rises.get(low)).toBeLessThanOrEqual(tolerance);
    expect(rises.get(high)).toBeGreaterThan(tolerance);
    expect(critical.ratio).toBeGreaterThanOrEqual(low);
    expect(critical.ratio).toBeLessThan(high);
  }
});

it('is all beyond the highest rise, and none below that of the lowest ratio', () => {
  const rises = [...measuredRises().values()];
  expect(answer(Math.max(...rises) + 1e-6)).toMatchObject({ critical: { kind: 'all' }, between: null });
  expect(answer(measuredRises().get(0)! - 1e-6)).toMatchObject({ critical: { kind: 'none' }, between: null });
});

it('grows with the tolerance', () => {
  const ratios = [0.015, 0.02, 0.03, 0.04, 0.06].map((share) => {
    const { critical } = answer(share);
    return critical.kind === 'at' ? critical.ratio : critical.kind === 'none' ? 0 : 1;
  });
  expect(ratios).toEqual(ratios.toSorted((a, b) => a - b));
});

it('takes the tighter of two tolerances', () => {
  const both = lawFreeAnswer(fit, [
    { evalIndex: 0, tolerance: { kind: 'relative', share: 0.05 } },
    { evalIndex: 0, tolerance: { kind: 'relative', share: 0.02 } },
  ]);
  expect(both).toEqual(answer(0.02));
});
