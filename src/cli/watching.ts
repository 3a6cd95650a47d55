/** Runs tables of a run that is under way, read once or over and over while they grow. */
import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import type { PlanDocument } from '../documents/plan.ts';
import { reasonOf } from '../documents/reason.ts';
import type { OptionValues } from '../options/all.ts';
import { fileMissing, fileUnreadable } from '../problems/files.ts';
import { type Problem, Refusal } from '../problems/problem.ts';
import { noObservations } from '../problems/runs.ts';
import { runsFileEmpty } from '../problems/tables.ts';
import { tablesToRuns } from '../runs/assemble.ts';
import { bytesToTable } from '../runs/read.ts';
import type { Runs } from '../runs/runs.ts';
import type { Table } from '../runs/table.ts';

/** How the columns of the tables are to be read, where the plan does not tell. */
export type ReadingOptions = 'map' | 'role' | 'unit' | 'bytesPerToken';
type Values = OptionValues<ReadingOptions>;

interface File {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** How often growing files are looked at. */
const POLL_MS = 500;
/** What a job that has just begun may lack. */
const NOT_YET: readonly string[] = [fileMissing.code, runsFileEmpty.code, noObservations.code];

/** The runs in some tables; roles and units are those of the plan unless told otherwise. */
export async function readRunsOf(
  plan: PlanDocument,
  paths: readonly string[],
  values: Values,
  stdin: Readable,
): Promise<Runs> {
  return runsOf(plan, await filesAt(paths, stdin), values);
}

/**
 * The runs in some tables, again whenever one of the files has changed, until `signal` is given. A last line without its end is
 * still being written and left for the next time; a job that has written no evaluation yet is waited for.
 */
export async function* followRunsOf(
  plan: PlanDocument,
  paths: readonly string[],
  values: Values,
  stdin: Readable,
  signal: AbortSignal,
): AsyncGenerator<Runs> {
  let seen: readonly Buffer[] = [];
  const look = async (): Promise<Runs | undefined> => {
    const files = await filesAt(paths, stdin);
    const whole = files.map(({ path, bytes }) => ({ path, bytes: wholeLines(bytes) }));
    if (seen.length > 0 && whole.every(({ bytes }, i) => seen[i].equals(bytes))) return undefined;
    seen = whole.map(({ bytes }) => bytes);
    return runsOf(plan, whole, values);
  };
  while (!signal.aborted) {
    const runs = await look().catch(unlessNotYet);
    if (runs !== undefined) yield runs;
    await wait(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function filesAt(paths: readonly string[], stdin: Readable): Promise<File[]> {
  const problems: Problem[] = [];
  const files: File[] = [];
  for (const path of paths) {
    try {
      files.push({ path, bytes: path === '-' ? await buffer(stdin) : await readFile(path) });
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === undefined) throw error;
      problems.push(
        reason.code === 'ENOENT' ? fileMissing({ path }) : fileUnreadable({ path, reason: reason.text }),
      );
    }
  }
  if (problems.length > 0) throw new Refusal(problems);
  return files;
}

function wholeLines(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1));
}

function runsOf(plan: PlanDocument, files: readonly File[], values: Values): Runs {
  const { map, role, unit, bytesPerToken } = values;
  const problems: Problem[] = [];
  const tables = files.flatMap(({ path, bytes }): Table[] => {
    const table = bytesToTable(path === '-' ? 'standard input' : path, bytes, (problem) =>
      problems.push(problem),
    );
    return table === undefined ? [] : [table];
  });
  const columns = new Set([...tables.flatMap((table) => table.columns), ...Object.keys(map ?? {})]);
  const present = plan.runs[0].evals.filter(({ name }) => columns.has(`loss_${name}`));
  const roles = Object.fromEntries(present.map(({ name, role: planned }) => [name, planned]));
  const units = Object.fromEntries(present.map(({ name }) => [name, plan.units[name]]));
  return tablesToRuns(
    tables,
    { map, roles: { ...roles, ...role }, units: { ...units, ...unit }, bytesPerToken },
    problems,
  );
}

function unlessNotYet(error: unknown): undefined {
  const expected = error instanceof Refusal && error.problems.every(({ code }) => NOT_YET.includes(code));
  if (!expected) throw error;
}
