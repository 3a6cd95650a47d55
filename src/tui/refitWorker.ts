/** What the worker thread of a refit runs: one fit, told of as it goes. */
import { parentPort, workerData } from 'node:worker_threads';
import { refitWithout } from '../fit/withoutRuns.ts';
import { Refusal } from '../problems/problem.ts';
import type { RefitNews, RefitOrder } from './refit.ts';

const tell = (news: RefitNews): void => parentPort?.postMessage(news);
try {
  const { fit, exclude } = workerData as RefitOrder;
  const again = await refitWithout(fit, exclude, (done, total) => tell({ kind: 'progress', done, total }));
  tell({ kind: 'done', fit: again });
} catch (error) {
  // What is a fault of the program ends the worker, which is noticed.
  if (!(error instanceof Refusal)) throw error;
  tell({ kind: 'refused', problems: error.problems });
}
