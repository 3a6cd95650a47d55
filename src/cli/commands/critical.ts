import type { CriticalDocument } from '../../documents/critical.ts';
import { explainCritical } from '../../explain/critical.ts';
import { criticalRatio, plannedRatio } from '../../mixture/critical.ts';
import { makePredictor } from '../../mixture/predictor.ts';
import { constraintsOf, fitFromEither, refuseTooFar, targetOf } from '../asking.ts';
import type { Run } from '../command.ts';
import { exitStatus } from '../exit.ts';
import type { FittingOptions } from '../fittingOptions.ts';
import { sectionsText } from '../sections.ts';

/** Without --tokens: so many counts between the shortest and the longest pilot. */
const COUNTS = 6;

/** `mixplan critical FIT|RUNS...`: the critical ratio at a token count, or against tokens. */
export const run: Run<
  | FittingOptions
  | 'params'
  | 'tokens'
  | 'tolerance'
  | 'confidence'
  | 'baseLoss'
  | 'assumeBaseFromSizeLaw'
  | 'extrapolate'
> = async ({ args, values, printer, stdin }) => {
  const { fit } = await fitFromEither(args, values, stdin, printer);
  const constraints = constraintsOf(fit, values.tolerance);
  const { target, problems } = targetOf(fit, values);
  const { range } = fit.pilots;
  const [from, to] = range.tokens;
  const counts =
    values.tokens === undefined
      ? Array.from({ length: COUNTS }, (_, i) => from * (to / from) ** (i / (COUNTS - 1)))
      : [values.tokens];
  const distance = refuseTooFar(fit, target.params, Math.max(...counts), values.extrapolate);
  const predictor = makePredictor(fit, target);
  const points = counts.map((tokens) => {
    const critical = criticalRatio(predictor, predictor.atTokens(tokens), constraints);
    return {
      tokens,
      point: critical.point,
      interval: critical.interval === null ? null : ([...critical.interval] as [number, number]),
      meanInterval: critical.meanInterval === null ? null : ([...critical.meanInterval] as [number, number]),
      planned: plannedRatio(critical, values.confidence, range.domainRatio),
      binding: critical.binding === undefined ? null : fit.evals[critical.binding].name,
      provenance: distance.at(tokens).provenance,
    };
  });
  const document: CriticalDocument = {
    schema: 'mixplan.critical/1',
    definition: 'tolerance',
    params: target.params,
    level: fit.level,
    confidence: values.confidence,
    searched: [range.domainRatio[0], range.domainRatio[1]],
    points,
  };
  if (printer.json) printer.dataJson(document);
  else printer.data(sectionsText(explainCritical(document), printer));
  printer.problems([...problems, ...distance.problems]);
  return exitStatus.done;
};
