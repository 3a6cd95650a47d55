/** A fit made again without some runs, on a thread of its own. The newest order wins. */
import type { Worker } from 'node:worker_threads';
import type { FitDocument } from '../documents/fit.ts';
import { startWorker } from '../fit/threads.ts';
import type { Problem } from '../problems/problem.ts';

export interface RefitOrder {
  readonly fit: FitDocument;
  /** Ids of runs. */
  readonly exclude: readonly string[];
}

export type RefitNews =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'done'; readonly fit: FitDocument }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  /** The thread ended without an answer. */
  | { readonly kind: 'failed'; readonly message: string };

export interface Refitter {
  /** Starts over: what an earlier order was at is dropped, and nothing more is heard of it. */
  order(order: RefitOrder, hear: (news: RefitNews) => void): void;
  cancel(): void;
}

/** Beside this file in the sources, and beside the chunk that holds it in the bundle. */
const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './refitWorker.ts' : './refitWorker.js',
  import.meta.url,
);

export function threadRefitter(): Refitter {
  let worker: Worker | undefined;
  const cancel = (): void => {
    const ending = worker;
    worker = undefined;
    ending?.removeAllListeners();
    void ending?.terminate();
  };
  return {
    cancel,
    order(order, hear) {
      cancel();
      const mine = startWorker(WORKER, { workerData: order });
      if (mine === undefined) return hear({ kind: 'failed', message: 'no thread could be started' });
      worker = mine;
      mine.on('message', (news: RefitNews) => {
        if (news.kind !== 'progress') cancel();
        hear(news);
      });
      mine.on('error', (error) => {
        cancel();
        hear({ kind: 'failed', message: error.message });
      });
    },
  };
}
