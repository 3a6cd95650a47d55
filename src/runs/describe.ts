/** One picture of a set of runs, for `mixplan check` and for reports: what is there, how noisy, what it carries. */

import { allSetAside } from '../problems/evidence.ts';
import type { Problem } from '../problems/problem.ts';
import { generalSetProblems } from './generalSets.ts';
import { differencesInTraining, type HonestyOptions, withoutDisturbed } from './honesty.ts';
import {
  identifiabilityProblems,
  type LawSupport,
  lawSupport,
  type SuggestedRun,
  suggestRuns,
  type Variation,
  variationOf,
} from './identifiability.ts';
import { type EvaluationNoise, evaluationNoise, type RepeatSpread, repeatSpread } from './noise.ts';
import { distinct, groupBy } from './order.ts';
import type { LossUnit, Role, Runs } from './runs.ts';

/** The runs at one ratio from one base. */
export interface CellDescription {
  readonly domainRatio: number;
  readonly runs: number;
  readonly observations: number;
  /** Observations that laws in tokens may see. */
  readonly inLawsOfTokens: number;
  readonly firstTokens: number;
  readonly lastTokens: number;
}

export interface BaseDescription {
  readonly id: string;
  readonly params: number;
  /** One per evaluation set; NaN = not measured. */
  readonly loss: readonly number[];
  readonly rows: number;
  readonly cells: readonly CellDescription[];
}

export interface EvalDescription {
  readonly name: string;
  readonly role: Role;
  readonly unit: LossUnit;
  /** Unit in which the files have them, where that is another one. */
  readonly measuredIn?: LossUnit | undefined;
  readonly observations: number;
  readonly lowest: number;
  readonly highest: number;
  readonly evaluationNoise: EvaluationNoise;
  readonly repeats: RepeatSpread;
}

export interface SetAsideCount {
  readonly code: string;
  readonly rows: number;
  /** The message of the first of them. */
  readonly example: string;
}

export interface RunsDescription {
  readonly observations: number;
  readonly runs: number;
  readonly simulatedRuns: number;
  readonly bases: readonly BaseDescription[];
  readonly evals: readonly EvalDescription[];
  readonly setAside: readonly SetAsideCount[];
  readonly variation: Variation;
  readonly laws: readonly LawSupport[];
  /** Whether `fit` would take these runs: it refuses where any of `problems` is an error. */
  readonly usable: boolean;
  readonly problems: readonly Problem[];
  readonly suggestions: readonly SuggestedRun[];
}

/**
 * Describes runs as read. What `setAside` would refuse comes out in `problems` here, with `usable` false, so that
 * everything else can still be seen. Variation is counted over observations that laws in tokens may see.
 */
export function describeRuns(runs: Runs, options: HonestyOptions = {}): RunsDescription {
  const differences = differencesInTraining(runs, options);
  const kept = withoutDisturbed(runs);
  const variation = variationOf(kept);
  const lacking = kept.n === 0 ? [allSetAside({})] : identifiabilityProblems(variation);
  const problems = [...kept.problems, ...differences, ...lacking, ...generalSetProblems(runs.evals)];
  return {
    observations: runs.n,
    runs: runs.runs.length,
    simulatedRuns: runs.runs.filter(({ simulated }) => simulated).length,
    bases: runs.bases.map((base, index) => ({ ...base, cells: cellsOf(runs, kept, index) })),
    evals: runs.evals.map(({ name, role, unit, measuredIn, loss }, index) => {
      const values = distinct(loss);
      return {
        name,
        role,
        unit,
        ...(measuredIn === undefined ? {} : { measuredIn }),
        observations: loss.reduce((count, value) => count + Number(!Number.isNaN(value)), 0),
        lowest: values[0] ?? Number.NaN,
        highest: values[values.length - 1] ?? Number.NaN,
        evaluationNoise: evaluationNoise(runs, index),
        repeats: repeatSpread(runs, index),
      };
    }),
    setAside: countReasons(kept),
    variation,
    laws: lawSupport(variation),
    usable: !problems.some(({ severity }) => severity === 'error'),
    problems,
    suggestions: suggestRuns(kept, variation),
  };
}

function cellsOf(runs: Runs, kept: Runs, base: number): CellDescription[] {
  const lines = new Set(Array.from({ length: kept.n }, (_, k) => `${kept.file[k]}:${kept.line[k]}`));
  const rows = Array.from({ length: runs.n }, (_, k) => k).filter(
    (k) => runs.runs[runs.run[k]].base === base,
  );
  return [...groupBy(rows, (k) => runs.domainRatio[k])].map(([domainRatio, group]) => {
    const tokens = distinct(group.map((k) => runs.tokens[k]));
    return {
      domainRatio,
      runs: new Set(group.map((k) => runs.run[k])).size,
      observations: group.length,
      inLawsOfTokens: group.filter((k) => lines.has(`${runs.file[k]}:${runs.line[k]}`)).length,
      firstTokens: tokens[0],
      lastTokens: tokens[tokens.length - 1],
    };
  });
}

function countReasons(runs: Runs): SetAsideCount[] {
  return [...groupBy(runs.setAside, ({ reason }) => reason.code)].map(([code, group]) => {
    return { code, rows: group.length, example: group[0].reason.message };
  });
}
