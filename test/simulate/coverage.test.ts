/** How often intervals hold, in the small; the whole is `npm run coverage`. */
import { beforeAll, describe, expect, it } from 'vitest';
import { runStudy, STUDY_DESIGNS, type StudyRecord } from '../../src/simulate/coverage.ts';
import { summarise } from '../../src/simulate/summary.ts';

const FIVE_PILOTS = STUDY_DESIGNS.find(({ id }) => id === 3)!;
const STUDIES = 24;
const DRAWS = 100;

describe('coverage studies of five pilots', () => {
  let records: StudyRecord[];
  beforeAll(() => {
    records = Array.from({ length: STUDIES }, (_, study) => runStudy(FIVE_PILOTS, study, 11, DRAWS));
  }, 120_000);

  it('are the same whenever they are run, whatever was run before', () => {
    expect(runStudy(FIVE_PILOTS, 17, 11, DRAWS)).toEqual(records[17]);
    expect(runStudy(FIVE_PILOTS, 17, 12, DRAWS)).not.toEqual(records[17]);
  });

  it('ask about losses and critical ratio, of a new run and of the mean, in intervals that nest', () => {
    const complete = records.filter(({ asked }) => Object.keys(asked).length > 0);
    expect(complete.length).toBeGreaterThan(0.8 * STUDIES);
    for (const { asked } of complete) {
      expect(Object.keys(asked).sort()).toEqual([
        'critical, mean',
        'critical, new run',
        'domain, mean',
        'domain, new run',
        'general, mean',
        'general, new run',
      ]);
      for (const { intervals } of Object.values(asked)) {
        for (const level of [1, 2]) {
          expect(intervals[level][0]).toBeLessThanOrEqual(intervals[level - 1][0]);
          expect(intervals[level][1]).toBeGreaterThanOrEqual(intervals[level - 1][1]);
        }
      }
    }
  });

  it('find the new run inside its 90% interval, as often as so few studies can tell', () => {
    // Of 24 studies at 90%, 21.6 hold with a standard deviation of 1.5: fewer than 17 (70%) has a chance of 1 in 300.
    const { rows } = summarise(records, 3);
    for (const quantity of ['general, new run', 'domain, new run', 'critical, new run']) {
      const row = rows.find((each) => each.quantity === quantity)!;
      expect(row.coverage[2], quantity).toBeGreaterThanOrEqual(0.7);
      expect(row.coverage[0], quantity).toBeLessThan(1);
    }
  });
});
