/** Which of the logs that were found belong to one run, and what it is called. */
import { basename, dirname, resolve, sep } from 'node:path';
import type { LogFile, LogFormat } from './format.ts';
import { mlflow } from './formats/mlflow.ts';
import { formats } from './formats.ts';

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

/** A file that is a log. */
export interface Candidate {
  readonly file: LogFile;
  readonly format: LogFormat;
  /** Where the search began: settings above it are not looked for. */
  readonly root: string;
  /** Folder that stands for the run. */
  readonly folder: string;
  /** What the tracker calls the run, where it is told beside the log. */
  readonly title?: string;
}

/** Names of folders that say nothing about the run in them. */
const GENERIC =
  /^(checkpoint-\d+|version_\d+|step[-_]?\d+|logs?|csv|files|tensorboard|tb|tb_logs|runs|metrics|latest-run|[A-Z][a-z]{2}\d{2}_\d{2}-\d{2}-\d{2}_.*)$/;
/** Names of files that say nothing about the run in them. */
const GENERIC_FILE =
  /^((trainer_state|trainer_log|metrics(_step\d+)?|history|logs?|logs-rank\d+|output|std_?(out|err|log)|train(ing)?(_log)?|runs|slurm)([-_.]?\d+)*|events\.out\.tfevents.*)$/i;

/** One source a run, each with a name of its own. */
export function sourcesOf(candidates: readonly Candidate[]): LogSource[] {
  return named(grouped(candidates));
}

/** The nearest folder above that says something about the run, not beyond where the search began. */
export function runFolder(folder: string, root: string): string {
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

export const slashed = (path: string): string => path.replaceAll('\\', '/');

/** `step2` before `step10`. */
export function naturally(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true }) || (a < b ? -1 : a > b ? 1 : 0);
}
