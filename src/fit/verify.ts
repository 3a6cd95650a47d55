/**
 * A second opinion on a fit: ml-levenberg-marquardt, which shares no step with our solver, starts from the screen and
 * minimises the same objective over the same observations.
 */
import type { FitDocument } from '../documents/fit.ts';
import { bindLaw, dataScale } from '../laws/kernel.ts';
import { lawById } from '../laws/registry.ts';
import { type Verdict, verify } from '../lsq/verify.ts';
import { evalDataOf } from './evalData.ts';
import { residualModel, screenStarts } from './fitLaw.ts';
import { runWeights } from './noise.ts';
import { lossOf } from './objective.ts';

export interface FitVerification {
  readonly set: string;
  readonly law: string;
  readonly verdict: Verdict;
  readonly objective: number;
  readonly otherObjective: number;
  /** Largest difference of any combination of parameters, in its standard error. */
  readonly standardErrorsApart: number;
}

/** Verifies every member that has weight in the draws. */
export function verifyFit(fit: FitDocument): FitVerification[] {
  return fit.evals.flatMap(({ name, noise, members }, e) => {
    const data = evalDataOf(fit, e);
    const weight = runWeights(data, noise);
    return members.flatMap((member) => {
      const law = lawById(member.law);
      if (law === undefined || member.weight === 0) return [];
      const kernel = bindLaw(law, data.inputs, data.role, dataScale(data.inputs));
      const x = new Float64Array(kernel.m);
      kernel.fromNatural(
        member.parameters.map(({ value }) => value),
        x,
      );
      const active = Int8Array.from(x, (value, k) =>
        value <= kernel.lower[k] ? -1 : value >= kernel.upper[k] ? 1 : 0,
      );
      const [start] = screenStarts(kernel, data, weight, member.objective.kind, 1);
      const { verdict, objective, standardErrorsApart } = verify(
        residualModel(kernel, data.loss, member.objective.kind === 'log-huber'),
        { x, objective: member.objective.value, active },
        start.x,
        { loss: lossOf(member.objective), weights: { kind: 'frequency', count: weight }, bounds: kernel },
      );
      return [
        {
          set: name,
          law: law.id,
          verdict,
          objective: member.objective.value,
          otherObjective: objective,
          standardErrorsApart,
        },
      ];
    });
  });
}
