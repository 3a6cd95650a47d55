/** What a plan makes small: the losses on the domain sets, each as a share of its base, weighed against each other. */
import type { FitDocument } from '../documents/fit.ts';
import { unknownSet } from '../problems/plan.ts';
import { Refusal } from '../problems/problem.ts';
import { noDomainWeight } from '../problems/sets.ts';
import type { Named } from '../units/list.ts';

/** A domain set that counts. */
export interface WeightedSet {
  readonly evalIndex: number;
  /** Above 0; all weights of an objective sum to 1. */
  readonly weight: number;
}

export type DomainObjective = readonly WeightedSet[];

/**
 * The objective over the domain sets of a fit. A set that `weights` does not name weighs 1, as all do without any; a
 * weight of 0 leaves a set out. Throws a `Refusal` where a name is no domain set, or no weight is left.
 */
export function domainObjective(
  { evals }: Pick<FitDocument, 'evals'>,
  weights: Named<number> = {},
): DomainObjective {
  const domain = [...evals.entries()].filter(([, { role }]) => role === 'domain');
  const known = domain.map(([, { name }]) => name);
  const unknown = Object.keys(weights).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    const roleOf = (set: string) => evals.find(({ name }) => name === set)?.role;
    throw new Refusal(
      unknown.map((set) => unknownSet({ set, known, role: roleOf(set), flag: '--domain-weight' })),
    );
  }
  const weighed = domain.map(([evalIndex, { name }]) => ({ evalIndex, weight: weights[name] ?? 1 }));
  const total = weighed.reduce((sum, { weight }) => sum + weight, 0);
  if (!(total > 0)) throw new Refusal([noDomainWeight({ sets: known })]);
  return weighed.flatMap(({ evalIndex, weight }) =>
    weight > 0 ? [{ evalIndex, weight: weight / total }] : [],
  );
}

/** The weighted mean of a value of each set, such as its loss as a share of its base. */
export function weightedMean(objective: DomainObjective, value: (evalIndex: number) => number): number {
  return objective.reduce((sum, { evalIndex, weight }) => sum + weight * value(evalIndex), 0);
}
