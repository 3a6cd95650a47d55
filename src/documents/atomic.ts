/**
 * Files that appear whole or not at all. Each text is written beside its final place, flushed to the disk,
 * and renamed; several files are all prepared before the first of them is renamed, and put back if a later
 * rename fails.
 */
import { randomBytes } from 'node:crypto';
import { constants, rmSync } from 'node:fs';
import { access, copyFile, link, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileExists, fileTwice, fileUnwritable, outputIsInput } from '../problems/files.ts';
import { type Problem, Refusal } from '../problems/problem.ts';
import { reasonOf } from './reason.ts';

export interface FileToWrite {
  readonly path: string;
  /** Bytes where it is a picture. */
  readonly text: string | Uint8Array;
}

export interface WriteOptions {
  /** Whether files that exist are replaced. Without it they are refused. */
  readonly force: boolean;
}

/** A file whose path has been looked at, and where its text waits until it is published. */
interface Prepared {
  /** As the caller wrote it, for messages. */
  readonly path: string;
  /** Absolute, symbolic links followed, so that a link stays a link. */
  readonly target: string;
  readonly text: string | Uint8Array;
  /** Permission bits to keep; `undefined` where there was no file. */
  readonly mode: number | undefined;
  /** In the target's folder, so that the rename never crosses a file system. */
  readonly temporary: string;
  readonly backup: string;
}

/** Writes one file whole or not at all; see `writeAllAtomically`. */
export async function writeAtomically(
  path: string,
  text: string,
  options: WriteOptions,
): Promise<readonly string[]> {
  return writeAllAtomically([{ path, text }], options);
}

/**
 * What can be told before a long computation about writing its results: throws a `Refusal` with what speaks against any of
 * the paths, as `writeAllAtomically` would, or because it is one of `inputs`, which no result may replace even with `force`.
 * A file that exists is not judged yet, since it may hold the very text. The path - is neither read nor written.
 */
export async function refuseUnwritable(paths: readonly string[], inputs: readonly string[]): Promise<void> {
  const problems: Problem[] = [];
  const files = (some: readonly string[]): string[] => some.filter((path) => path !== '-');
  const read = await Promise.all(files(inputs).map(followLinks));
  const written: string[] = [];
  for (const path of files(paths)) {
    const target = await followLinks(path);
    if (read.includes(target)) problems.push(outputIsInput({ path }));
    else if (written.includes(target)) problems.push(fileTwice({ path }));
    else await judge(path, target, true, problems);
    written.push(target);
  }
  if (problems.length > 0) throw new Refusal(problems);
}

/**
 * Writes several files as one: either all of them, or none. Throws a `Refusal` with every problem that can
 * be seen beforehand (a file that exists without `force`, a missing or read-only folder, a folder in the
 * place of the file, one path twice), before anything is written. Temporary files are removed on failure and
 * on SIGINT, SIGTERM and SIGHUP. A file that holds its text already is left as it is, `force` or not.
 * Returns the paths that were written.
 */
export async function writeAllAtomically(
  files: readonly FileToWrite[],
  { force }: WriteOptions,
): Promise<readonly string[]> {
  const prepared = await check(files, force);
  await cleaningUp(
    prepared.flatMap(({ temporary, backup }) => [temporary, backup]),
    async () => {
      for (const file of prepared) await named(file, () => writeTemporary(file));
      await publishAll(prepared, force);
    },
  );
  return prepared.map(({ path }) => path);
}

async function check(files: readonly FileToWrite[], force: boolean): Promise<readonly Prepared[]> {
  const problems: Problem[] = [];
  const prepared: Prepared[] = [];
  for (const { path, text } of files) {
    const target = await followLinks(path);
    if (prepared.some((other) => other.target === target)) problems.push(fileTwice({ path }));
    const mark = randomBytes(6).toString('hex');
    const besides = (kind: string): string =>
      join(dirname(target), `.${basename(target).slice(0, 200)}.${mark}.${kind}`);
    if (await holds(target, text)) continue;
    const mode = await judge(path, target, force, problems);
    prepared.push({ path, target, text, mode, temporary: besides('tmp'), backup: besides('bak') });
  }
  if (problems.length > 0) throw new Refusal(problems);
  return prepared;
}

/** The absolute path behind all symbolic links, of the folder alone where the file is not there yet. */
async function followLinks(path: string): Promise<string> {
  const absolute = resolve(path);
  const folder = async (): Promise<string> => join(await realpath(dirname(absolute)), basename(absolute));
  return realpath(absolute)
    .catch(folder)
    .catch(() => absolute);
}

/** Whether a regular file with exactly these contents is there; anything that cannot be read is not. */
async function holds(target: string, text: string | Uint8Array): Promise<boolean> {
  const existing = await stat(target).catch(() => undefined);
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  if (existing?.isFile() !== true || existing.size !== bytes.length) return false;
  return readFile(target).then(
    (found) => found.equals(bytes),
    () => false,
  );
}

/** Adds what speaks against writing `target`; returns the permission bits of the file that is there. */
async function judge(
  path: string,
  target: string,
  force: boolean,
  problems: Problem[],
): Promise<number | undefined> {
  try {
    const existing = await stat(target).catch(ignoreMissing);
    if (existing?.isDirectory()) problems.push(fileUnwritable({ path, reason: 'it is a folder' }));
    else if (existing !== undefined && !existing.isFile()) {
      problems.push(fileUnwritable({ path, reason: 'it is not a regular file' }));
    } else if (existing !== undefined && !force) problems.push(fileExists({ path }));
    await access(dirname(target), constants.W_OK);
    return existing?.mode;
  } catch (error) {
    problems.push(unwritable(path, error));
    return undefined;
  }
}

async function writeTemporary({ temporary, text, mode }: Prepared): Promise<void> {
  const handle = await open(temporary, 'wx', mode ?? 0o666);
  try {
    await handle.writeFile(text);
    // The mode given to `open` is cut by the umask; one that was chosen before is kept as it was.
    if (mode !== undefined) await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function publishAll(prepared: readonly Prepared[], force: boolean): Promise<void> {
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const file of prepared) {
      const { target, backup, mode } = file;
      await named(file, async () => {
        // A single file needs no way back: its rename is the last thing that can fail.
        if (mode !== undefined && prepared.length > 1)
          await copyFile(target, backup, constants.COPYFILE_EXCL);
        await publish(file, force);
      });
      undo.unshift(() => (mode === undefined ? rm(target) : rename(backup, target)));
    }
  } catch (error) {
    for (const step of undo) await step();
    throw error;
  }
}

/** Gives the text its name. Without `force` by a hard link, which never replaces a file that appeared meanwhile. */
async function publish({ path, temporary, target }: Prepared, force: boolean): Promise<void> {
  if (force) return rename(temporary, target);
  try {
    await link(temporary, target);
  } catch (error) {
    const code = reasonOf(error)?.code;
    if (code === 'EEXIST') throw new Refusal([fileExists({ path })]);
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw error;
    // No hard links on this file system (FAT, some network shares).
    await rename(temporary, target);
  }
}

/** Runs `write`; whatever is left at `leftovers` afterwards is removed, also when a signal ends the program. */
async function cleaningUp(leftovers: readonly string[], write: () => Promise<void>): Promise<void> {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const remove = (): void => {
    for (const path of leftovers) rmSync(path, { force: true });
  };
  const stopListening = (): void => {
    for (const signal of signals) process.off(signal, onSignal);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    remove();
    stopListening();
    // With nobody else listening, the signal does what it would have done without us.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  for (const signal of signals) process.on(signal, onSignal);
  try {
    await write();
  } finally {
    stopListening();
    remove();
  }
}

/** Turns what the operating system says into a problem with the path that the caller knows. */
async function named({ path }: Prepared, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal([unwritable(path, error)]);
  }
}

function unwritable(path: string, error: unknown): Problem {
  const reason = reasonOf(error);
  if (reason === undefined) throw error;
  return fileUnwritable({ path, reason: reason.text });
}

function ignoreMissing(error: unknown): undefined {
  if (reasonOf(error)?.code !== 'ENOENT') throw error;
}
