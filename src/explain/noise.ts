/** Noise of losses as noise of the critical ratio, in one sentence. */
import type { NoiseAsRatioDocument } from '../documents/critical.ts';
import { percentText, ratioText } from './numbers.ts';

/** `Noise of 0.3% of general loss from run to run is ±0.028 in domain ratio there, ...` */
export function noiseAsRatioText({ set, loss, ratio }: NoiseAsRatioDocument): string {
  return (
    `Noise of ${percentText(loss.run)} of ${set} loss from run to run is ±${ratioText(ratio.run)} in domain ratio there, ` +
    `${percentText(loss.evaluation)} from one evaluation to the next ±${ratioText(ratio.evaluation)}.`
  );
}
