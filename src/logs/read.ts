/** Logs of trainers and trackers to runs: what `mixplan import` and `mixplan watch` read. */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  baseLossesNotLogged,
  evalUnitsDiffer,
  evaluatedTwice,
  factsUnused,
  launchedElse,
  nothingImported,
} from '../problems/logs.ts';
import { type Problem, Refusal } from '../problems/problem.ts';
import { choiceUnknown } from '../problems/units.ts';
import { roleFromName } from '../runs/evals.ts';
import { groupBy } from '../runs/order.ts';
import type { LossUnit, Role } from '../runs/runs.ts';
import { formatNumber } from '../units/number.ts';
import { assembleRun } from './assemble.ts';
import { endsOf, feed } from './bytes.ts';
import { type Collector, createCollector, type RunLog, type Wanted } from './collect.ts';
import { discover, type LogSource, naturally, unreadable } from './discover.ts';
import type { EvalSet, ImportedRun, ImportedRuns } from './evaluation.ts';
import {
  checkSet,
  type Fact,
  type FactOf,
  factsOfRun,
  type Launched,
  type LogFacts,
  metricsTold,
} from './facts.ts';
import { type FactsFile, matchesRun, parseFactsFile } from './factsFile.ts';
import type { JsonObject } from './json.ts';
import { evalMetric, traceMetric } from './metrics.ts';
import { type MissingFact, missingProblems } from './missing.ts';
import { settingsBeside } from './settings.ts';
import type { Decoder, LogSink } from './sink.ts';
import { tableRun } from './tableRun.ts';

const FACTS_FILES = ['runs.yaml', 'runs.yml'];

/** A log that has been found, with what lies beside it, and what has been read of it so far. */
export interface OpenLog {
  readonly source: LogSource;
  readonly factsFiles: readonly FactsFile[];
  readonly settings: JsonObject;
  readonly settingsProblems: readonly Problem[];
  readonly wanted: Wanted;
  /** By name of the run in the log; '' where the log names none. */
  readonly collectors: Map<string, Collector>;
}

/**
 * Reads all logs at some paths, each a file or a folder that is searched, with what is told about them. Runs come by
 * name, evaluations by tokens. Memory grows with the evaluations, not with the logs.
 *
 * Throws a `Refusal` with everything that stands in the way: paths that are not there, files of unknown format, facts
 * that are missing (each once, with all runs that lack it) or wrong. Damage that leaves something to read is a warning.
 */
export async function readLogs(paths: readonly string[], facts: LogFacts): Promise<ImportedRuns> {
  const { logs, problems } = await openLogs(paths, facts);
  if (problems.length > 0) throw new Refusal(problems);
  for (const log of logs) {
    try {
      await pull(log, new Map(), true);
    } catch (error) {
      problems.push(unreadable(log.source.files[0].path, error));
    }
  }
  if (problems.length > 0) throw new Refusal(problems);
  const imported = assembleRuns(logs, facts);
  if (imported.runs.some(({ evaluations }) => evaluations.length > 0)) return imported;
  throw new Refusal([...imported.problems, nothingImported({ runs: imported.runs.map(({ name }) => name) })]);
}

/** Finds logs and what lies beside them; nothing of the logs themselves is read. Throws a `Refusal` for wrong facts. */
export async function openLogs(
  paths: readonly string[],
  facts: LogFacts,
): Promise<{ logs: OpenLog[]; problems: Problem[] }> {
  checkSet(facts.set ?? {});
  const { sources, problems } = await discover(paths, facts.format, facts.result);
  const files = new Map<string, FactsFile | undefined>();
  const faults: Problem[] = [];
  const besides: (readonly FactsFile[])[] = [];
  for (const { folders } of sources) {
    const found: FactsFile[] = [];
    for (const path of folders.flatMap((folder) => FACTS_FILES.map((name) => join(folder, name)))) {
      if (!files.has(path)) files.set(path, await readFacts(path, faults));
      const file = files.get(path);
      if (file !== undefined) found.push(file);
    }
    besides.push(found);
  }
  const wanted = metricsTold(
    facts.set ?? {},
    [...files.values()].filter((file) => file !== undefined),
  );
  const logs: OpenLog[] = [];
  for (const [k, source] of sources.entries()) {
    const settingsProblems: Problem[] = [];
    const stem = basename(source.files[0].path).replace(/(\.\w+)?(\.gz)?$/, '');
    const folders = [
      ...new Set([...source.folders, ...source.files.slice(0, 1).map(({ path }) => dirname(path))]),
    ];
    const settings = await settingsBeside(folders, stem, (problem) => settingsProblems.push(problem));
    logs.push({ source, factsFiles: besides[k], settings, settingsProblems, wanted, collectors: new Map() });
  }
  if (faults.length > 0) throw new Refusal(faults);
  return { logs, problems: [...problems] };
}

async function readFacts(path: string, faults: Problem[]): Promise<FactsFile | undefined> {
  try {
    return parseFactsFile(await readFile(path, 'utf8'), path);
  } catch (error) {
    if (error instanceof Refusal) faults.push(...error.problems);
    else {
      const problem = unreadable(path, error);
      if (problem.code !== 'file-missing') faults.push(problem);
    }
    return undefined;
  }
}

/** The sink of one file of a log: what is wrong is told with the file's name. */
export function sinksOf(log: OpenLog, path: string): (run?: string) => LogSink {
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

/** Whether anything but settings was read of a run. */
export const saysSomething = ({ metrics, rows, problems }: RunLog): boolean =>
  metrics.size > 0 || rows.length > 0 || problems.length > 0;

export const hasEvaluations = ({ series, rows }: RunLog): boolean =>
  rows.length > 0 || [...series.values()].some(({ values }) => values.size > 0);

/**
 * The runs that some logs hold so far. Throws a `Refusal` where facts are missing or wrong.
 * @param isTold which runs are told of; the others are passed over without a word
 */
export function assembleRuns(
  logs: readonly OpenLog[],
  facts: LogFacts,
  isTold: (log: RunLog) => boolean = () => true,
): ImportedRuns {
  const problems: Problem[] = [];
  const missing: MissingFact[] = [];
  // What is lost of a log may be why something is missing.
  const damage: Problem[] = [];
  const report = (problem: Problem): void => void problems.push(problem);
  const lack = (one: MissingFact): void => void missing.push(one);
  const parts = logs.flatMap((log) => partsOf(log).filter(({ collected }) => isTold(collected)));
  const told = toldAnywhere(logs, facts);
  const sets = new Map<string, SetSeen>();

  const runs = parts.map(({ log, name, collected }): ImportedRun => {
    const settings = { ...log.settings, ...collected.settings };
    const { format, files } = log.source;
    const factOf = factsOfRun(name, parts.length === 1, settings, facts, log.factsFiles, report);
    for (const problem of [...log.settingsProblems, ...collected.problems]) report(problem);
    damage.push(...collected.problems);
    const one = {
      name,
      format,
      files: files.map(({ path }) => path),
      log: { ...collected, settings },
      factOf,
      told,
    };
    const isTable = format.id === 'runs';
    const { run, units } = isTable
      ? { run: tableRun(one, report), units: {} }
      : assembleRun(one, { report, lack });
    for (const set of new Set(run.evaluations.flatMap(({ losses }) => Object.keys(losses))))
      noteSet(sets, set, name, factOf, units, facts, report);
    if (
      !isTable &&
      facts.launched !== undefined &&
      factOf('params')?.origin !== originOf(facts.launched) &&
      !isLaunched(name, parts.length, facts)
    )
      report(
        launchedElse({
          run: name,
          file: facts.launched.file,
          known: facts.launched.runs.map((each) => each.name),
        }),
      );
    return run;
  });
  for (const problem of repeated(runs)) report(problem);
  lackBases(runs, lack);
  for (const {
    name,
    role,
    runs: [run],
  } of sets.values())
    if (role === undefined) lack({ run, fact: `role_${name}`, settings: {} });
  const refused = [...problems.filter(({ severity }) => severity === 'error'), ...missingProblems(missing)];
  if (refused.length > 0) throw new Refusal(distinctProblems([...refused, ...damage]));
  const names = parts.map(({ name }) => name);
  problems.push(...unusedEntries(logs, names), ...withoutBase(runs));
  const evals = [...sets.values()].map(
    ({ name, role, unit }): EvalSet => ({ name, role: role ?? 'general', unit }),
  );
  return {
    runs: runs.toSorted((a, b) => naturally(a.name, b.name)),
    evals: evals.sort((a, b) => naturally(a.name, b.name)),
    problems: distinctProblems(problems),
  };
}

/** The runs in one log with what was read of each. */
function partsOf(log: OpenLog): { log: OpenLog; name: string; collected: RunLog }[] {
  const all = [...log.collectors].map(([run, { log: collected }]) => ({ run, collected }));
  // A log that names its runs has nothing to say without a name, but for damage.
  const telling = all.filter(
    ({ run, collected }) => run !== '' || all.length === 1 || saysSomething(collected),
  );
  const isTable = log.source.format.id === 'runs';
  return telling.map(({ run, collected }) => ({
    log,
    name: run === '' && !isTable ? log.source.name : run,
    collected,
  }));
}

/** Names of all facts that anybody told, for any run. */
function toldAnywhere(logs: readonly OpenLog[], { set = {}, launched }: LogFacts): string[] {
  const files = new Set(logs.flatMap(({ factsFiles }) => factsFiles));
  const ofPlan = launched?.runs.flatMap(({ corpora }) => corpora.map(({ name }) => `unique_${name}`)) ?? [];
  const ofBase = Object.keys(launched?.baseLosses ?? {}).map((name) => `base_loss_${name}`);
  const ofFiles = [...files].flatMap(({ defaults, runs }) =>
    [defaults, ...runs.map(({ facts }) => facts)].flatMap(Object.keys),
  );
  return [...new Set([...Object.keys(set), ...ofFiles, ...ofPlan, ...ofBase])];
}

interface SetSeen {
  readonly name: string;
  readonly role: Role | undefined;
  readonly unit: LossUnit;
  readonly runs: string[];
}

function noteSet(
  sets: Map<string, SetSeen>,
  name: string,
  run: string,
  factOf: FactOf,
  units: Readonly<Record<string, LossUnit>>,
  facts: LogFacts,
  report: (problem: Problem) => void,
): void {
  const unit = facts.units?.[name] ?? unitOf(factOf(`unit_${name}`), report) ?? units[name] ?? 'nats';
  const role = facts.roles?.[name] ?? roleOf(factOf(`role_${name}`), report) ?? roleFromName(name);
  const seen = sets.get(name);
  if (seen === undefined) sets.set(name, { name, role, unit, runs: [run] });
  else if (seen.unit !== unit)
    report(evalUnitsDiffer({ set: name, run, unit, other: seen.unit, otherRun: seen.runs[0] }));
  else if (seen.role === undefined && role !== undefined) sets.set(name, { ...seen, role });
}

function unitOf(fact: Fact | undefined, report: (problem: Problem) => void): LossUnit | undefined {
  return oneOf(['nats', 'bpb', 'ppl'] as const, 'unit', fact, report);
}

function roleOf(fact: Fact | undefined, report: (problem: Problem) => void): Role | undefined {
  return oneOf(['general', 'domain'] as const, 'role', fact, report);
}

function oneOf<T extends string>(
  choices: readonly T[],
  name: string,
  fact: Fact | undefined,
  report: (problem: Problem) => void,
): T | undefined {
  if (fact === undefined) return undefined;
  const found = choices.find((choice) => choice === fact.text);
  if (found === undefined) report(choiceUnknown({ text: fact.text, name, choices }, fact.place));
  return found;
}

const originOf = ({ file }: Launched): string => basename(file);

const isLaunched = (name: string, count: number, { launched }: LogFacts): boolean =>
  launched === undefined ||
  launched.runs.some((run) => run.name === name) ||
  (count === 1 && launched.runs.length === 1);

/** Evaluations of one run at the same tokens, within a log or in several. Rows of base models are averaged instead. */
function repeated(runs: readonly ImportedRun[]): Problem[] {
  return [...groupBy(runs, ({ name }) => name)].flatMap(([run, parts]) => {
    const byTokens = groupBy(
      parts.flatMap(({ evaluations, files }) => evaluations.map(({ tokens }) => ({ tokens, files }))),
      ({ tokens }) => tokens,
    );
    const twice = [...byTokens].filter(([tokens, found]) => tokens > 0 && found.length > 1);
    if (twice.length === 0) return [];
    const files = [...new Set(twice.flatMap(([, found]) => found.flatMap((one) => one.files)))];
    const first = `${formatNumber(Math.min(...twice.map(([tokens]) => tokens)))} tokens`;
    return [evaluatedTwice({ run, count: twice.length, first, files })];
  });
}

/** A base that is told for some runs has to be told for all: they would look like runs from a base without a name. */
function lackBases(runs: readonly ImportedRun[], lack: (missing: MissingFact) => void): void {
  const hasBase = ({ columns, evaluations }: ImportedRun): boolean =>
    columns.base !== undefined || evaluations.some(({ cells }) => cells.base !== undefined);
  if (!runs.some(hasBase)) return;
  for (const { name } of runs.filter((run) => !hasBase(run))) lack({ run: name, fact: 'base', settings: {} });
}

function withoutBase(runs: readonly ImportedRun[]): Problem[] {
  const bases = (run: ImportedRun): string =>
    run.columns.base ?? run.evaluations[0]?.cells.base ?? run.columns.params ?? '';
  const measured = new Set(
    runs.filter(({ evaluations }) => evaluations.some(({ tokens }) => tokens === 0)).map(bases),
  );
  const lacking = runs
    .filter((run) => run.evaluations.length > 0 && !measured.has(bases(run)))
    .map(({ name }) => name);
  return lacking.length > 0 ? [baseLossesNotLogged({ runs: lacking })] : [];
}

function unusedEntries(logs: readonly OpenLog[], names: readonly string[]): Problem[] {
  const files = [...new Set(logs.flatMap(({ factsFiles }) => factsFiles))];
  return files.flatMap(({ runs }) =>
    runs
      .filter(({ pattern }) => !names.some((name) => matchesRun(pattern, name)))
      .map(({ pattern, place }) => factsUnused({ pattern, runs: names }, place)),
  );
}

/** The same slip in a file for all runs is told once for each run that it concerns: once is enough. */
function distinctProblems(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems.filter((problem) => {
    const key = JSON.stringify(problem);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
