/** What a set of coverage studies shows. */
import type { Asked, StudyRecord } from './coverage.ts';

export interface CoverageRow {
  readonly quantity: string;
  readonly studies: number;
  /** Share of studies whose interval held the truth, at 50, 80 and 90%. */
  readonly coverage: readonly number[];
  /** Mean interval score at 90% (Gneiting and Raftery 2007): width plus 20 × the distance by which it was missed. */
  readonly score: number;
  /** Median width at 90%. */
  readonly width: number;
}

export interface DesignSummary {
  readonly design: number;
  readonly studies: number;
  /** Share of studies in which no ratio was planned, though one exists. */
  readonly refused: number;
  /** Share of the planned ratios at which the new run kept the tolerance; NaN where none was planned. */
  readonly kept: number;
  readonly planned: number;
  readonly rows: readonly CoverageRow[];
  /** Of the misses of a new run by more than half an interval, the share that carried a warning. */
  readonly warnedMisses: number;
  readonly misses: number;
  /** Of the studies that missed nothing, the share that carried a warning all the same. */
  readonly warnedCovered: number;
}

const NINETY = 2;

export function summarise(records: readonly StudyRecord[], design: number): DesignSummary {
  const mine = records.filter((each) => each.design === design);
  const asked = mine.filter((each) => Object.keys(each.asked).length > 0);
  const quantities = [...new Set(asked.flatMap((each) => Object.keys(each.asked)))].sort();
  const planned = mine.filter(({ kept }) => kept !== undefined);
  const misses = asked.filter((each) =>
    newRuns(each).some((question) => missedBy(question) > 0.5 * width(question)),
  );
  const covered = asked.filter((each) => newRuns(each).every((question) => missedBy(question) === 0));
  return {
    design,
    studies: mine.length,
    refused: share(mine, ({ refused }) => refused !== undefined),
    kept: share(planned, ({ kept }) => kept === true),
    planned: planned.length,
    rows: quantities.map((quantity) => {
      const questions = asked.map((each) => each.asked[quantity]);
      return {
        quantity,
        studies: questions.length,
        coverage: questions[0].intervals.map((_, level) =>
          share(questions, (question) => missedBy(question, level) === 0),
        ),
        score: mean(questions.map((question) => width(question) + 20 * missedBy(question))),
        width: median(questions.map(width)),
      };
    }),
    warnedMisses: share(misses, warned),
    misses: misses.length,
    warnedCovered: share(covered, warned),
  };
}

function newRuns({ asked }: StudyRecord): Asked[] {
  return Object.entries(asked).flatMap(([quantity, question]) =>
    quantity.endsWith('new run') ? [question] : [],
  );
}

/** Rounding of a critical ratio's interpolation is no miss. */
const DUST = 1e-4;

function missedBy({ truth, intervals }: Asked, level = NINETY): number {
  const [low, high] = intervals[level];
  const by = Math.max(low - truth, truth - high, 0);
  return by <= DUST ? 0 : by;
}

function width({ intervals }: Asked): number {
  return intervals[NINETY][1] - intervals[NINETY][0];
}

function warned({ warnings }: StudyRecord): boolean {
  // Distance is warned of whatever the pilots show; it cannot tell a good fit from a bad one.
  return warnings.some((code) => code !== 'far-extrapolation');
}

function share<T>(items: readonly T[], holds: (item: T) => boolean): number {
  return items.length === 0 ? Number.NaN : items.filter(holds).length / items.length;
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
