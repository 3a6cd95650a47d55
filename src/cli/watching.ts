/** The run that a plan launched, out of its logs: read once, or over and over while they grow. */
import type { PlanDocument } from '../documents/plan.ts';
import type { ImportedRun, ImportedRuns } from '../logs/evaluation.ts';
import type { LogFacts } from '../logs/facts.ts';
import { followLogs } from '../logs/follow.ts';
import { readLogs } from '../logs/read.ts';
import { importedCsv } from '../logs/table.ts';
import type { OptionValues } from '../options/all.ts';
import { baseLossesNotLogged } from '../problems/logs.ts';
import { Refusal } from '../problems/problem.ts';
import { baseFromParams, baseMissing, roleAbsent } from '../problems/runs.ts';
import { notTrainedYet } from '../problems/watch.ts';
import { tablesToRuns } from '../runs/assemble.ts';
import type { Runs } from '../runs/runs.ts';
import { readSeparated } from '../runs/separated.ts';

/** How logs are read, where neither they nor the plan tell. */
export type ReadingOptions = 'run' | 'set' | 'format' | 'map' | 'role' | 'unit';
type Values = OptionValues<ReadingOptions>;

/** Of a table of pilots these would matter; a run that is watched has what it has. */
const ABOUT_PILOTS: readonly string[] = [baseFromParams, baseMissing, roleAbsent, baseLossesNotLogged].map(
  ({ code }) => code,
);

/** Runs, and the sets on which each ends in NaN, with the tokens from which on. */
export interface WatchedRuns extends Runs {
  readonly diverged: Readonly<Record<string, ImportedRun['diverged']>>;
}

/** The runs in some logs. Throws a `Refusal` where facts are missing that the plan does not tell either. */
export async function readRun(
  plan: PlanDocument,
  file: string,
  logs: readonly string[],
  values: Values,
): Promise<WatchedRuns> {
  return runsOf(plan, await readLogs(logs, factsOf(plan, file, values)), logs, values);
}

/** The same whenever something was appended, until `signal` is given. Logs that are not there yet are waited for. */
export async function followRun(
  plan: PlanDocument,
  file: string,
  logs: readonly string[],
  values: Values,
  signal: AbortSignal,
  onRuns: (runs: WatchedRuns) => void,
): Promise<void> {
  const onImported = (imported: ImportedRuns): void => {
    if (imported.runs.some(isTrained)) onRuns(runsOf(plan, imported, logs, values));
  };
  await followLogs(logs, onImported, { facts: factsOf(plan, file, values), signal });
}

const isTrained = ({ evaluations }: ImportedRun): boolean => evaluations.some(({ tokens }) => tokens > 0);

/** What a log does not say the plan does, under whatever name the run goes. */
function factsOf(plan: PlanDocument, file: string, { run, set, format, role, unit }: Values): LogFacts {
  const runs = plan.runs.map((planned) => ({ ...planned, name: run ?? planned.name }));
  const roles = Object.fromEntries(plan.runs[0].evals.map(({ name, role: planned }) => [name, planned]));
  return {
    set,
    format,
    launched: { file, runs, baseLosses: {} },
    roles: { ...roles, ...role },
    units: { ...unitsOf(plan), ...unit },
  };
}

/** Units that losses on the sets of the plan are taken to have: those of the plan, but perplexities must be told as such. */
function unitsOf({ units }: PlanDocument): PlanDocument['units'] {
  return Object.fromEntries(Object.entries(units).filter(([, unit]) => unit === 'bpb'));
}

function runsOf(
  plan: PlanDocument,
  imported: ImportedRuns,
  logs: readonly string[],
  { map, role, unit }: Values,
): WatchedRuns {
  const file = logs.join(', ');
  if (!imported.runs.some(isTrained)) throw new Refusal([notTrainedYet({ file })]);
  try {
    const table = readSeparated(file, importedCsv(imported.runs), () => undefined);
    const columns = new Set([...(table?.columns ?? []), ...Object.keys(map ?? {})]);
    const present = <T>(told: Readonly<Record<string, T>>) =>
      Object.fromEntries(Object.entries(told).filter(([name]) => columns.has(`loss_${name}`)));
    const roles = Object.fromEntries(imported.evals.map((set) => [set.name, set.role]));
    const units = Object.fromEntries(imported.evals.map((set) => [set.name, set.unit]));
    const planned = Object.fromEntries(plan.runs[0].evals.map((set) => [set.name, set.role]));
    const runs = tablesToRuns(table === undefined ? [] : [table], {
      map,
      roles: { ...present(roles), ...present(planned), ...role },
      units: { ...present(units), ...present(unitsOf(plan)), ...unit },
    });
    const problems = [...imported.problems, ...runs.problems];
    const diverged = Object.fromEntries(imported.runs.map((run) => [run.name, run.diverged]));
    return { ...runs, diverged, problems: problems.filter(({ code }) => !ABOUT_PILOTS.includes(code)) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // Lines are those of the table in between, which nobody has seen.
    const problems = error.problems.map((problem) => ({
      ...problem,
      place: { file, ...(problem.place?.field === undefined ? {} : { field: problem.place.field }) },
    }));
    throw new Refusal(problems, error.exitStatus);
  }
}
