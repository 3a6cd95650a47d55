/** What a plan is asked of a fit: everything that the command and the terminal UI have in common. */
import type { FitDocument } from '../documents/fit.ts';
import { domainObjective } from '../mixture/objective.ts';
import type { OptionValues } from '../options/all.ts';
import type { PlanRequest } from '../plan/makePlan.ts';
import type { ToldTraining } from '../plan/trainingRun.ts';
import type { PlanningOptions } from './planningOptions.ts';
import { type AskedPlan, sizesOf } from './planQuestion.ts';
import {
  constraintsOf,
  refuseOtherTraining,
  refuseUnmodelledRatio,
  refuseUnshownConfidence,
  TURNED_EVERYWHERE,
} from './question.ts';

/** Throws a `Refusal` where the fit cannot be asked this. */
export function planRequest(
  fit: FitDocument,
  asked: AskedPlan,
  values: OptionValues<PlanningOptions | 'assumeLrTransfer' | 'assumeTransfer'>,
  source: Pick<PlanRequest, 'command' | 'fitFile'>,
): PlanRequest {
  const { definition, tolerance, sequenceLength, confidence, extrapolate } = values;
  const byTurning = definition === 'turning-point';
  const accepted = tolerance ?? (byTurning ? TURNED_EVERYWHERE : undefined);
  const constraints = constraintsOf(fit, accepted, values.bytesPerToken);
  const objective = domainObjective(fit, values.domainWeight);
  refuseUnmodelledRatio(
    fit,
    [...constraints, ...objective].map(({ evalIndex }) => evalIndex),
  );
  refuseUnshownConfidence(fit, confidence);
  const training = asked.models.flatMap(({ params }) =>
    refuseOtherTraining(fit, params, values, sequenceLength),
  );
  return {
    sizes: sizesOf(fit, asked, values),
    goal: asked.goal,
    definition,
    constraints,
    confidence,
    objective,
    corpora: asked.corpora,
    curve: values.curve,
    assumeBaseFromSizeLaw: values.assumeBaseFromSizeLaw,
    sequenceLength: sequenceLength ?? (Number(values.trainAs?.sequence_length) || undefined),
    training: toldTraining(values.trainAs),
    extrapolate,
    meaning: values,
    problems: training,
    ...source,
  };
}

const SCHEDULES = ['constant', 'cosine', 'linear', 'wsd'] as const;

/** The learning rate and the schedule of the full run, where they are told as numbers and names that trainers know. */
function toldTraining({ lr, schedule }: Readonly<Record<string, string>> = {}): ToldTraining {
  return {
    peakLr: Number(lr) > 0 ? Number(lr) : undefined,
    schedule: SCHEDULES.find((kind) => kind === schedule?.toLowerCase()),
  };
}
