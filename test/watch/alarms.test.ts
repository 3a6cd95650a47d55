/** How often a run that does what was predicted is called unexpected, and how soon one that does not. */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FitDocument } from '../../src/documents/fit.ts';
import type { PlanDocument } from '../../src/documents/plan.ts';
import { FALSE_ALARMS } from '../../src/watch/alarm.ts';
import { expectedFromFit, expectedFromPlan } from '../../src/watch/expected.ts';
import { fitPath } from '../cli/pilots.ts';
import { planFor, shareBy, studyOf, type WatchStudy, watchRuns, withEvaluationNoise } from './runs.ts';

const TOKENS = 5e6;
/** Every fifth of the draws that no run lies on: watching with all of them only takes longer. */
const EVERY = 5;

let plan: PlanDocument;
let study: WatchStudy;
beforeAll(async () => {
  const shipped = JSON.parse(await readFile(fitPath, 'utf8')) as FitDocument;
  const fit = withEvaluationNoise(shipped, 0.002);
  plan = planFor(fit, TOKENS);
  study = studyOf(expectedFromFit(plan, fit), EVERY);
});

describe('1,000 runs drawn from the prediction of a plan', () => {
  it('are called unexpected at most as often as is said, looked at after every evaluation', () => {
    const alarms = watchRuns(study, 1000, 11);
    expect(study.times.length).toBeGreaterThan(40);
    expect(shareBy(alarms, TOKENS)).toBeLessThanOrEqual(FALSE_ALARMS);
  }, 600_000);

  it('are so without the fit too, by the path and the intervals of the plan', () => {
    const alone = expectedFromPlan(plan).sets;
    const watching = study.truth.map(({ name }) => alone.find((set) => set.name === name)!);
    expect(shareBy(watchRuns({ ...study, watching }, 300, 12), TOKENS)).toBeLessThanOrEqual(FALSE_ALARMS);
  }, 600_000);
});

describe('a run that leaves its prediction', () => {
  const stepAt =
    (share: number, size: number) =>
    (set: string) =>
    (tokens: number): number =>
      set === 'general' && tokens >= share * TOKENS ? size : 0;

  it('is caught before 30% of the tokens in four of five cases, for +2% at 10%', () => {
    const { end, noise } = plan.predicted.general;
    expect(noise.evaluation).toBe(0.002);
    expect((end.interval![1] - end.interval![0]) / 2 / end.loss).toBeLessThanOrEqual(0.01);
    const alarms = watchRuns(study, 200, 13, stepAt(0.1, 0.02));
    const general = study.truth.map(({ name }) => name).indexOf('general');
    expect(general).toBeGreaterThanOrEqual(0);
    expect(shareBy(alarms, 0.3 * TOKENS)).toBeGreaterThanOrEqual(0.8);
  }, 300_000);

  it('is caught within a tenth of the run once it follows its path, for +1% and for −1% at half of the tokens', () => {
    for (const size of [0.01, -0.01]) {
      const alarms = watchRuns(study, 60, 14, stepAt(0.5, size));
      expect(shareBy(alarms, 0.6 * TOKENS) - shareBy(alarms, 0.49 * TOKENS), `${size}`).toBeGreaterThan(0.8);
    }
  }, 300_000);

  it('is not caught by a single wild evaluation', () => {
    const [at] = study.times.filter((tokens) => tokens >= 0.5 * TOKENS);
    const alarms = watchRuns(
      study,
      60,
      15,
      (set) => (tokens) => (set === 'general' && tokens === at ? 0.05 : 0),
    );
    expect(shareBy(alarms, at)).toBeLessThanOrEqual(FALSE_ALARMS);
  }, 300_000);
});
