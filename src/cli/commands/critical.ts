import type { CriticalDocument } from '../../documents/critical.ts';
import type { FitDocument } from '../../documents/fit.ts';
import { explainCritical } from '../../explain/critical.ts';
import { whyNoPromise } from '../../explain/promise.ts';
import { explainTurningPoint } from '../../explain/turningPoint.ts';
import { criticalRatio, limitOf, plannedRatio } from '../../mixture/critical.ts';
import { meaningsOf } from '../../mixture/meaning.ts';
import { noiseAsRatio } from '../../mixture/noiseAsRatio.ts';
import { makePredictor } from '../../mixture/predictor.ts';
import { blindSpots, lossReminder } from '../../mixture/tolerances.ts';
import {
  criticalCurve,
  turningPointProblems,
  turningPointRatio,
  turningPointsOfRuns,
} from '../../mixture/turningPoint.ts';
import { withoutPromise } from '../../problems/guards.ts';
import { Refusal } from '../../problems/problem.ts';
import { fitFromEither, lawAmong } from '../asking.ts';
import type { Run } from '../command.ts';
import { exitStatus } from '../exit.ts';
import type { FittingOptions } from '../fittingOptions.ts';
import { CURVE_CRITICAL_OPTIONS, criticalOfCurve } from '../published.ts';
import {
  constraintsOf,
  refuseOtherTraining,
  refuseTooFar,
  refuseUnmodelledRatio,
  refuseUnshownConfidence,
  TURNED_EVERYWHERE,
  targetOf,
} from '../question.ts';
import { sectionsText } from '../sections.ts';

/** Without --tokens: so many counts between the shortest and the longest pilot. */
const COUNTS = 6;

/** `mixplan critical FIT|RUNS...`: the critical ratio at a token count, or against tokens. */
export const run: Run<
  | FittingOptions
  | 'params'
  | 'tokens'
  | 'definition'
  | 'tolerance'
  | 'confidence'
  | 'baseLoss'
  | 'assumeBaseFromSizeLaw'
  | 'extrapolate'
  | 'trainAs'
  | 'baseTokens'
> = async (context) => {
  const { args, values, printer } = context;
  const { asked: published, stdin } = await lawAmong(args, context.stdin);
  if (published !== undefined)
    return criticalOfCurve(published, context.using(CURVE_CRITICAL_OPTIONS).values, printer);
  const { fit } = await fitFromEither(args, values, stdin, printer);
  const byTurning = values.definition === 'turning-point';
  const accepted = values.tolerance ?? (byTurning ? TURNED_EVERYWHERE : undefined);
  const constraints = constraintsOf(fit, accepted, values.bytesPerToken);
  const constrained = constraints.map(({ evalIndex }) => evalIndex);
  refuseUnmodelledRatio(fit, constrained);
  refuseUnshownConfidence(fit, values.confidence);
  const undefinedHere = byTurning ? turningPointProblems(fit, constraints) : [];
  if (undefinedHere.length > 0) throw new Refusal(undefinedHere, 1);
  const { target, problems } = targetOf(fit, values, (e) => constrained.includes(e));
  const otherwise = refuseOtherTraining(fit, target.params, values);
  const { range } = fit.pilots;
  const counts = values.tokens ?? spread(range.tokens);
  const distance = refuseTooFar(
    fit,
    target.params,
    [Math.min(...counts), Math.max(...counts)],
    values.extrapolate,
  );
  const predictor = makePredictor(fit, target);
  const points = counts.map((tokens) => {
    const critical = byTurning
      ? turningPointRatio(predictor, tokens, constraints)
      : criticalRatio(predictor, predictor.atTokens(tokens), constraints, { confidence: values.confidence });
    return {
      tokens,
      point: critical.point,
      interval: critical.interval === null ? null : ([...critical.interval] as [number, number]),
      meanInterval: critical.meanInterval === null ? null : ([...critical.meanInterval] as [number, number]),
      planned: fit.draws.count === 0 ? null : plannedRatio(critical, values.confidence, range.domainRatio),
      binding: critical.binding === undefined ? null : fit.evals[critical.binding].name,
      // Where a peak decides, the loss at the end is not what crosses a limit.
      noise: byTurning ? null : noiseAsRatio(predictor, critical),
      provenance: distance.at(tokens).provenance,
    };
  });
  const document: CriticalDocument = {
    schema: 'mixplan.critical/1',
    basis: 'fit',
    definition: values.definition ?? 'tolerance',
    params: target.params,
    level: fit.level,
    confidence: values.confidence,
    tolerance: Object.fromEntries(
      constraints.map(({ evalIndex, tolerance: accepted }) => {
        const { loss } = target.base[evalIndex];
        const { name, unit } = fit.evals[evalIndex];
        return [name, { accepted, base: loss, limit: limitOf(loss, accepted), unit }];
      }),
    ),
    meaning: meaningsOf(fit, target, constraints, values),
    promise: whyNoPromise([...fit.problems, ...problems, ...otherwise]) ?? null,
    searched: [range.domainRatio[0], range.domainRatio[1]],
    points,
    ...(byTurning ? { turning: turningOf(fit, target.params, constrained, points) } : {}),
  };
  if (printer.json) printer.dataJson(document);
  else
    printer.data(
      sectionsText(byTurning ? explainTurningPoint(document) : explainCritical(document), printer),
    );
  const highest = points.flatMap(({ planned }) => planned ?? []).reduce((a, b) => Math.max(a, b), 0);
  printer.problems([
    ...fit.problems.filter(({ code }) => withoutPromise.has(code)),
    ...problems,
    ...otherwise,
    ...distance.problems,
    ...blindSpots(fit, constraints),
    ...lossReminder(highest),
  ]);
  return exitStatus.done;
};

/** The paper's own curve through the answers, and the pilots of this size one by one. */
function turningOf(
  fit: FitDocument,
  params: number,
  sets: readonly number[],
  points: CriticalDocument['points'],
): NonNullable<CriticalDocument['turning']> {
  const curve = criticalCurve(points, params);
  return {
    curve: curve === null ? null : { ...curve, tokens: [...curve.tokens] },
    runs: Object.fromEntries(
      sets.map((e) => [
        fit.evals[e].name,
        turningPointsOfRuns(fit, e, params).map(({ turns, ...run }) => ({ ...run, turns: { ...turns } })),
      ]),
    ),
  };
}

/** Whole token counts from the least to the greatest, evenly spaced on a logarithmic scale, each once. */
function spread([least, greatest]: readonly [number, number]): number[] {
  const between = Array.from({ length: COUNTS - 2 }, (_, i) =>
    Math.round(least * (greatest / least) ** ((i + 1) / (COUNTS - 1))),
  );
  return [...new Set([least, ...between, greatest])];
}
