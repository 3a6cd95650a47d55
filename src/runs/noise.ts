/** How noisy losses are, measured without any law: between neighbouring evaluations, and between repeats. */
import { median, NORMAL_CONSISTENCY } from '../stats/robust.ts';
import { groupBy } from './order.ts';
import type { Runs } from './runs.ts';

export interface EvaluationNoise {
  /** Standard deviation of one evaluation about a smooth curve, in the unit of the set; NaN = cannot be told. */
  readonly sd: number;
  /** Number of evaluations that have a neighbour on both sides. */
  readonly points: number;
}

/**
 * Scatter of single evaluations: each is compared with the straight line between its neighbours in the same run,
 * and scaled so that independent noise of the given sd would show that sd. Curvature of the curve itself adds to
 * it, most at the start of a run; the median keeps that small. Needs three such points.
 */
export function evaluationNoise(runs: Runs, evalIndex: number): EvaluationNoise {
  const { loss } = runs.evals[evalIndex];
  const deviations: number[] = [];
  for (let k = 1; k + 1 < runs.n; k += 1) {
    if (runs.run[k - 1] !== runs.run[k + 1]) continue;
    const weight = (runs.tokens[k] - runs.tokens[k - 1]) / (runs.tokens[k + 1] - runs.tokens[k - 1]);
    const residual = loss[k] - (1 - weight) * loss[k - 1] - weight * loss[k + 1];
    if (Number.isNaN(residual)) continue;
    deviations.push(Math.abs(residual) / Math.sqrt(1 + (1 - weight) ** 2 + weight ** 2));
  }
  if (deviations.length < 3) return { sd: Number.NaN, points: deviations.length };
  return { sd: NORMAL_CONSISTENCY * median(deviations), points: deviations.length };
}

export interface RepeatSpread {
  /** Standard deviation between runs that differ in the seed only, in the unit of the set; NaN = no repeats. */
  readonly sd: number;
  /** The same, as a share of the loss. */
  readonly relative: number;
  /** Runs that were repeated. */
  readonly groups: number;
  /** Runs beyond the first of each group: the number of independent comparisons. */
  readonly degreesOfFreedom: number;
}

/** Groups of two runs or more with the same base, ratio, peak rate and schedule, as indices into `runs.runs`. */
export function repeatGroups(runs: Runs): number[][] {
  const indices = runs.runs.map((_, index) => index);
  const key = (index: number): string => {
    const { base, domainRatio, lr, schedule } = runs.runs[index];
    return [base, domainRatio, lr, schedule].join(' ');
  };
  return [...groupBy(indices, key).values()].filter((group) => group.length > 1);
}

/** Pooled spread of repeated runs at token counts that all members of a group were evaluated at. */
export function repeatSpread(runs: Runs, evalIndex: number): RepeatSpread {
  const { loss } = runs.evals[evalIndex];
  const observations = groupBy(
    Array.from({ length: runs.n }, (_, k) => k),
    (k) => runs.run[k],
  );
  let squares = 0;
  let relativeSquares = 0;
  let weight = 0;
  let groups = 0;
  let degreesOfFreedom = 0;
  for (const members of repeatGroups(runs)) {
    const rows = members.flatMap((run) => observations.get(run) ?? []).filter((k) => !Number.isNaN(loss[k]));
    const shared = [...groupBy(rows, (k) => runs.tokens[k]).values()].filter(
      ({ length }) => length === members.length,
    );
    if (shared.length === 0) continue;
    groups += 1;
    degreesOfFreedom += members.length - 1;
    for (const at of shared) {
      const mean = at.reduce((sum, k) => sum + loss[k], 0) / at.length;
      const square = at.reduce((sum, k) => sum + (loss[k] - mean) ** 2, 0);
      // Each group counts by its comparisons, however often it was evaluated.
      squares += square / shared.length;
      relativeSquares += square / mean ** 2 / shared.length;
    }
    weight += members.length - 1;
  }
  return {
    sd: Math.sqrt(squares / weight),
    relative: Math.sqrt(relativeSquares / weight),
    groups,
    degreesOfFreedom,
  };
}
