/**
 * Jobs on worker threads. A job is a list of tasks that any thread can do alike; this thread does its share of them, so
 * that one core is never idle and a machine without worker threads is only slower. Tasks are claimed one by one from a
 * counter in shared memory, results stand in the order of tasks.
 *
 * A worker that cannot start, dies, or throws over a task is no failure: what it has left undone is done here, so that
 * an exception is thrown on this thread, as itself.
 */
import { setImmediate } from 'node:timers/promises';
import { parentPort, Worker, type WorkerOptions } from 'node:worker_threads';

export interface Job<Material, Task, Result> {
  readonly id: string;
  /** What it returns may keep memory between the tasks that one thread does. All three types can be cloned. */
  readonly prepare: (material: Material) => (task: Task) => Result;
}

export interface Threads {
  /**
   * Offers the tasks of a job to the workers, which start on them while this thread goes on with something else. Offers
   * are taken up in their order.
   * @param onDone called with each task that was done, once this thread hears of it
   */
  offer<Material, Task, Result>(
    job: Job<Material, Task, Result>,
    material: Material,
    tasks: readonly Task[],
    onDone?: (task: Task) => void,
  ): Offer<Result>;
  /** Ends the workers at once, whatever they are at. */
  close(): Promise<void>;
}

export interface Offer<Result> {
  /**
   * Joins the workers in what is left, and waits for them.. Where tasks throw, the exception of the first of
   * them in order is thrown, after all have been tried.
   */
  finish(): Promise<Result[]>;
}

interface Order {
  readonly offer: number;
  readonly job: string;
  readonly material: unknown;
  readonly tasks: readonly unknown[];
  readonly next: Int32Array;
}

interface Answer {
  readonly offer: number;
  readonly at: number;
  /** Undefined where the worker could not do it. */
  readonly done: { readonly result: unknown } | undefined;
}

/** An offer whose answers are waited for. */
interface OpenOffer {
  readonly hear: (answer: Answer) => void;
  readonly waitNoLonger: () => void;
}

/** A task as it ended: its result, or what it threw. */
type Outcome<Result> = () => Result;

/**
 * Starts worker threads, which load while this thread goes on.
 * @param entry the module that workers run; it calls `serveJobs`
 * @param count threads in all, this one among them
 */
export function startThreads(entry: URL, count: number): Threads {
  const workers = new Set<Worker>();
  const open = new Map<number, OpenOffer>();
  let offers = 0;

  for (let started = 1; started < count; started++) {
    const worker = startWorker(entry);
    if (worker === undefined) break;
    workers.add(worker);
    // Nobody knows what it had claimed: waiting is over, and what is missing is done here.
    const lose = () => {
      if (workers.delete(worker)) for (const each of open.values()) each.waitNoLonger();
    };
    worker.on('message', (answer: Answer) => open.get(answer.offer)?.hear(answer));
    worker.on('error', lose);
    worker.on('messageerror', lose);
    worker.on('exit', lose);
  }

  return {
    offer<Material, Task, Result>(
      job: Job<Material, Task, Result>,
      material: Material,
      tasks: readonly Task[],
      onDone: (task: Task) => void = () => {},
    ): Offer<Result> {
      const offer = ++offers;
      const next = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
      const outcomes: (Outcome<Result> | undefined)[] = tasks.map(() => undefined);
      let waiting = tasks.length;
      let wake = () => {};
      const settle = (at: number, outcome: Outcome<Result> | undefined) => {
        waiting--;
        outcomes[at] = outcome;
        if (outcome !== undefined) onDone(tasks[at]);
        wake();
      };
      open.set(offer, {
        hear: ({ at, done }) => settle(at, done && (() => done.result as Result)),
        waitNoLonger: () => {
          waiting = 0;
          wake();
        },
      });
      const order: Order = { offer, job: job.id, material, tasks, next };
      for (const worker of workers) worker.postMessage(order);

      return {
        async finish() {
          const perform = performer(job, material);
          for (let at = claim(next); at < tasks.length; at = claim(next)) {
            settle(at, attempt(perform, tasks[at]));
            // Lets answers in.
            await setImmediate();
          }
          while (waiting > 0 && workers.size > 0) {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
          open.delete(offer);
          return tasks.map((task, at) => (outcomes[at] ?? attempt(perform, task))());
        },
      };
    },

    async close() {
      const ending = [...workers];
      workers.clear();
      await Promise.all(ending.map((worker) => worker.terminate()));
    },
  };
}

/** What the entry module of workers calls: does tasks of these jobs as they are ordered. */
export function serveJobs(jobs: readonly Job<never, never, unknown>[]): void {
  parentPort?.on('message', ({ offer, job: id, material, tasks, next }: Order) => {
    const job = jobs.find((each) => each.id === id)!;
    const perform = performer(job, material as never);
    for (let at = claim(next); at < tasks.length; at = claim(next)) {
      let done: Answer['done'];
      try {
        done = { result: perform(tasks[at] as never) };
      } catch {
        done = undefined;
      }
      parentPort?.postMessage({ offer, at, done } satisfies Answer);
    }
  });
}

/** Prepares a job with the first task that this thread does of it. */
function performer<Material, Task, Result>(
  job: Job<Material, Task, Result>,
  material: Material,
): (task: Task) => Result {
  let perform: ((task: Task) => Result) | undefined;
  return (task) => {
    perform ??= job.prepare(material);
    return perform(task);
  };
}

function claim(next: Int32Array): number {
  return Atomics.add(next, 0, 1);
}

function attempt<Task, Result>(perform: (task: Task) => Result, task: Task): Outcome<Result> {
  try {
    const result = perform(task);
    return () => result;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** A worker thread that runs a module of ours; undefined where this process may not start any. */
export function startWorker(entry: URL, options: WorkerOptions = {}): Worker | undefined {
  try {
    return new Worker(entry.pathname.endsWith('.ts') ? withLoader(entry) : entry, options);
  } catch {
    return undefined;
  }
}

/** From the sources: Node 20 reads no TypeScript, and loaders of this process do not reach its workers. */
function withLoader(entry: URL): URL {
  const loader = import.meta.resolve('tsx/esm/api');
  const code = `import { register } from '${loader}'; register(); await import('${entry.href}');`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}
