/** When the following of a run ends, on a clock of its own. */
import { describe, expect, it } from 'vitest';
import { isAnotherDue, makeEnding } from '../../src/watch/ending.ts';

const PLAN = { planned: 1000, cadence: 100, batch: 0 };
const SECOND = 1000;

describe('another evaluation', () => {
  it('is due while one fits before the end at the distance that the run keeps', () => {
    expect(isAnotherDue([], PLAN)).toBe(true);
    expect(isAnotherDue([900], PLAN)).toBe(true);
    expect(isAnotherDue([950], PLAN)).toBe(false);
    expect(isAnotherDue([880, 960], PLAN)).toBe(false);
    expect(isAnotherDue([940, 960], PLAN)).toBe(true);
    expect(isAnotherDue([400, 700], PLAN)).toBe(true);
    expect(isAnotherDue([350, 700], PLAN)).toBe(false);
  });

  it('is due where whole batches end a little behind the plan, and not where that would be a batch more', () => {
    // 16 batches are 1003.2 tokens, and the run is evaluated after every second.
    const batch = 62.7;
    expect(isAnotherDue([12 * batch, 14 * batch], { ...PLAN, batch })).toBe(true);
    expect(isAnotherDue([12 * batch, 14 * batch], PLAN)).toBe(false);
    expect(isAnotherDue([13 * batch, 15 * batch], { ...PLAN, batch })).toBe(false);
  });
});

describe('the end of following', () => {
  /** What is waited for after evaluations that came at some seconds. */
  const waits = (
    came: readonly (readonly [second: number, tokens: readonly number[], isWhole?: boolean])[],
  ) => {
    const ending = makeEnding(PLAN);
    return came.map(([second, tokens, isWhole = true]) => ending.heard(tokens, isWhole, second * SECOND));
  };

  it('is at once with a whole evaluation at the end of the plan', () => {
    expect(
      waits([
        [0, [100, 200]],
        [60, [100, 200, 990]],
      ]),
    ).toEqual([undefined, 0]);
  });

  it('is in the silence after the last that fits, twice as long as evaluations came apart', () => {
    const regular = [320, 640, 960];
    expect(
      waits([
        [0, regular.slice(0, 1)],
        [300, regular.slice(0, 2)],
        [600, regular],
      ]),
    ).toEqual([undefined, undefined, 600 * SECOND]);
    expect(waits([[0, regular]])).toEqual([10 * SECOND]);
    expect(
      waits([
        [0, regular],
        [100, [...regular, 1000]],
      ]),
    ).toEqual([10 * SECOND, 0]);
  });

  it('waits for the sets that the last evaluation lacks, and not for ever', () => {
    expect(
      waits([
        [0, [900]],
        [50, [900, 1000], false],
        [51, [900, 1000]],
      ]),
    ).toEqual([undefined, 100 * SECOND, 0]);
  });

  it('goes on where a job went back to a checkpoint', () => {
    expect(
      waits([
        [0, [320, 640]],
        [10, [320, 640, 960]],
        [20, [320]],
      ]),
    ).toEqual([undefined, 20 * SECOND, undefined]);
  });
});
