/** Logs that were found, with what lies beside them: facts that people told, and settings of the run. */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Problem, Refusal } from '../problems/problem.ts';
import type { Collector, Wanted } from './collect.ts';
import { discover, unreadable } from './discover.ts';
import { checkSet, type LogFacts, metricsTold } from './facts.ts';
import { type FactsFile, parseFactsFile } from './factsFile.ts';
import type { JsonObject } from './json.ts';
import { settingsBeside } from './settings.ts';
import type { LogSource } from './sources.ts';

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
