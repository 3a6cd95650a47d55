/** Finds the logs at some paths, and of which format they are. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { reasonOf } from '../documents/reason.ts';
import { fileMissing, fileUnreadable } from '../problems/files.ts';
import { logAmbiguous, logNotAFile, logUnknown, noLogsFound } from '../problems/logs.ts';
import type { Problem } from '../problems/problem.ts';
import { beginsAsParquet } from '../runs/parquet.ts';
import { headOf } from './bytes.ts';
import type { Head, LogFormat } from './format.ts';
import { mlflow } from './formats/mlflow.ts';
import { parquetColumns } from './formats/parquet.ts';
import { formats, recognise } from './formats.ts';
import { parseObject } from './json.ts';
import { type Candidate, type LogSource, naturally, runFolder, slashed, sourcesOf } from './sources.ts';

const HEAD = 256 * 1024;
const MOST_LINES = 400;
const DEEPEST = 12;
/** Names of files that are looked into when a folder is searched. */
const LOG_NAME = /\.(jsonl?|ndjson|csv|tsv|log|txt|out|parquet)(\.gz)?$|tfevents|^std(out|err)|^slurm-/i;
/** Each once, however many kinds of file it comes in. */
const FORMAT_NAMES = [...new Set(formats.map(({ name }) => name.replace(/ \(.*\)$/, '')))];

export interface Found {
  readonly sources: readonly LogSource[];
  /** Errors: paths that are not there, files of unknown format. */
  readonly problems: readonly Problem[];
}

/**
 * The logs at these paths, each a file or a folder to search.
 * @param only takes all files for logs of this format
 * @param result a runs table at this path is passed over where folders are searched: it was made from the logs
 */
export async function discover(
  paths: readonly string[],
  only?: LogFormat['id'],
  result?: string,
): Promise<Found> {
  const problems: Problem[] = [];
  const candidates: Candidate[] = [];
  for (const path of paths) {
    try {
      const there = await stat(path);
      if (there.isDirectory()) candidates.push(...(await search(path, only, result, problems)));
      else if (there.isFile()) {
        const found = await lookAt(path, dirname(path), only, problems);
        if (found !== undefined) candidates.push(found);
      } else problems.push(logNotAFile({ path }));
    } catch (error) {
      problems.push(unreadable(path, error));
    }
  }
  return { sources: sourcesOf(candidates), problems };
}

export function unreadable(path: string, error: unknown): Problem {
  const reason = reasonOf(error);
  if (reason === undefined) throw error;
  return reason.code === 'ENOENT' ? fileMissing({ path }) : fileUnreadable({ path, reason: reason.text });
}

async function search(
  root: string,
  only: LogFormat['id'] | undefined,
  result: string | undefined,
  problems: Problem[],
): Promise<Candidate[]> {
  const isResult = ({ file, format }: Candidate): boolean =>
    format.id === 'runs' && result !== undefined && resolve(file.path) === resolve(result);
  const found: Candidate[] = [];
  const seen: string[] = [];
  const visit = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true });
    entries.sort((a, b) => naturally(a.name, b.name));
    const names = entries.map(({ name }) => name);
    if (names.includes('meta.yaml') && names.includes('metrics') && (only ?? mlflow.id) === mlflow.id) {
      found.push(...(await ofStore(folder, root)));
      return;
    }
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        const skipped = entry.name.startsWith('.') || /^(node_modules|__pycache__)$/.test(entry.name);
        if (!skipped && depth < DEEPEST) await visit(path, depth + 1);
      } else if (LOG_NAME.test(entry.name)) {
        try {
          // A pipe would be waited for until somebody writes into it.
          if (!(await stat(path)).isFile()) continue;
          seen.push(relative(root, path));
          const candidate = await lookAt(path, root, only, undefined);
          if (candidate !== undefined && !isResult(candidate)) found.push(candidate);
        } catch (error) {
          // A link that leads nowhere, or a file that went away meanwhile: in a folder nobody asked for it by name.
          if (reasonOf(error)?.code !== 'ENOENT') problems.push(unreadable(path, error));
        }
      }
    }
  };
  await visit(root, 0);
  if (found.length === 0) problems.push(noLogsFound({ folder: root, seen, format: only }));
  return found;
}

/** The files of one run in a file store of MLflow. */
async function ofStore(folder: string, root: string): Promise<Candidate[]> {
  const found: Candidate[] = [];
  const title = await storeTitle(folder);
  const told = title === undefined ? {} : { title };
  const visit = async (inner: string): Promise<void> => {
    for (const entry of await readdir(inner, { withFileTypes: true })) {
      const path = join(inner, entry.name);
      if (entry.isDirectory()) await visit(path);
      else
        found.push({
          file: { path, name: slashed(relative(folder, path)) },
          format: mlflow,
          root,
          folder,
          ...told,
        });
    }
  };
  for (const part of ['metrics', 'params']) await visit(join(folder, part)).catch(() => {});
  return found;
}

async function storeTitle(folder: string): Promise<string | undefined> {
  const tag = await readFile(join(folder, 'tags', 'mlflow.runName'), 'utf8').catch(() => '');
  const meta = await readFile(join(folder, 'meta.yaml'), 'utf8').catch(() => '');
  const name = tag.trim() || /^run_name: *['"]?(.*?)['"]?\s*$/m.exec(meta)?.[1];
  return name || undefined;
}

/** What one file is. Without a list for problems, a file that is no log is passed over. */
async function lookAt(
  path: string,
  root: string,
  only: LogFormat['id'] | undefined,
  problems: Problem[] | undefined,
): Promise<Candidate | undefined> {
  const head = await lookInto(path);
  const known = recognise(head).filter(({ id }) => only === undefined || id === only);
  const ids = [...new Set(known.map(({ id }) => id))];
  if (ids.length > 1) problems?.push(logAmbiguous({ path, formats: ids }));
  const told = problems === undefined ? undefined : formats.find(({ id }) => id === only);
  const format = known[0] ?? told;
  if (format === undefined)
    problems?.push(logUnknown({ path, seen: firstSight(head), formats: FORMAT_NAMES }));
  if (format === undefined || (ids.length > 1 && problems !== undefined)) return undefined;
  const folder = runFolder(dirname(path), root);
  return { file: { path, name: slashed(relative(folder, path)) }, format, root, folder };
}

async function lookInto(path: string): Promise<Head> {
  const bytes = await headOf(path, HEAD);
  const name = basename(path).replace(/\.gz$/, '');
  const none = { name, bytes, lines: [], objects: [], columns: [] };
  if (beginsAsParquet(bytes)) return { ...none, columns: await parquetColumns(path) };
  if (bytes.includes(0)) return none;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  const pieces = text.split(/\r?\n/);
  const lines = (bytes.length < HEAD || pieces.length === 1 ? pieces : pieces.slice(0, -1)).slice(
    0,
    MOST_LINES,
  );
  const objects = lines
    .filter((line) => line.startsWith('{'))
    .map(parseObject)
    .filter((object) => object !== undefined);
  return { ...none, lines, objects };
}

/** What a person would see at the beginning of a file. */
function firstSight({ bytes, lines }: Head): string {
  if (bytes.length === 0) return 'nothing: the file is empty';
  const text = lines.join(' ').replace(/\s+/g, ' ').trim();
  if (text !== '') return `text that begins ${JSON.stringify(text.slice(0, 60))}`;
  return bytes.includes(0) ? 'binary data' : 'nothing but empty lines';
}
