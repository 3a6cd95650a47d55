import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { criticalRatioChart } from '../../src/charts/criticalRatio.ts';
import type { PlanDocument } from '../../src/documents/plan.ts';
import { answerSentence, caveatsOf, figuresOf } from '../../src/explain/report.ts';
import { planReport } from '../../src/report/parts.ts';
import { chartsOf, planFile, reportOf, shippedFit, watchedOf } from './plans.ts';

let far: PlanDocument;
let curve: PlanDocument;
beforeAll(async () => {
  far = JSON.parse(readFileSync(await planFile('far'), 'utf8')) as PlanDocument;
  curve = JSON.parse(readFileSync(await planFile('curve'), 'utf8')) as PlanDocument;
}, 60_000);

describe('what must be known with the answer', () => {
  it('tells what the command line tells beside the recommendation, with what to do', () => {
    const repeated = {
      code: 'many-epochs',
      severity: 'warning' as const,
      message: 'The plan sees the domain corpus 6.4 times.',
      hint: 'Add domain text.',
    };
    expect(caveatsOf({ ...curve, problems: [repeated] })).toEqual([
      'The plan sees the domain corpus 6.4 times. Add domain text.',
    ]);
    expect(caveatsOf({ ...curve, problems: [] })).toEqual([]);
  });

  it('begins with laws that no line between the pilots is worse than', () => {
    const outOfSample = { ...curve.outOfSample, general: { law: 0.014, lawFree: 0.012 } };
    expect(caveatsOf({ ...curve, outOfSample, problems: [] })).toEqual([
      expect.stringContaining('No law beats a line between the pilots at ratios left out: general'),
    ]);
  });

  it('is one sentence for assumed base losses, and names a published curve as one', async () => {
    expect((await reportOf('far')).caveats).toHaveLength(1);
    expect((await reportOf('published')).caveats).toEqual([expect.stringContaining('published curve')]);
  });

  it('begins with the verdict on a run that is off course, and holds none of one that is on it', async () => {
    const [off, on] = [await watchedOf('near', 0.6, 0.03), await watchedOf('near', 0.6)];
    const near = JSON.parse(readFileSync(await planFile('near'), 'utf8')) as PlanDocument;
    const before = planReport(near, shippedFit()).caveats;
    expect(planReport(near, shippedFit(), off).caveats[0]).toMatch(/^Unexpected: /);
    expect(planReport(near, shippedFit(), on).caveats).toEqual(before);
  }, 60_000);
});

describe('the answer and its figures', () => {
  it('tell the definition that was asked for', () => {
    const turning = { ...far, critical: { ...far.critical, definition: 'turning-point' as const } };
    expect(answerSentence(turning)).toContain('which ends general loss rising and keeps general within 3%');
    expect(answerSentence(far)).not.toContain('rising');
  });

  it('have the cost in large type and its band beside the unit', () => {
    const budget = { ...far.budget, gpuHours: null, flop: { value: 1.5e13, low: 1.13e13, high: 1.88e13 } };
    expect(figuresOf({ ...far, budget }).at(-1)).toEqual({
      name: 'Cost',
      value: '1.50e13',
      detail: 'FLOP [1.13e13, 1.88e13]',
    });
    expect(figuresOf(far).at(-1)).toEqual({ name: 'Cost', value: '0.25', detail: 'GPU-hours' });
  });
});

describe('sets', () => {
  it('are told in the order of the run, the general ones first', async () => {
    const part = (await reportOf('far')).parts.find(({ id }) => id === 'how-sure')!;
    expect(Object.keys(far.predicted)).toEqual(['domain', 'general']);
    expect(part.sections[0].table!.rows.map(([set]) => set)).toEqual(['general', 'domain']);
  });
});

describe('titles', () => {
  it('name the budgets that they compare', async () => {
    const chart = chartsOf(await reportOf('curve')).find(({ id }) => id === 'budget')!;
    const [, less, all, loss, best] =
      /^(\S+) GPU-hours in place of (\S+) cost \S+ of domain loss: (\S+), not (\S+)$/.exec(chart.title)!;
    const amounts = curve.frontier!.map(({ budget, choice }) => [budget.amount, choice!.domainLoss] as const);
    const near = (text: string) => amounts.find(([amount]) => Math.abs(amount / Number(text) - 1) < 0.01)!;
    expect(near(less)[1].toFixed(3)).toBe(loss);
    expect(near(all)[1].toFixed(3)).toBe(best);
  });

  it('tell a turn of the safe ratio', () => {
    const titleOf = (safe: readonly number[]): string =>
      criticalRatioChart({
        along: 'tokens',
        level: 0.9,
        confidence: 0.9,
        searched: [0, 1],
        params: 1e6,
        tokens: 4e6,
        pilots: [1e6, 4e6],
        accepted: 'general within 3% of its base',
        points: safe.map((each, i) => ({
          at: (i + 1) * 1e6,
          value: each + 0.05,
          safe: each,
          newRun: [each, each + 0.1] as const,
          mean: [each + 0.04, each + 0.06] as const,
          extrapolated: false,
        })),
        planned: { at: 4e6, ratio: safe[safe.length - 1] },
      }).title;
    expect(titleOf([0.25, 0.2, 0.3, 0.4])).toContain('falls from 0.250 to 0.200, then rises to 0.400');
    expect(titleOf([0.25, 0.5, 0.45, 0.4])).toContain('rises from 0.250 to 0.500, then falls to 0.400');
    expect(titleOf([0.25, 0.245, 0.3, 0.4])).toContain('rises from 0.250 to 0.400');
    expect(titleOf([0.25, 0.251, 0.252, 0.252])).toContain('stays at 0.252');
  });

  it('of charts against size tell the size of the plan once', async () => {
    const chart = chartsOf(await reportOf('curve')).find(({ id }) => id === 'critical-against-size')!;
    expect(chart.description.match(/333k params/g)).toHaveLength(2);
  });
});
