/**
 * Simulated pilots for refits. Behind one interface, so that schemes can be compared: a scheme fills the losses
 * that replicate k would have measured, on the same design.
 */
import { type Stream, stream } from '../stats/streams.ts';
import type { EvalData } from './evalData.ts';
import type { NoiseModel } from './noise.ts';

export interface ResamplingScheme {
  readonly id: string;
  /** Fills `loss` (one per row) with replicate k. The same (seed, set, k) gives the same losses on any thread. */
  fill(replicate: number, loss: Float64Array): void;
}

/**
 * Layered parametric bootstrap: fitted losses times one plus base, run and autocorrelated evaluation noise. Keeps
 * the design: resampling whole runs would leave most replicates without one of the ratios.
 */
export function layeredParametric(
  data: EvalData,
  fitted: Float64Array,
  noise: NoiseModel,
  seed: number,
): ResamplingScheme {
  const bases = Math.max(...data.base) + 1;
  const ofBase = new Float64Array(bases);
  const fresh = Math.sqrt(1 - noise.rho ** 2);
  const drawRun = (numbers: Stream, from: number, to: number, loss: Float64Array): void => {
    const level = 1 + ofBase[data.base[from]] + noise.run * numbers.normal();
    let wobble = numbers.normal();
    for (let i = from; i < to; i++) {
      if (i > from) wobble = noise.rho * wobble + fresh * numbers.normal();
      loss[i] = fitted[i] * (level + noise.evaluation * wobble);
    }
  };
  return {
    id: 'layered-parametric',
    fill(replicate, loss) {
      const numbers = stream(seed, `pilots of ${data.name}`, replicate);
      for (let b = 0; b < bases; b++) ofBase[b] = noise.base * numbers.normal();
      let from = 0;
      for (let i = 1; i <= data.n; i++) {
        if (i < data.n && data.run[i] === data.run[from]) continue;
        drawRun(numbers, from, i, loss);
        from = i;
      }
    },
  };
}
