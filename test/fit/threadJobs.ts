/** Jobs that show what threads do with results, exceptions and accidents. */
import { isMainThread, threadId } from 'node:worker_threads';
import type { Job } from '../../src/fit/threads.ts';
import { declareProblem, Refusal } from '../../src/problems/problem.ts';

const MINUTE_MS = 60_000;

/** Where threads wait for each other. */
export interface Meeting {
  readonly arrived: Int32Array;
  readonly threads: number;
}

export function meetingOf(threads: number): Meeting {
  return { arrived: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)), threads };
}

/** Waits until all threads are here, so that none is left out of what follows. */
function meet({ arrived, threads }: Meeting): void {
  let seen = Atomics.add(arrived, 0, 1) + 1;
  Atomics.notify(arrived, 0);
  while (seen < threads) {
    if (Atomics.wait(arrived, 0, seen, MINUTE_MS) === 'timed-out') throw new Error('alone for a minute');
    seen = Atomics.load(arrived, 0);
  }
}

/** Says which thread did a task. */
export const naming: Job<Meeting, number, number> = {
  id: 'naming',
  prepare: (meeting) => {
    meet(meeting);
    return () => threadId;
  },
};

export const power: Job<number, number, number> = {
  id: 'power',
  prepare: (exponent) => (base) => base ** exponent,
};

export const unlucky = declareProblem<{ task: number }>({
  code: 'unlucky-task',
  severity: 'error',
  title: 'a task that is refused in tests',
  message: ({ task }) => `Task ${task} is refused.`,
  explanation: 'For tests of threads.',
});

/** Refuses the tasks from a number on. */
export const refusing: Job<Meeting & { readonly from: number }, number, number> = {
  id: 'refusing',
  prepare: ({ from, ...meeting }) => {
    meet(meeting);
    return (task) => {
      if (task >= from) throw new Refusal([unlucky({ task })], 1);
      return task;
    };
  },
};

/** Every thread but the first is gone with its first task. */
export const dying: Job<Meeting, number, number> = {
  id: 'dying',
  prepare: (meeting) => {
    meet(meeting);
    return (task) => {
      if (!isMainThread) process.exit(1);
      return task;
    };
  },
};
