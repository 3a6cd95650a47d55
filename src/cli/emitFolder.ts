/** Folders of emitted files: written whole or not at all, and known again by what lies beside the files. */
import { readFile, rm } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import type { Readable } from 'node:stream';
import { canonicalJson } from '../documents/canonical.ts';
import type { EmissionDocument } from '../documents/emission.ts';
import { writeIntoFolders } from '../documents/folders.ts';
import { parseDocument, readText } from '../documents/read.ts';
import { documentKinds } from '../documents/schemas.ts';
import { counted } from '../problems/counted.ts';
import { Refusal } from '../problems/problem.ts';
import { notEmitted } from '../problems/trainers.ts';
import type { EmittedFile } from '../trainers/adapter.ts';
import type { Printer } from './printer.ts';

/** Says beside the files what they were made from. */
const SIDECAR = 'emitted.json';

interface EmittedFolder {
  readonly folder: string;
  readonly document: EmissionDocument;
  readonly files: readonly EmittedFile[];
}

/** Writes all folders or none, and with `force` takes away what an earlier emission left in them. */
export async function writeFolders(
  folders: readonly EmittedFolder[],
  besides: readonly EmittedFile[],
  force: boolean,
  printer: Printer,
): Promise<void> {
  const files = [
    ...folders.flatMap(({ folder, document, files }) => [
      ...files.map(({ path, text }) => ({ path: join(folder, path), text })),
      { path: join(folder, SIDECAR), text: canonicalJson(document) },
    ]),
    ...besides,
  ];
  const before = force ? (await Promise.all(folders.map(({ folder }) => emittedBefore(folder)))).flat() : [];
  const written = await writeIntoFolders(files, { force });
  const kept = new Set(files.map(({ path }) => path));
  for (const path of before.filter((one) => !kept.has(one))) await rm(path, { force: true });
  const [{ folder }] = folders;
  const where = folders.length === 1 ? folder : `${folders.length} folders in ${dirname(folder)}`;
  if (written.length > 0) printer.say(`wrote ${counted(written.length, 'file')} to ${where}`);
  else printer.say(`${where} holds these very files already`);
}

/** The files that an earlier emission wrote to a folder: one for another trainer would leave them beside the new ones. */
async function emittedBefore(folder: string): Promise<readonly string[]> {
  const path = join(folder, SIDECAR);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return [];
  try {
    const { files } = await parseDocument(text, documentKinds.emission, path);
    const within = files.filter((file) => !isAbsolute(file) && !file.split(/[\\/]/).includes('..'));
    return within.map((file) => join(folder, file));
  } catch (error) {
    // What is not ours is left alone.
    if (error instanceof Refusal) return [];
    throw error;
  }
}

/** What lies beside the files of a folder; throws a `Refusal` where nothing does. */
export async function readSidecar(folder: string, stdin: Readable): Promise<EmissionDocument> {
  const path = join(folder, SIDECAR);
  const text = await readText(path, stdin).catch((error: unknown) => {
    if (error instanceof Refusal) throw new Refusal([notEmitted({ folder })]);
    throw error;
  });
  return parseDocument(text, documentKinds.emission, path);
}
