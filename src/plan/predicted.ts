/** What a plan predicts: losses along its run, at other ratios, and what the last of the domain share does. */
import type { PlanDocument } from '../documents/plan.ts';
import type { CriticalRatio } from '../mixture/critical.ts';
import { shareWithin } from '../mixture/critical.ts';
import { predictLosses } from '../mixture/predict.ts';
import type { Predictor } from '../mixture/predictor.ts';
import { domainLosses, type Question } from './search.ts';

const PATH_POINTS = 12;
/** The smallest ratio that is worth naming keeps this much of the planned gain. */
const GAIN_KEPT = 0.95;

/** Predicted losses on every set from the pilots' first evaluations to the end of the run. */
export function predictedPaths(
  predictor: Predictor,
  tokens: number,
  domainRatio: number,
): PlanDocument['predicted'] {
  const { fit } = predictor;
  return Object.fromEntries(
    fit.evals.map(({ name, noise }, e) => [
      name,
      { ...pathOf(predictor, e, tokens, domainRatio), noise: { ...noise } },
    ]),
  );
}

function pathOf(predictor: Predictor, evalIndex: number, tokens: number, domainRatio: number) {
  const first = Math.min(predictor.fit.pilots.range.tokens[0], tokens);
  const ratios = Float64Array.of(domainRatio);
  const path = Array.from({ length: PATH_POINTS }, (_, i) => {
    const at = i === PATH_POINTS - 1 ? tokens : first * (tokens / first) ** (i / (PATH_POINTS - 1));
    return { tokens: at, ...lossesOf(predictor, evalIndex, at, ratios)[0] };
  });
  const { loss, interval, meanInterval } = path[PATH_POINTS - 1];
  return { end: { loss, interval, meanInterval }, path };
}

/** Predicted losses on every set at one ratio, with their intervals. */
export function predictionsAt(predictor: Predictor, tokens: number, domainRatio: number) {
  return Object.fromEntries(
    predictor.fit.evals.map(({ name }, e) => [
      name,
      lossesOf(predictor, e, tokens, Float64Array.of(domainRatio))[0],
    ]),
  );
}

function lossesOf(predictor: Predictor, evalIndex: number, tokens: number, ratios: Float64Array) {
  return predictLosses(predictor, evalIndex, tokens, ratios).map(({ loss, interval, meanInterval }) => ({
    loss,
    interval: pair(interval),
    meanInterval: pair(meanInterval),
  }));
}

/** What one more point of domain share does, and how much less of it keeps nearly all of the gain. */
export function tradeOff(
  predictor: Predictor,
  question: Pick<Question, 'objective'>,
  tokens: number,
  domainRatio: number,
): PlanDocument['tradeOff'] {
  const { fit, target } = predictor;
  const [least, greatest] = fit.pilots.range.domainRatio;
  const at = predictor.atTokens(tokens);
  const above = Math.min(domainRatio + 0.005, greatest);
  const below = Math.max(domainRatio - 0.005, least);
  const slopeOf = (evalIndex: number): number => {
    const [low, high] = at.point(evalIndex, Float64Array.of(below, above));
    return (0.01 * (high - low)) / (above - below);
  };
  const shares = { objective: question.objective, reference: target.base.map(({ loss }) => loss) };
  /** Counted in shares of the base losses, so that 1 is the base itself. */
  const gain = (ratio: number): number => 1 - domainLosses(at, Float64Array.of(ratio), shares)[0];
  const wanted = GAIN_KEPT * gain(domainRatio);
  let low = least;
  let high = domainRatio;
  if (gain(low) >= wanted) high = low;
  for (let round = 0; round < 40 && high - low > 1e-6; round++) {
    const middle = 0.5 * (low + high);
    if (gain(middle) >= wanted) high = middle;
    else low = middle;
  }
  return {
    // Set by set: sets may be measured in several units.
    perPoint: Object.fromEntries(fit.evals.map(({ name }, e) => [name, slopeOf(e)])),
    smallest: { domainRatio: high, gainKept: GAIN_KEPT, predicted: predictionsAt(predictor, tokens, high) },
  };
}

/** Chance that a new run at a ratio keeps every tolerance; null without draws. */
export function chanceWithin(critical: CriticalRatio, ratio: number): number | null {
  return critical.newRun.length === 0 ? null : shareWithin(critical, ratio);
}

export function pair(interval: readonly [number, number] | null): [number, number] | null {
  return interval === null ? null : [interval[0], interval[1]];
}
