/** The fit on several threads: the same bytes as on one, sooner. */
import { availableParallelism } from 'node:os';
import type { FitDocument } from '../documents/fit.ts';
import { LAWS } from '../laws/registry.ts';
import type { Runs } from '../runs/runs.ts';
import { chunksOfDraws, gatherDraws } from './draws.ts';
import { drawJob, pointJob } from './fitJobs.ts';
import { type FitOptions, fitDocument, fitRuns } from './fitRuns.ts';
import { DEFAULT_RESAMPLING } from './resample.ts';
import { startThreads } from './threads.ts';

/** Beside this file in the sources, and beside the chunk that holds it in the bundle. */
const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './fitWorker.ts' : './fitWorker.js',
  import.meta.url,
);

/** More threads share too little work to be worth their start. */
const MOST_THREADS = 4;

/**
 * As `fitRuns`, on `threads` threads, this one among them; by default as many as pay, up to the cores of the machine.
 * The document does not depend on their number.
 */
export async function fitOnThreads(
  runs: Runs,
  options: FitOptions,
  threads = threadsThatPay(runs, options),
): Promise<FitDocument> {
  const { objective, seed, draws, resampling = DEFAULT_RESAMPLING, onProgress } = options;
  if (threads <= 1) return fitRuns(runs, options);

  const pool = startThreads(WORKER, threads);
  try {
    const { laws: asked } = options;
    const laws = asked && LAWS.filter((law) => asked.includes(law)).map(({ id }) => id);
    const material = { runs, options: { objective, seed, laws } };
    const sets = await pool.run(pointJob, material, [...runs.evals.keys()]);
    const chunks = chunksOfDraws(sets.length, draws);
    const total = draws * sets.length;
    const drawn = await pool.run(drawJob, { sets, seed, resampling }, chunks, (done) =>
      onProgress?.(Math.round((done / chunks.length) * total), total),
    );
    return fitDocument(runs, options, sets, gatherDraws(drawn, sets.length, draws, resampling));
  } finally {
    await pool.close();
  }
}

/** As many threads as this machine has cores for, up to four; one where the fit is over before a second could start. */
function threadsThatPay({ n, evals }: Runs, { draws }: FitOptions): number {
  return n * evals.length * draws < 5e5 ? 1 : Math.min(availableParallelism(), MOST_THREADS);
}
