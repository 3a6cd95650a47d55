/** Logs that come through a pipe: kept in a file while they are read, since logs are read by path. */
import { createWriteStream, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Problem, Refusal } from '../problems/problem.ts';

/** How messages call it. */
const NAME = 'standard input';
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Calls `use` with the paths, in which a file with what `stdin` holds has taken the place of `-`. The file is gone afterwards,
 * also where a signal ends the program, and messages call it standard input.
 * @param grows whether `use` begins at once and follows the file; otherwise it waits for the end. `over` is fulfilled there
 */
export async function withStandardInput<T>(
  paths: readonly string[],
  stdin: Readable,
  grows: boolean,
  use: (paths: readonly string[], over: Promise<void>) => Promise<T>,
): Promise<T> {
  if (!paths.includes('-')) return use(paths, new Promise(() => {}));
  const folder = await mkdtemp(join(tmpdir(), 'mixplan-'));
  const file = join(folder, 'standard-input');
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const onSignal = (signal: NodeJS.Signals): void => {
    // Somebody else who listens ends the program in good order.
    if (process.listenerCount(signal) > 1) return;
    remove();
    process.off(signal, onSignal);
    process.kill(process.pid, signal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  const stop = new AbortController();
  const over = pipeline(stdin, createWriteStream(file), { signal: stop.signal }).catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  try {
    if (!grows) await over;
    return await use([...new Set(paths.map((path) => (path === '-' ? file : path)))], over);
  } catch (error) {
    throw error instanceof Refusal ? renamed(error, file) : error;
  } finally {
    stop.abort();
    await over;
    for (const signal of SIGNALS) process.off(signal, onSignal);
    remove();
  }
}

function renamed({ problems, exitStatus }: Refusal, file: string): Refusal {
  const plain = (text: string): string => text.replaceAll(`"${file}"`, NAME).replaceAll(file, NAME);
  const told = problems.map(
    (problem): Problem => ({
      ...problem,
      message: plain(problem.message),
      ...(problem.place?.file === undefined
        ? {}
        : { place: { ...problem.place, file: plain(problem.place.file) } }),
    }),
  );
  return new Refusal(told, exitStatus);
}
