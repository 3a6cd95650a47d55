/** The bytes of open logs, as far as they have come: everything at once, or what was appended since the last look. */
import { stat } from 'node:fs/promises';
import { endsOf, feed } from './bytes.ts';
import { createCollector, type Wanted } from './collect.ts';
import { evalMetric, traceMetric } from './metrics.ts';
import type { OpenLog } from './open.ts';
import type { Decoder, LogSink } from './sink.ts';

/** The sink of one file of a log: what is wrong is told with the file's name. */
function sinksOf(log: OpenLog, path: string): (run?: string) => LogSink {
  const sinks = new Map<string, LogSink>();
  return (run = '') => {
    const known = sinks.get(run);
    if (known !== undefined) return known;
    const collector =
      log.collectors.get(run) ?? createCollector(log.wanted, log.source.format.carriesOver === true);
    log.collectors.set(run, collector);
    const { sink } = collector;
    const own: LogSink = {
      ...sink,
      problem: (problem) => sink.problem({ ...problem, place: { file: path, ...problem.place } }),
    };
    sinks.set(run, own);
    return own;
  };
}

/** How far a file has been read. */
interface FileState {
  readonly decoder: Decoder | undefined;
  readonly identity: number;
  readonly size: number;
  readonly changed: number;
  /** Both ends of what was read, of a file that grows. */
  readonly ends: Buffer | undefined;
}

export type ReadSoFar = Map<string, FileState>;

/**
 * Reads what the files of a log hold beyond what was read before. A file that was replaced, became shorter or no longer holds
 * what it held, and one that does not merely grow, brings the whole log to be read anew. Returns whether there was anything.
 * @param final whether the files are over, so that what is cut off is damage; otherwise it is waited for
 * Throws what the file system throws; nothing then counts as read.
 */
export async function pull(log: OpenLog, read: ReadSoFar, final: boolean): Promise<boolean> {
  try {
    return await pullOnwards(log, read, final);
  } catch (error) {
    forget(log, read);
    throw error;
  }
}

function forget(log: OpenLog, read: ReadSoFar): void {
  read.clear();
  log.collectors.clear();
}

async function pullOnwards(log: OpenLog, read: ReadSoFar, final: boolean): Promise<boolean> {
  const { format, files } = log.source;
  const now = new Map<string, Awaited<ReturnType<typeof stat>>>();
  for (const { path } of files) now.set(path, await stat(path));
  const isContinued = async (path: string, before: FileState): Promise<boolean> => {
    const found = now.get(path);
    if (found === undefined || found.ino !== before.identity) return false;
    if (found.size === before.size && found.mtimeMs === before.changed) return true;
    if (before.ends === undefined || found.size < before.size) return false;
    return before.ends.equals(await endsOf(path, before.size));
  };
  for (const [path, before] of [...read]) if (!(await isContinued(path, before))) forget(log, read);
  let changed = false;
  for (const file of files) {
    const { path } = file;
    const found = now.get(path);
    const before = read.get(path);
    if (found === undefined || (before !== undefined && before.size === found.size)) continue;
    changed = true;
    const sinks = sinksOf(log, path);
    const decoder = before?.decoder ?? format.decode?.(sinks, file);
    await format.readWhole?.(path, sinks, (name) => isWanted(name, log.wanted));
    const size =
      decoder === undefined ? Number(found.size) : await feed(path, before?.size ?? 0, decoder, sinks());
    if (final || !format.grows) decoder?.end();
    const ends = format.grows && !path.endsWith('.gz') ? await endsOf(path, size) : undefined;
    read.set(path, { decoder, identity: Number(found.ino), size, changed: Number(found.mtimeMs), ends });
  }
  return changed;
}

const isWanted = (name: string, { series, tokens }: Wanted): boolean =>
  series.has(name) || tokens.has(name) || evalMetric(name) !== undefined || traceMetric(name) !== undefined;
