/** Files in folders that need not be there yet: written together with what is missing of their folders, or nothing of either. */
import { mkdir, rmdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileUnwritable } from '../problems/files.ts';
import { Refusal } from '../problems/problem.ts';
import { type FileToWrite, type WriteOptions, writeAllAtomically } from './atomic.ts';
import { reasonOf } from './reason.ts';

/**
 * `writeAllAtomically` where folders may be missing: they are made first, and taken away again where anything fails. Throws a
 * `Refusal` with the reason of the system for a folder that cannot be made. Returns the paths that were written.
 */
export async function writeIntoFolders(
  files: readonly FileToWrite[],
  options: WriteOptions,
): Promise<readonly string[]> {
  const made: string[] = [];
  try {
    for (const folder of new Set(files.map(({ path }) => dirname(path)))) await makeFolder(folder, made);
    return await writeAllAtomically(files, options);
  } catch (error) {
    // Only what is empty: somebody else may have put a file there meanwhile.
    for (const folder of made.reverse()) await rmdir(folder).catch(() => undefined);
    throw error;
  }
}

/**
 * Makes what is missing of a path, from the top, and adds it to `made`. Node's own recursive mkdir tries forever where a file
 * system refuses a folder as missing, as /proc does.
 */
async function makeFolder(path: string, made: string[]): Promise<void> {
  try {
    const missing: string[] = [];
    for (let folder = resolve(path); !(await isThere(folder)); folder = dirname(folder)) missing.push(folder);
    for (const folder of missing.reverse()) {
      await mkdir(folder);
      made.push(folder);
    }
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    // All folders above are there by now.
    const text = reason.code === 'ENOENT' ? 'its file system takes no new folders there' : reason.text;
    throw new Refusal([fileUnwritable({ path, reason: text })]);
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (reasonOf(error)?.code === 'ENOENT') return false;
    throw error;
  }
}
