/** What a plan is compared with: the answer without a law, and the replay that people use without pilots. */
import type { FitDocument } from '../documents/fit.ts';
import type { PlanDocument } from '../documents/plan.ts';
import type { Constraint } from '../mixture/critical.ts';
import { lawFreeAnswer } from '../mixture/lawFree.ts';
import { outOfSample } from '../mixture/lawFreeHoldout.ts';
import { distanceFrom } from '../mixture/scenario.ts';
import { lawsNotBetter } from '../problems/goals.ts';
import type { Problem } from '../problems/problem.ts';
import { chanceWithin, predictionsAt } from './predicted.ts';
import { domainLosses } from './search.ts';
import type { Choice } from './sizes.ts';

/** Replay that people use without pilots. */
const FIXED_REPLAY = [0.1, 0.25, 0.5];

export function lawFreeOf(fit: FitDocument, constraints: readonly Constraint[]): PlanDocument['lawFree'] {
  const answer = lawFreeAnswer(fit, constraints);
  return { ...answer, between: answer.between === null ? null : [...answer.between] };
}

/** Fixed replay and the law-free ratio at the size and tokens of the plan. */
export function alternatives(
  { size, best }: Choice,
  lawFree: PlanDocument['lawFree'],
): PlanDocument['alternatives'] {
  const { predictor, question } = size.search;
  const { tokens, critical } = best;
  const at = predictor.atTokens(tokens);
  const asked = [
    ...(lawFree.critical.kind === 'at'
      ? [{ name: 'law-free ratio', domainRatio: lawFree.critical.ratio }]
      : []),
    ...FIXED_REPLAY.map((replay) => ({ name: `${100 * replay}% replay`, domainRatio: 1 - replay })),
  ];
  const losses = domainLosses(
    at,
    Float64Array.from(asked, ({ domainRatio }) => domainRatio),
    question,
  );
  return asked.map(({ name, domainRatio }, i) => {
    const { fit, target } = predictor;
    const { provenance, ratioInside } = distanceFrom(fit.pilots.range, target.params, tokens, domainRatio);
    return {
      name,
      domainRatio,
      regret: inLosses(size, losses[i] - best.domainLoss),
      predicted: predictionsAt(predictor, tokens, domainRatio),
      within: chanceWithin(critical, domainRatio),
      provenance,
      ratioInside,
    };
  });
}

/** A value of the objective as a loss: of the domain set, or as a weighted mean over several. */
export function inLosses({ search: { question } }: Choice['size'], value: number): number {
  const { objective, reference } = question;
  return value * objective.reduce((sum, { evalIndex, weight }) => sum + weight * reference[evalIndex], 0);
}

/** How laws and interpolation do on ratios that were left out, and a warning for each set where the laws do no better. */
export function evidence(
  fit: FitDocument,
  evals: readonly number[],
): { outOfSample: PlanDocument['outOfSample']; problems: Problem[] } {
  const each = evals.map((e) => ({ set: fit.evals[e].name, ...outOfSample(fit, e) }));
  return {
    outOfSample: Object.fromEntries(each.map(({ set, law, lawFree }) => [set, { law, lawFree }])),
    problems: each.flatMap(({ set, law, lawFree }) =>
      law !== null && lawFree !== null && law >= lawFree ? [lawsNotBetter({ set, law, lawFree })] : [],
    ),
  };
}
