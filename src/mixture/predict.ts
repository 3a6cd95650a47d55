/** Predicted losses with their two intervals, where people read them. */
import { intervalOf, sortedDraws } from './critical.ts';
import type { Predictor } from './predictor.ts';
import { type Distance, distanceFrom } from './scenario.ts';

export interface Prediction {
  readonly evalIndex: number;
  readonly tokens: number;
  readonly domainRatio: number;
  readonly loss: number;
  /** Where one new run would land, at the level of the fit; null without draws. */
  readonly interval: readonly [number, number] | null;
  /** The curve alone. */
  readonly meanInterval: readonly [number, number] | null;
  readonly distance: Distance;
}

/** One prediction per ratio for one set at one token count. */
export function predictLosses(
  predictor: Predictor,
  evalIndex: number,
  tokens: number,
  ratios: Float64Array,
): Prediction[] {
  const { fit, count, newRun, target } = predictor;
  const { point, draws } = predictor.atTokens(tokens).losses(evalIndex, ratios);
  const n = ratios.length;
  return Array.from(ratios, (domainRatio, i) => {
    const mean = Float64Array.from({ length: count }, (_, k) => draws[k * n + i]);
    return {
      evalIndex,
      tokens,
      domainRatio,
      loss: point[i],
      interval: intervalOf(sortedDraws(mean.map((loss, k) => loss * newRun[evalIndex][k])), fit.level),
      meanInterval: intervalOf(sortedDraws(mean), fit.level),
      distance: distanceFrom(fit.pilots.range, target.params, tokens, domainRatio),
    };
  });
}
