/** Logs of trainers and trackers to runs: what `mixplan import` and `mixplan watch` read. */
import { nothingImported } from '../problems/logs.ts';
import { Refusal } from '../problems/problem.ts';
import { unreadable } from './discover.ts';
import type { ImportedRuns } from './evaluation.ts';
import type { LogFacts } from './facts.ts';
import { openLogs } from './open.ts';
import { pull } from './pull.ts';
import { assembleRuns } from './runs.ts';

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
