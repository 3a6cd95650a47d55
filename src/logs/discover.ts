/** Finds the logs at some paths: which files belong to one run, of which format they are, and what lies beside them. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { reasonOf } from '../documents/reason.ts';
import { fileMissing, fileUnreadable } from '../problems/files.ts';
import { logAmbiguous, logUnknown, noLogsFound } from '../problems/logs.ts';
import type { Problem } from '../problems/problem.ts';
import { beginsAsParquet } from '../runs/parquet.ts';
import { headOf } from './bytes.ts';
import type { Head, LogFile, LogFormat } from './format.ts';
import { mlflow } from './formats/mlflow.ts';
import { parquetColumns } from './formats/parquet.ts';
import { formats, recognise } from './formats.ts';
import { parseObject } from './json.ts';

/** The log of one run, or of several where the log names them. */
export interface LogSource extends UnnamedSource {
  readonly name: string;
}

interface UnnamedSource {
  readonly format: LogFormat;
  readonly files: readonly LogFile[];
  /** Folders in which settings of the run may lie, the outermost first. */
  readonly folders: readonly string[];
  /** Folder that stands for the run. */
  readonly folder: string;
  readonly title?: string;
}

const HEAD = 256 * 1024;
const MOST_LINES = 400;
const DEEPEST = 12;
/** Names of files that are looked into when a folder is searched. */
const LOG_NAME = /\.(jsonl?|ndjson|csv|tsv|log|txt|out|parquet)(\.gz)?$|tfevents|^std(out|err)|^slurm-/i;
/** Names of folders that say nothing about the run in them. */
const GENERIC =
  /^(checkpoint-\d+|version_\d+|step[-_]?\d+|logs?|csv|files|tensorboard|tb|tb_logs|runs|metrics|latest-run|[A-Z][a-z]{2}\d{2}_\d{2}-\d{2}-\d{2}_.*)$/;
/** Names of files that say nothing about the run in them. */
const GENERIC_FILE =
  /^((trainer_state|trainer_log|metrics(_step\d+)?|history|logs?|logs-rank\d+|output|std_?(out|err|log)|train(ing)?(_log)?|runs|slurm)([-_.]?\d+)*|events\.out\.tfevents.*)$/i;

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
      const found = (await stat(path)).isDirectory()
        ? await search(path, only, result, problems)
        : [await lookAt(path, dirname(path), only, problems)];
      candidates.push(...found.filter((one) => one !== undefined));
    } catch (error) {
      problems.push(unreadable(path, error));
    }
  }
  return { sources: named(grouped(candidates)), problems };
}

export function unreadable(path: string, error: unknown): Problem {
  const reason = reasonOf(error);
  if (reason === undefined) throw error;
  return reason.code === 'ENOENT' ? fileMissing({ path }) : fileUnreadable({ path, reason: reason.text });
}

interface Candidate {
  readonly file: LogFile;
  readonly format: LogFormat;
  /** Where the search began: settings above it are not looked for. */
  readonly root: string;
  /** Folder that stands for the run. */
  readonly folder: string;
  /** What the tracker calls the run, where it is told beside the log. */
  readonly title?: string;
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
        seen.push(relative(root, path));
        try {
          const candidate = await lookAt(path, root, only, undefined);
          if (candidate !== undefined && !isResult(candidate)) found.push(candidate);
        } catch (error) {
          problems.push(unreadable(path, error));
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

/** The nearest folder above that says something about the run, not beyond where the search began. */
function runFolder(folder: string, root: string): string {
  let at = folder;
  while (GENERIC.test(basename(resolve(at))) && resolve(at) !== resolve(root)) at = dirname(at);
  return at;
}

/** One source a folder, of the format that says most; histories and tables one by one. */
function grouped(candidates: readonly Candidate[]): UnnamedSource[] {
  const groups = new Map<string, Candidate[]>();
  for (const one of candidates) {
    const key = resolve(one.folder);
    const group = groups.get(key) ?? [];
    // A file that is named twice, or named and found in a folder, is one file.
    if (!group.some(({ file }) => resolve(file.path) === resolve(one.file.path))) group.push(one);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap((group) => {
    const best = formats.find((format) => group.some((one) => one.format === format));
    const chosen = group.filter(({ format }) => format === best);
    return split(chosen).map((files) => ({
      format: files[0].format,
      files: files.map(({ file }) => file).sort((a, b) => naturally(a.name, b.name)),
      folders: foldersOf(files[0]),
      folder: files[0].folder,
      ...(files[0].title === undefined ? {} : { title: files[0].title }),
    }));
  });
}

/**
 * The files of each run among those of one folder. Files whose name says something are runs of their own; those called
 * slurm-4711.out or train_2.log are parts of the folder's run.
 */
function split(group: readonly Candidate[]): (readonly Candidate[])[] {
  const { id } = group[0].format;
  if (id === 'hf-trainer') return [[newestState(group)]];
  if (EXPORTS.includes(id)) return group.map((one) => [one]);
  if (!WRITTEN_BY_JOBS.includes(id)) return [group];
  const parts = group.filter(({ file }) => GENERIC_FILE.test(stemOf(file)));
  const own = group.filter((one) => !parts.includes(one)).map((one) => [one]);
  return parts.length > 0 ? [parts, ...own] : own;
}

/** Exports: each file holds whole runs. */
const EXPORTS: readonly LogFormat['id'][] = ['wandb', 'runs'];
/** What a job prints or writes as it goes. */
const WRITTEN_BY_JOBS: readonly LogFormat['id'][] = [
  'megatron',
  'composer',
  'litgpt',
  'maxtext',
  'llama-factory',
];

const stemOf = ({ path }: LogFile): string =>
  basename(path).replace(/(\.(jsonl?|ndjson|csv|tsv|log|txt|out|parquet))?(\.gz)?$/i, '');

/** The state in the folder of the run, else that of the last checkpoint: each holds all entries of those before it. */
function newestState(group: readonly Candidate[]): Candidate {
  const steps = ({ file }: Candidate): number =>
    Number(/checkpoint-(\d+)/.exec(file.name)?.[1] ?? Number.POSITIVE_INFINITY);
  return group.reduce((best, one) => (steps(one) > steps(best) ? one : best));
}

/** From where the search began down to the folder of the file. */
function foldersOf({ file, root, folder }: Candidate): string[] {
  const folders = [dirname(file.path)];
  while (resolve(folders[0]) !== resolve(root) && dirname(folders[0]) !== folders[0])
    folders.unshift(dirname(folders[0]));
  return resolve(root) === resolve(folders[0]) ? folders : [folder];
}

/** Names from folders, from files where one folder holds several sources, and from more of the path where names collide. */
function named(sources: readonly UnnamedSource[]): LogSource[] {
  const shares = (one: UnnamedSource): boolean =>
    sources.some((other) => other !== one && dirname(other.files[0].path) === dirname(one.files[0].path));
  const names = sources.map((one) => ownName(one, shares(one), 1));
  return sources.map((source, k) => {
    const unique = names.indexOf(names[k]) === names.lastIndexOf(names[k]);
    return { ...source, name: unique ? names[k] : ownName(source, shares(source), 2) };
  });
}

/** The last parts of the path to the run, or the name that its tracker gave it. */
function ownName(source: UnnamedSource, shared: boolean, parts: number): string {
  const { files, format, folder, title } = source;
  const stem = stemOf(files[0]);
  const folders = resolve(folder).split(sep);
  while (folders.length > 1 && GENERIC.test(folders[folders.length - 1])) folders.pop();
  const ofFolder = format === mlflow || format.id === 'wandb-chart' || GENERIC_FILE.test(stem);
  const own = title ?? (ofFolder && !(shared && EXPORTS.includes(format.id)) ? folders.pop() : stem);
  return [...folders, own].slice(-parts).join('/');
}

const slashed = (path: string): string => path.replaceAll('\\', '/');

/** `step2` before `step10`. */
export function naturally(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true }) || (a < b ? -1 : a > b ? 1 : 0);
}
