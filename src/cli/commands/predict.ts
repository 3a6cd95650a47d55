import type { FitDocument } from '../../documents/fit.ts';
import type { PredictionDocument } from '../../documents/prediction.ts';
import { explainPrediction, predictionCsv } from '../../explain/prediction.ts';
import { baseLosses, baseLossProblems } from '../../mixture/baseLoss.ts';
import { predictLosses } from '../../mixture/predict.ts';
import { makePredictor } from '../../mixture/predictor.ts';
import type { Target } from '../../mixture/scenario.ts';
import type { OptionValues } from '../../options/all.ts';
import { gridTooLarge, optionsExclude } from '../../problems/options.ts';
import { impossibleLoss, noReplayNotPiloted, planNeeds, ratioOutsidePilots } from '../../problems/plan.ts';
import { type Problem, Refusal } from '../../problems/problem.ts';
import { fitFromEither } from '../asking.ts';
import type { Run } from '../command.ts';
import { exitStatus } from '../exit.ts';
import type { FittingOptions } from '../fittingOptions.ts';
import { baseLossesOf } from '../models.ts';
import { changesFromBase, onlySize, refuseOtherTraining, refuseTooFar } from '../question.ts';
import { sectionsText } from '../sections.ts';

type Options =
  | FittingOptions
  | 'params'
  | 'tokens'
  | 'domainRatio'
  | 'grid'
  | 'baseLoss'
  | 'trainAs'
  | 'assumeBaseFromSizeLaw'
  | 'extrapolate';

/** More points than this are a slip of the keyboard: they take minutes, and more memory than laptops have. */
const MOST_POINTS = 100_000;

/**
 * `mixplan predict FIT|RUNS...`: losses at one point, as a table, or over a grid of sizes, tokens and ratios, as CSV with one
 * line for each.
 */
export const run: Run<Options> = async ({ args, values, printer, stdin }) => {
  const { grid } = values;
  const tokens = tokensAsked(values);
  const { fit } = await fitFromEither(args, values, stdin, printer);
  const { ratios, problems } = ratiosAsked(fit, values);
  const sizes = values.params ?? [onlySize(fit)];
  const points = sizes.length * tokens.length * ratios.length;
  if (points > MOST_POINTS) throw new Refusal([gridTooLarge({ points, most: MOST_POINTS })]);
  const targets = targetsOf(fit, values, sizes, tokens);
  problems.unshift(...targets.problems);
  const document: PredictionDocument = {
    schema: 'mixplan.prediction/1',
    level: fit.level,
    predictions: targets.targets.flatMap((target) => predictionsFor(fit, target, tokens, ratios)),
  };
  if (printer.json) printer.dataJson(document);
  else if (grid !== undefined || points > 1) printer.data(predictionCsv(document));
  else printer.data(sectionsText(explainPrediction(document), printer));
  printer.problems([...problems, ...impossible(fit, document)]);
  return exitStatus.done;
};

/** Refuses an incomplete question before anything is read. */
function tokensAsked({ tokens, domainRatio, grid }: OptionValues<Options>): readonly number[] {
  const noMixture = domainRatio === undefined && grid === undefined;
  if (tokens === undefined || noMixture) {
    throw new Refusal([
      ...(tokens === undefined ? [planNeeds({ missing: 'The number of tokens', flag: '--tokens 10B' })] : []),
      ...(noMixture ? [planNeeds({ missing: 'The mixture', flag: '--domain-ratio 0.3 or --grid 21' })] : []),
    ]);
  }
  if (domainRatio !== undefined && grid !== undefined) {
    const why = 'a grid has its own ratios';
    throw new Refusal([optionsExclude({ flag: '--domain-ratio', other: '--grid', why })]);
  }
  return tokens;
}

/** The one ratio asked for, or a grid over those of the pilots. */
function ratiosAsked(
  fit: FitDocument,
  { domainRatio, grid, extrapolate }: OptionValues<Options>,
): { ratios: Float64Array; problems: Problem[] } {
  const [least, greatest] = fit.pilots.range.domainRatio;
  if (domainRatio === undefined) {
    const n = grid ?? 2;
    const ratios = Float64Array.from({ length: n }, (_, i) => least + ((greatest - least) * i) / (n - 1));
    return { ratios, problems: [] };
  }
  if (domainRatio === 1 && greatest < 1 && !extrapolate)
    throw new Refusal([noReplayNotPiloted({ greatest })], exitStatus.negative);
  const inside = domainRatio >= least && domainRatio <= greatest;
  return {
    ratios: Float64Array.of(domainRatio),
    problems: inside ? [] : [ratioOutsidePilots({ ratio: domainRatio, least, greatest })],
  };
}

function targetsOf(
  fit: FitDocument,
  values: OptionValues<Options>,
  sizes: readonly number[],
  tokens: readonly number[],
): { targets: Target[]; problems: Problem[] } {
  const given = baseLossesOf(
    fit,
    values.baseLoss,
    sizes.map((params) => ({ shape: undefined, params })),
  );
  const reach = [Math.min(...tokens), Math.max(...tokens)] as const;
  const found = sizes.map((size, k) => {
    const base = baseLosses(fit, size, given[k], values.assumeBaseFromSizeLaw);
    const target = { params: size, base };
    const needed = (evalIndex: number): boolean => changesFromBase(fit.evals[evalIndex]);
    const several = sizes.length > 1;
    const problems = baseLossProblems(fit, size, base, values.assumeBaseFromSizeLaw, needed, several);
    const otherwise = refuseOtherTraining(fit, size, values);
    const distance = refuseTooFar(fit, size, reach, values.extrapolate);
    return { target, problems: [...problems, ...otherwise, ...distance.problems] };
  });
  const problems = found.flatMap((each) => each.problems);
  return {
    targets: found.map(({ target }) => target),
    // What holds for every size is said once.
    problems: problems.filter(
      ({ message }, k) => problems.findIndex((each) => each.message === message) === k,
    ),
  };
}

function predictionsFor(
  fit: FitDocument,
  target: Target,
  tokens: readonly number[],
  ratios: Float64Array,
): PredictionDocument['predictions'] {
  const predictor = makePredictor(fit, target);
  return fit.evals.flatMap(({ name }, e) =>
    tokens.flatMap((count) =>
      predictLosses(predictor, e, count, ratios).map((each) => ({
        set: name,
        params: target.params,
        tokens: count,
        domainRatio: each.domainRatio,
        loss: each.loss,
        interval: pair(each.interval),
        meanInterval: pair(each.meanInterval),
        provenance: each.distance.provenance,
      })),
    ),
  );
}

const pair = (interval: readonly [number, number] | null): [number, number] | null =>
  interval === null ? null : [interval[0], interval[1]];

/** One warning for each set that is predicted at 0 or less somewhere, with its lowest place. */
function impossible(fit: FitDocument, { predictions }: PredictionDocument): Problem[] {
  return fit.evals.flatMap(({ name: set }) => {
    const lowest = predictions
      .filter((each) => each.set === set)
      .map(({ params, tokens, loss, interval }) => ({
        params,
        tokens,
        loss: Math.min(loss, interval?.[0] ?? loss),
      }))
      .reduce((least, each) => (each.loss < least.loss ? each : least));
    return lowest.loss > 0 ? [] : [impossibleLoss({ set, ...lowest })];
  });
}
