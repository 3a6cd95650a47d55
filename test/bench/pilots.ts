/** The whole fit of the shipped pilots, and a frame of answers from its draws. */
import { join } from 'node:path';
import { fitRuns } from '../../src/fit/fitRuns.ts';
import { baseLosses } from '../../src/mixture/baseLoss.ts';
import { makePredictor } from '../../src/mixture/predictor.ts';
import { setAside } from '../../src/runs/honesty.ts';
import { readRuns } from '../../src/runs/read.ts';
import { root } from '../results/tables.ts';
import { type BenchRow, time } from './timing.ts';

export const PILOTS = join(root, 'datasets/pilots-kernel-c/runs.csv');

const DRAWS = 1000;
const RATIOS = 101;

export async function pilots(): Promise<BenchRow[]> {
  const runs = setAside(await readRuns([PILOTS]));
  const options = {
    objective: { kind: 'huber', delta: undefined },
    laws: undefined,
    draws: DRAWS,
    seed: 1,
    level: 0.9,
  } as const;
  const fit = fitRuns(runs, options);
  const params = 2 * fit.pilots.range.params[1];
  const predictor = makePredictor(fit, { params, base: baseLosses(fit, params, {}, true) });
  const ratios = Float64Array.from({ length: RATIOS }, (_, i) => i / (RATIOS - 1));
  const { tokens } = fit.pilots.range;
  const memory = fit.evals.map(() => new Float64Array(DRAWS * RATIOS));
  return [
    {
      what: `shipped pilots, every law on both sets, ${DRAWS} draws`,
      measured: time(5, 1, () => fitRuns(runs, options)),
    },
    {
      what: `${DRAWS} draws × ${RATIOS} ratios × 2 losses at one size and token count`,
      // Other tokens each time, so that nothing can be remembered.
      measured: time(60, 20, (round) => {
        const at = predictor.atTokens(tokens[1] * (1 + round / 1000));
        fit.evals.forEach((_, evalIndex) => void at.losses(evalIndex, ratios, memory[evalIndex]));
      }),
      target: 5,
    },
  ];
}
