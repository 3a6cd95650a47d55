/** Threads, with jobs of their own. */
import { afterEach, describe, expect, it } from 'vitest';
import { type Job, startThreads, type Threads } from '../../src/fit/threads.ts';
import { Refusal } from '../../src/problems/problem.ts';
import { dying, meetingOf, naming, power, refusing } from './threadJobs.ts';

const WORKER = new URL('./threadWorker.ts', import.meta.url);
const TASKS = Array.from({ length: 20 }, (_, task) => task);
const CUBES = TASKS.map((task) => task ** 3);

let threads: Threads;
afterEach(() => threads.close());

function run<Material, Task, Result>(
  job: Job<Material, Task, Result>,
  material: Material,
  tasks: readonly Task[],
): Promise<Result[]> {
  return threads.offer(job, material, tasks).finish();
}

describe.each([1, 2, 3])('%i threads', (count) => {
  it('all take part, and results stand in the order of tasks', async () => {
    threads = startThreads(WORKER, count);
    const everyone = TASKS.slice(0, count);
    expect(new Set(await run(naming, meetingOf(count), everyone)).size).toBe(count);
    expect(await run(power, 3, TASKS)).toEqual(CUBES);
    // Material is of the run, not of the thread.
    expect(await run(power, 1, TASKS)).toEqual(TASKS);
    expect(await run(power, 1, [])).toEqual([]);
  });

  it('throw the first exception in order, as itself', async () => {
    threads = startThreads(WORKER, count);
    for (const from of [0, 7]) {
      const tasks = run(refusing, { ...meetingOf(count), from }, TASKS);
      const error = await tasks.catch((each: unknown) => each);
      if (!(error instanceof Refusal)) throw error;
      expect(error.exitStatus).toBe(1);
      expect(error.message).toBe(`Task ${from} is refused.`);
      expect(error.problems.map(({ code }) => code)).toEqual(['unlucky-task']);
    }
    expect(await run(power, 3, TASKS)).toEqual(CUBES);
  });

  it('tell of every task that is done, once', async () => {
    threads = startThreads(WORKER, count);
    const seen: number[] = [];
    await threads.offer(power, 3, TASKS, (task) => seen.push(task)).finish();
    expect(seen.toSorted((a, b) => a - b)).toEqual(TASKS);
  });

  it('do offers in whatever order they are finished', async () => {
    threads = startThreads(WORKER, count);
    const [first, second] = [threads.offer(power, 3, TASKS), threads.offer(power, 1, TASKS)];
    expect(await second.finish()).toEqual(TASKS);
    expect(await first.finish()).toEqual(CUBES);
  });

  it('do everything also when workers die over their tasks', async () => {
    threads = startThreads(WORKER, count);
    expect(await run(dying, meetingOf(count), TASKS)).toEqual(TASKS);
    expect(await run(power, 3, TASKS)).toEqual(CUBES);
  });
});

it('does everything on this thread where workers cannot start', async () => {
  threads = startThreads(new URL('./nowhere.ts', import.meta.url), 3);
  expect(await run(power, 3, TASKS)).toEqual(CUBES);
  expect(await run(naming, meetingOf(1), TASKS)).toEqual(TASKS.map(() => 0));
});

it('refuses material that cannot travel', () => {
  threads = startThreads(WORKER, 2);
  const material = (() => 2) as unknown as number;
  expect(() => threads.offer(power, material, TASKS)).toThrow(/could not be cloned/);
});
