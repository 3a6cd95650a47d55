/** Accepted rises as constraints on the general sets of a fit: which sets, in which unit, and what they cannot see. */
import type { FitDocument, FitEval } from '../documents/fit.ts';
import { toleranceUnit, unknownSet } from '../problems/plan.ts';
import { type Problem, Refusal } from '../problems/problem.ts';
import { lossHidesForgetting, toleranceMissing } from '../problems/sets.ts';
import { generalSetProblems } from '../runs/generalSets.ts';
import { type Tolerance, type Tolerances, tolerance as toleranceText } from '../units/tolerance.ts';
import type { Constraint } from './critical.ts';

type SetUnits = Pick<FitEval, 'unit' | 'bytesPerToken'>;

/** Bits per byte that one nat a token makes where a token holds so many bytes. */
export const bitsPerNat = (bytesPerToken: number): number => 1 / (Math.LN2 * bytesPerToken);

/**
 * A tolerance in the unit of its set: a share of the base as it is, nats a token and bits per byte turned into each other by
 * the bytes a token holds; undefined where those are needed and not told.
 */
export function inUnitOf(tolerance: Tolerance, { unit, bytesPerToken }: SetUnits): Tolerance | undefined {
  if (tolerance.kind === 'relative') return tolerance;
  if ((tolerance.kind === 'bits') === (unit === 'bpb')) return tolerance;
  if (bytesPerToken === undefined) return undefined;
  const factor = bitsPerNat(bytesPerToken);
  return tolerance.kind === 'bits'
    ? { kind: 'absolute', nats: tolerance.bitsPerByte / factor }
    : { kind: 'bits', bitsPerByte: tolerance.nats * factor };
}

/**
 * Constraints on the general sets of a fit, each in the unit of its set; all of them must hold. `bytesPerToken` goes before
 * what the fit says. Throws a `Refusal` for names that are no general set, and for units that cannot be converted.
 */
export function constraintsFrom(
  { evals }: Pick<FitDocument, 'evals'>,
  tolerances: Tolerances,
  bytesPerToken: Readonly<Record<string, number>> = {},
): Constraint[] {
  const known = evals.filter(({ role }) => role === 'general').map(({ name }) => name);
  const asked =
    tolerances.kind === 'everySet'
      ? known.map((set) => [set, tolerances.tolerance] as const)
      : Object.entries(tolerances.tolerances);
  const problems: Problem[] = [];
  const constraints = asked.flatMap(([set, accepted]): Constraint[] => {
    const evalIndex = evals.findIndex(({ name }) => name === set);
    if (!known.includes(set)) {
      problems.push(unknownSet({ set, known, role: evals[evalIndex]?.role, flag: '--tolerance' }));
      return [];
    }
    const { unit, bytesPerToken: told } = evals[evalIndex];
    const tolerance = inUnitOf(accepted, { unit, bytesPerToken: bytesPerToken[set] ?? told });
    if (tolerance === undefined) {
      problems.push(toleranceUnit({ set, unit, tolerance: toleranceText.display(accepted) }));
      return [];
    }
    return [{ evalIndex, tolerance }];
  });
  if (problems.length > 0) throw new Refusal(problems);
  return constraints;
}

/** What the general sets of a fit, and the tolerances on them, leave unseen. */
export function blindSpots(fit: FitDocument, constraints: readonly Constraint[]): Problem[] {
  const general = [...fit.evals.entries()].filter(([, { role }]) => role === 'general');
  const constrained = new Set(constraints.map(({ evalIndex }) => evalIndex));
  const free = general.flatMap(([evalIndex, { name }]) => (constrained.has(evalIndex) ? [] : [name]));
  return [...(free.length > 0 ? [toleranceMissing({ sets: free })] : []), ...generalSetProblems(fit.evals)];
}

/** Replay at which Elhady et al. 2025 (arXiv 2506.00288, second hand) found in-context learning kept. */
const REPLAY_SHOWN = 0.2;

/** A reminder that loss does not show all forgetting, where an answer has less replay than was shown to be harmless. */
export function lossReminder(domainRatio: number): Problem[] {
  const replay = 1 - domainRatio;
  return replay < REPLAY_SHOWN - 1e-9 ? [lossHidesForgetting({ replay, shown: REPLAY_SHOWN })] : [];
}
