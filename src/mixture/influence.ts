/** How far the critical ratio hangs on each single run: the laws refitted without it, and the question asked again. */
import type { FitDocument } from '../documents/fit.ts';
import { selectRows } from '../fit/evalData.ts';
import { fitPart, makeRefitter, missingVariation } from '../fit/fitLaw.ts';
import { type SavedSet, savedSet } from '../fit/savedFit.ts';
import { type Constraint, criticalRatio, type Outcome } from './critical.ts';
import { makePredictor } from './predictor.ts';
import type { Target } from './scenario.ts';

export interface RunInfluence {
  /** Index into the runs of the fit. */
  readonly run: number;
  /** Critical ratio without the run; null where its law cannot be fitted without it. */
  readonly without: Outcome | null;
  /** By how much leaving it out moves the critical ratio, none counted as 0 and all as 1; null likewise. */
  readonly change: number | null;
}

export interface Influence {
  /** Largest change first; runs that the answer cannot do without come before all. */
  readonly runs: readonly RunInfluence[];
  /**
   * Standard error of the critical ratio from leaving out runs one at a time (Tukey's jackknife), which believes in no
   * noise model; null where some run cannot be left out, or there are fewer than two.
   */
  readonly jackknife: number | null;
}

/** Leaves out in turn every run of the sets that have a tolerance. */
export function influenceOfRuns(
  fit: FitDocument,
  target: Target,
  tokens: number,
  constraints: readonly Constraint[],
): Influence {
  const sets = constraints.map(({ evalIndex }) => ({ evalIndex, set: savedSet(fit, evalIndex) }));
  const ask = (parameters: ReadonlyMap<number, readonly Float64Array[]>): Outcome => {
    const predictor = makePredictor(withParameters(fit, parameters), target);
    return criticalRatio(predictor, predictor.atTokens(tokens), constraints).point;
  };
  const whole = numberOf(ask(new Map()));
  const seen = [...new Set(sets.flatMap(({ set }) => [...set.data.run]))].sort((a, b) => a - b);
  const runs = seen.map((run): RunInfluence => {
    const refitted = new Map<number, readonly Float64Array[]>();
    for (const { evalIndex, set } of sets) {
      const parameters = parametersWithout(set, run);
      if (parameters === null) return { run, without: null, change: null };
      refitted.set(evalIndex, parameters);
    }
    const without = ask(refitted);
    return { run, without, change: numberOf(without) - whole };
  });
  const size = ({ change }: RunInfluence): number =>
    change === null ? Number.POSITIVE_INFINITY : Math.abs(change);
  return {
    runs: runs.toSorted((a, b) => (size(a) === size(b) ? a.run - b.run : size(b) - size(a))),
    jackknife: jackknifeError(runs.map(({ change }) => change)),
  };
}

/** Natural parameters of the members in use, fitted without a run; null where the rest does not identify one of them. */
function parametersWithout({ data, weight, members }: SavedSet, run: number): Float64Array[] | null {
  // A weight of 0 leaves rows out and keeps what is pinned to the design, so that only the run's say is taken away.
  const without = weight.map((each, row) => (data.run[row] === run ? 0 : each));
  const rest = selectRows(data, (row) => data.run[row] !== run);
  const parameters: Float64Array[] = [];
  for (const { fitted } of members) {
    if (missingVariation(fitted.law, rest).length > 0) return null;
    const natural = new Float64Array(fitted.natural.length);
    const found = makeRefitter(fitted, without)(data.loss, natural)
      ? natural
      : fitPart(fitted, data, without);
    if (found === null) return null;
    parameters.push(found);
  }
  return parameters;
}

/** The fit with other parameters in its members in use, by set, and without draws. */
function withParameters(
  fit: FitDocument,
  parameters: ReadonlyMap<number, readonly Float64Array[]>,
): FitDocument {
  return {
    ...fit,
    evals: fit.evals.map((each, e) => {
      const found = parameters.get(e);
      if (found === undefined) return each;
      const inUse = each.members.filter(({ weight }) => weight > 0);
      return {
        ...each,
        members: inUse.map((member, at) => ({
          ...member,
          parameters: member.parameters.map((parameter, p) => ({ ...parameter, value: found[at][p] })),
        })),
      };
    }),
    draws: { ...fit.draws, count: 0, evals: fit.evals.map(() => ({ member: [], parameters: [] })) },
  };
}

function jackknifeError(changes: readonly (number | null)[]): number | null {
  const known = changes.filter((change) => change !== null);
  const n = known.length;
  if (n < 2 || n < changes.length) return null;
  const mean = known.reduce((a, b) => a + b, 0) / n;
  const squares = known.reduce((sum, change) => sum + (change - mean) ** 2, 0);
  return Math.sqrt(((n - 1) / n) * squares);
}

/** A critical ratio as a number: none counts as 0, all as 1. */
export function numberOf(outcome: Outcome): number {
  return outcome.kind === 'at' ? outcome.ratio : outcome.kind === 'none' ? 0 : 1;
}
