/** A set of a saved fit with its laws bound again to the observations that the document carries. */
import type { FitDocument, FitMember } from '../documents/fit.ts';
import { bindLaw } from '../laws/kernel.ts';
import { lawById } from '../laws/registry.ts';
import { type EvalData, evalDataOf } from './evalData.ts';
import type { FittedLaw } from './fitLaw.ts';
import { runWeights } from './noise.ts';

export interface SavedSet {
  readonly data: EvalData;
  /** Weights of the fit, one per row. */
  readonly weight: Float64Array;
  /** Members that have weight in the answer. */
  readonly members: readonly { readonly at: number; readonly weight: number; readonly fitted: FittedLaw }[];
  /** Losses of the fit at the observations: its members by weight. */
  readonly predicted: Float64Array;
}

export function savedSet(fit: FitDocument, evalIndex: number): SavedSet {
  const { noise, members } = fit.evals[evalIndex];
  const data = evalDataOf(fit, evalIndex);
  const predicted = new Float64Array(data.n);
  const inUse = members.flatMap((member, at) => {
    if (member.weight === 0) return [];
    const fitted = fittedAgain(member, data);
    for (let i = 0; i < data.n; i++) predicted[i] += member.weight * (fitted.residual[i] + data.loss[i]);
    return [{ at, weight: member.weight, fitted }];
  });
  return { data, weight: runWeights(data, noise), members: inUse, predicted };
}

function fittedAgain({ law: id, parameters, objective, starts }: FitMember, data: EvalData): FittedLaw {
  const law = lawById(id);
  if (law === undefined) throw new Error(`the fit names a law that this version does not have: ${id}`);
  const kernel = bindLaw(law, data.inputs, data.role);
  const natural = Float64Array.from(parameters, ({ value }) => value);
  const x = new Float64Array(kernel.m);
  kernel.fromNatural(natural, x);
  const residual = new Float64Array(data.n);
  kernel.evaluate(x, residual, null);
  for (let i = 0; i < data.n; i++) residual[i] -= data.loss[i];
  return {
    kind: 'fitted',
    law,
    kernel,
    x,
    natural,
    objective: { kind: objective.kind, delta: objective.delta },
    value: objective.value,
    active: Int8Array.from(parameters, ({ atBound }) =>
      atBound === null ? 0 : atBound === 'lower' ? -1 : 1,
    ),
    starts,
    residual,
  };
}
