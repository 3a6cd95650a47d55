/** Threads, with jobs of their own. */
import { afterEach, describe, expect, it } from 'vitest';
import { startThreads, type Threads } from '../../src/fit/threads.ts';
import { Refusal } from '../../src/problems/problem.ts';
import { dying, meetingOf, naming, power, refusing } from './threadJobs.ts';

const WORKER = new URL('./threadWorker.ts', import.meta.url);
const TASKS = Array.from({ length: 20 }, (_, task) => task);
const CUBES = TASKS.map((task) => task ** 3);

let threads: Threads;
afterEach(() => threads.close());

describe.each([1, 2, 3])('%i threads', (count) => {
  it('all take part, and results stand in the order of tasks', async () => {
    threads = startThreads(WORKER, count);
    const everyone = TASKS.slice(0, count);
    expect(new Set(await threads.run(naming, meetingOf(count), everyone)).size).toBe(count);
    expect(await threads.run(power, 3, TASKS)).toEqual(CUBES);
    // Material is of the run, not of the thread.
    expect(await threads.run(power, 1, TASKS)).toEqual(TASKS);
    expect(await threads.run(power, 1, [])).toEqual([]);
  });

  it('throw the first exception in order, as itself', async () => {
    threads = startThreads(WORKER, count);
    for (const from of [0, 7]) {
      const tasks = threads.run(refusing, { ...meetingOf(count), from }, TASKS);
      const error = await tasks.catch((each: unknown) => each);
      if (!(error instanceof Refusal)) throw error;
      expect(error.exitStatus).toBe(1);
      expect(error.message).toBe(`Task ${from} is refused.`);
      expect(error.problems.map(({ code }) => code)).toEqual(['unlucky-task']);
    }
    expect(await threads.run(power, 3, TASKS)).toEqual(CUBES);
  });

  it('count what is done', async () => {
    threads = startThreads(WORKER, count);
    const seen: number[] = [];
    await threads.run(power, 3, TASKS, (done) => seen.push(done));
    expect(seen).toEqual(TASKS.map((task) => task + 1));
  });

  it('do everything also when workers die over their tasks', async () => {
    threads = startThreads(WORKER, count);
    expect(await threads.run(dying, meetingOf(count), TASKS)).toEqual(TASKS);
    expect(await threads.run(power, 3, TASKS)).toEqual(CUBES);
  });
});

it('does everything on this thread where workers cannot start', async () => {
  threads = startThreads(new URL('./nowhere.ts', import.meta.url), 3);
  expect(await threads.run(power, 3, TASKS)).toEqual(CUBES);
  expect(await threads.run(naming, meetingOf(1), TASKS)).toEqual(TASKS.map(() => 0));
});

it('refuses material that cannot travel', async () => {
  threads = startThreads(WORKER, 2);
  const material = (() => 2) as unknown as number;
  await expect(threads.run(power, material, TASKS)).rejects.toThrow(/could not be cloned/);
});
