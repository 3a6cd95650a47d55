import type { PredictionDocument } from '../../documents/prediction.ts';
import { explainPrediction, predictionCsv } from '../../explain/prediction.ts';
import { predictLosses } from '../../mixture/predict.ts';
import { makePredictor } from '../../mixture/predictor.ts';
import { optionsExclude } from '../../problems/options.ts';
import { impossibleLoss, noReplayNotPiloted, planNeeds, ratioOutsidePilots } from '../../problems/plan.ts';
import { Refusal } from '../../problems/problem.ts';
import { fitFromEither } from '../asking.ts';
import type { Run } from '../command.ts';
import { exitStatus } from '../exit.ts';
import type { FittingOptions } from '../fittingOptions.ts';
import { changesFromBase, refuseTooFar, targetOf } from '../question.ts';
import { sectionsText } from '../sections.ts';

/** `mixplan predict FIT|RUNS...`: losses at one ratio, as a table, or over a grid of ratios, as CSV. */
export const run: Run<
  | FittingOptions
  | 'params'
  | 'tokens'
  | 'domainRatio'
  | 'grid'
  | 'baseLoss'
  | 'assumeBaseFromSizeLaw'
  | 'extrapolate'
> = async ({ args, values, printer, stdin }) => {
  const { tokens, domainRatio, grid } = values;
  if (tokens === undefined || (domainRatio === undefined && grid === undefined)) {
    throw new Refusal([
      ...(tokens === undefined ? [planNeeds({ missing: 'The number of tokens', flag: '--tokens 10B' })] : []),
      ...(domainRatio === undefined && grid === undefined
        ? [planNeeds({ missing: 'The mixture', flag: '--domain-ratio 0.3 or --grid 21' })]
        : []),
    ]);
  }
  if (domainRatio !== undefined && grid !== undefined) {
    const why = 'a grid has its own ratios';
    throw new Refusal([optionsExclude({ flag: '--domain-ratio', other: '--grid', why })]);
  }
  const { fit } = await fitFromEither(args, values, stdin, printer);
  const { target, problems } = targetOf(fit, values, (e) => changesFromBase(fit.evals[e]));
  const distance = refuseTooFar(fit, target.params, [tokens, tokens], values.extrapolate);
  const predictor = makePredictor(fit, target);
  const [least, greatest] = fit.pilots.range.domainRatio;
  if (domainRatio === 1 && greatest < 1 && !values.extrapolate)
    throw new Refusal([noReplayNotPiloted({ greatest })], exitStatus.negative);
  const ratios =
    grid === undefined
      ? Float64Array.of(domainRatio ?? Number.NaN)
      : Float64Array.from({ length: grid }, (_, i) => least + ((greatest - least) * i) / (grid - 1));
  const document: PredictionDocument = {
    schema: 'mixplan.prediction/1',
    params: target.params,
    level: fit.level,
    predictions: fit.evals.flatMap(({ name }, e) =>
      predictLosses(predictor, e, tokens, ratios).map((each) => ({
        set: name,
        tokens,
        domainRatio: each.domainRatio,
        loss: each.loss,
        interval: each.interval === null ? null : ([...each.interval] as [number, number]),
        meanInterval: each.meanInterval === null ? null : ([...each.meanInterval] as [number, number]),
        provenance: each.distance.provenance,
      })),
    ),
  };
  if (printer.json) printer.dataJson(document);
  else if (grid !== undefined) printer.data(predictionCsv(document));
  else printer.data(sectionsText(explainPrediction(document), printer));
  const impossible = fit.evals.flatMap(({ name: set }) => {
    const lowest = document.predictions
      .filter((each) => each.set === set)
      .reduce((least, { loss, interval }) => Math.min(least, loss, interval?.[0] ?? loss), Infinity);
    return lowest > 0 ? [] : [impossibleLoss({ set, loss: lowest, params: target.params, tokens })];
  });
  const outside =
    domainRatio === undefined || (domainRatio >= least && domainRatio <= greatest)
      ? []
      : [ratioOutsidePilots({ ratio: domainRatio, least, greatest })];
  printer.problems([...problems, ...distance.problems, ...outside, ...impossible]);
  return exitStatus.done;
};
