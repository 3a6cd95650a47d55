/** What `mixplan emit` writes files for: the runs of a plan or of a list of pilots. */
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { parseDocument, parseJson, readText, schemaIn } from '../documents/read.ts';
import { documentKinds } from '../documents/schemas.ts';
import { sha256 } from '../documents/sha256.ts';
import type { TrainingRun } from '../documents/trainingRun.ts';
import { Refusal } from '../problems/problem.ts';
import { runUnknown } from '../problems/trainers.ts';

export interface Source {
  readonly name: string;
  readonly sha256: string;
  /** As the plan reckons with; null where it does not tell. */
  readonly tokensPerGpuSecond: number | null;
  readonly runs: readonly TrainingRun[];
}

/** The runs of a plan or of a list of pilots. */
export async function readRuns(path: string, stdin: Readable): Promise<Source> {
  const text = await readText(path, stdin);
  const file = path === '-' ? 'standard input' : path;
  const isPilots = schemaIn(parseJson(text, file))?.startsWith('mixplan.pilots/') === true;
  const facts = { name: path === '-' ? file : basename(path), sha256: sha256(text) };
  if (isPilots) {
    const { runs } = await parseDocument(text, documentKinds.pilots, file);
    return { ...facts, tokensPerGpuSecond: null, runs };
  }
  const { runs, budget } = await parseDocument(text, documentKinds.plan, file);
  return { ...facts, tokensPerGpuSecond: budget.throughput?.tokensPerGpuSecond ?? null, runs };
}

/** Those of one name, or all. */
export function chosen(runs: readonly TrainingRun[], name: string | undefined): readonly TrainingRun[] {
  if (name === undefined) return runs;
  const found = runs.filter((run) => run.name === name);
  if (found.length === 0) throw new Refusal([runUnknown({ name, names: runs.map((run) => run.name) })]);
  return found;
}

/** What every file says of its origin. A line break in the command would end the comment that this becomes. */
export function headerOf({ name, sha256 }: Source, command: string, run?: string): readonly string[] {
  const which = run === undefined ? '' : `, run ${run}`;
  return [`Made by mixplan from ${name} (sha256 ${sha256.slice(0, 12)})${which}:`, command].map((line) =>
    line.replace(/[\r\n]+/g, ' '),
  );
}
