/** Noise of losses as noise of the critical ratio: what a loss is off by, divided by how steeply it rises with the ratio. */
import type { NoiseAsRatioDocument } from '../documents/critical.ts';
import type { CriticalRatio } from './critical.ts';
import type { Predictor } from './predictor.ts';

/** Half the width over which the slope is taken; pilot ratios lie further apart. */
const STEP = 0.01;

/** At the critical ratio of the fit itself; null where it has none, or where the loss does not rise there. */
export function noiseAsRatio(predictor: Predictor, critical: CriticalRatio): NoiseAsRatioDocument | null {
  const { fit } = predictor;
  const { point, binding: evalIndex, tokens } = critical;
  if (point.kind !== 'at' || evalIndex === undefined) return null;
  const [least, greatest] = fit.pilots.range.domainRatio;
  const below = Math.max(point.ratio - STEP, least);
  const above = Math.min(point.ratio + STEP, greatest);
  const at = predictor.atTokens(tokens).losses(evalIndex, Float64Array.of(below, point.ratio, above));
  const [low, loss, high] = at.point;
  const slope = (high - low) / (above - below);
  if (!(slope > 0)) return null;
  const { name, noise } = fit.evals[evalIndex];
  return {
    set: name,
    slope,
    loss: { run: noise.run, evaluation: noise.evaluation },
    ratio: { run: (noise.run * loss) / slope, evaluation: (noise.evaluation * loss) / slope },
  };
}
