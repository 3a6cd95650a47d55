import { describe, expect, it } from 'vitest';
import type { Asked, StudyRecord } from '../../src/simulate/coverage.ts';
import { summarise } from '../../src/simulate/summary.ts';

/** Asked about a truth with the intervals 0.4..0.6, 0.3..0.7 and 0.2..0.8 at 50, 80 and 90%. */
const asked = (truth: number): Asked => ({
  truth,
  point: 0.5,
  intervals: [
    [0.4, 0.6],
    [0.3, 0.7],
    [0.2, 0.8],
  ],
});

const record = (study: number, change: Partial<StudyRecord> = {}): StudyRecord => ({
  design: 1,
  study,
  truth: 'toy',
  asked: { 'general, new run': asked(0.5) },
  warnings: [],
  ...change,
});

const of = (truth: number, change: Partial<StudyRecord> = {}) =>
  record(0, { asked: { 'general, new run': asked(truth) }, ...change });

describe('a summary of studies', () => {
  it('counts the intervals that hold the truth, at each level', () => {
    const { rows } = summarise(
      [0.5, 0.59, 0.69, 0.79, 0.9].map((truth) => of(truth)),
      1,
    );
    expect(rows).toHaveLength(1);
    expect(rows[0].quantity).toBe('general, new run');
    expect(rows[0].coverage).toEqual([0.4, 0.6, 0.8]);
    expect(rows[0].studies).toBe(5);
    expect(rows[0].width).toBeCloseTo(0.6, 12);
  });

  it('scores by width, and 20 times what a miss is off', () => {
    // Width 0.6; a truth of 0.85 is missed by 0.05, one of 0.1 by 0.1.
    expect(summarise([of(0.5)], 1).rows[0].score).toBeCloseTo(0.6, 12);
    expect(summarise([of(0.85)], 1).rows[0].score).toBeCloseTo(1.6, 12);
    expect(summarise([of(0.5), of(0.1)], 1).rows[0].score).toBeCloseTo((0.6 + 2.6) / 2, 12);
  });

  it('takes no rounding of the truth for a miss', () => {
    expect(summarise([of(0.80005)], 1).rows[0].coverage).toEqual([0, 0, 1]);
    expect(summarise([of(0.8002)], 1).rows[0].coverage).toEqual([0, 0, 0]);
  });

  it('knows each quantity by name, and leaves other designs out', () => {
    const both = record(0, { asked: { 'domain, mean': asked(0.9), 'general, new run': asked(0.5) } });
    const { rows, studies } = summarise([both, record(1, { design: 2 })], 1);
    expect(studies).toBe(1);
    expect(rows.map(({ quantity, coverage }) => [quantity, coverage[2]])).toEqual([
      ['domain, mean', 0],
      ['general, new run', 1],
    ]);
  });

  it('counts refusals, which have no part in coverage, and promises kept', () => {
    const summary = summarise(
      [
        record(0, { kept: true }),
        record(1, { kept: true }),
        record(2, { kept: false }),
        record(3, { refused: 'infeasible' }),
        record(4, { refused: 'no-law-fits', asked: {} }),
      ],
      1,
    );
    expect(summary.refused).toBeCloseTo(0.4, 12);
    expect([summary.planned, summary.kept]).toEqual([3, 2 / 3]);
    expect(summary.rows[0].studies).toBe(4);
    expect(summarise([record(0, { refused: 'infeasible' })], 1).kept).toBeNaN();
  });

  it('says how many far misses were warned of, distance alone being no warning', () => {
    const warned = { warnings: ['law-drifts'] };
    const summary = summarise(
      [
        // Missed by more than half of 0.6:
        of(1.2, warned),
        of(1.2),
        of(1.2, { warnings: ['far-extrapolation'] }),
        // Missed by less, so neither a far miss nor covered:
        of(0.9, warned),
        of(0.5, warned),
        of(0.5),
        of(0.5),
        of(0.5, { warnings: ['far-extrapolation'] }),
      ],
      1,
    );
    expect(summary.misses).toBe(3);
    expect(summary.warnedMisses).toBeCloseTo(1 / 3, 12);
    expect(summary.warnedCovered).toBeCloseTo(1 / 4, 12);
  });

  it('does not count misses of the mean curve, which no run follows', () => {
    const mean = record(0, { asked: { 'general, mean': asked(1.2), 'general, new run': asked(0.5) } });
    expect(summarise([mean], 1).misses).toBe(0);
  });
});
