/** The fit on several threads: the same bytes as on one, sooner. */
import { availableParallelism } from 'node:os';
import type { FitDocument } from '../documents/fit.ts';
import type { Runs } from '../runs/runs.ts';
import { drawJob, drawMaterial } from './drawJob.ts';
import { type ChunkOfDraws, chunksOfDraws, type DrawnChunk, gatherDraws } from './draws.ts';
import { type FitOptions, fitDocument, fitRuns } from './fitRuns.ts';
import { fitSet } from './fitSet.ts';
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
  if (threads <= 1) return fitRuns(runs, options);
  const { seed, draws, resampling = DEFAULT_RESAMPLING, onProgress } = options;
  const pool = startThreads(WORKER, threads);
  try {
    const total = draws * runs.evals.length;
    let done = 0;
    const progress = ({ from, to }: ChunkOfDraws) => {
      done += to - from;
      onProgress?.(done, total);
    };
    // Workers draw from one set while this thread fits the next.
    const chunks = chunksOfDraws(draws);
    const fitted = runs.evals.map((_, index) => {
      const set = fitSet(runs, index, options);
      return { set, drawing: pool.offer(drawJob, drawMaterial(set, seed, resampling), chunks, progress) };
    });
    const drawn: DrawnChunk[][] = [];
    for (const { drawing } of fitted) drawn.push(await drawing.finish());
    const sets = fitted.map(({ set }) => set);
    return fitDocument(runs, options, sets, gatherDraws(drawn, draws, resampling));
  } finally {
    await pool.close();
  }
}

/** As many threads as this machine has cores for, up to four; one where the fit is over before a second could start. */
function threadsThatPay({ n, evals }: Runs, { draws }: FitOptions): number {
  return n * evals.length * draws < 5e5 ? 1 : Math.min(availableParallelism(), MOST_THREADS);
}
