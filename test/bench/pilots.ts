/** The whole fit of the shipped pilots, and a frame of answers from its draws. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fitRuns } from '../../src/fit/fitRuns.ts';
import { baseLosses } from '../../src/mixture/baseLoss.ts';
import { makePredictor } from '../../src/mixture/predictor.ts';
import { setAside } from '../../src/runs/honesty.ts';
import { readRuns } from '../../src/runs/read.ts';
import { root } from '../results/tables.ts';
import { type BenchRow, time, timeAsync } from './timing.ts';

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
  const { fitOnThreads } = await built();
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
      what: `shipped pilots, every law on both sets, ${DRAWS} draws, two threads`,
      measured: await timeAsync(5, 1, () => fitOnThreads(runs, options, 2)),
      target: 1500,
      compared: 'starts its worker each time',
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

/** The library as it is installed: from the sources, workers would spend their time on a compiler. */
function built(): Promise<typeof import('../../src/index.ts')> {
  execFileSync(process.execPath, ['build.mjs'], { cwd: root });
  return import(pathToFileURL(join(root, 'dist/index.js')).href);
}
