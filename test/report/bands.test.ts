import { describe, expect, it } from 'vitest';
import { reportOf } from './plans.ts';

describe('the band of new runs', () => {
  it.each(['far', 'near', 'curve'] as const)(
    'holds that of the curves at every ratio of the %s plan',
    async (name) => {
      const { ratios } = (await reportOf(name)).levers!.evidence;
      const points = ratios.curves.flatMap(({ points }) => points);
      expect(points.length).toBeGreaterThan(80);
      expect(points.filter(({ newRun, mean }) => newRun![0] > mean![0] || newRun![1] < mean![1])).toEqual([]);
    },
    60_000,
  );

  it('is the interval that the plan tells at its own ratio, where the base is measured', async () => {
    const { plan, evidence } = (await reportOf('near')).levers!;
    for (const { set, points } of evidence.ratios.curves) {
      const at = points.findIndex(({ ratio }) => ratio >= evidence.ratios.planned);
      const told = plan.predicted[set].end.interval!.map((loss) => loss / plan.base[set].loss - 1);
      for (const end of [0, 1] as const) {
        const [before, after] = [points[at - 1].newRun![end], points[at].newRun![end]];
        expect(told[end]).toBeGreaterThanOrEqual(Math.min(before, after));
        expect(told[end]).toBeLessThanOrEqual(Math.max(before, after));
      }
    }
  }, 60_000);
});
