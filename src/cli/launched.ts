/** The runs that a plan or a list of pilots launched, for whoever reads their logs. */
import type { Readable } from 'node:stream';
import type { PlanDocument } from '../documents/plan.ts';
import { parseDocument, parseJson, readText } from '../documents/read.ts';
import { documentKinds } from '../documents/schemas.ts';
import type { Launched } from '../logs/facts.ts';

/** Reads a `plan.json` or a `pilots.json`. Throws a `Refusal` for anything else. */
export async function launchedFrom(path: string, stdin: Readable): Promise<Launched> {
  const text = await readText(path, stdin);
  const value = parseJson(text, path);
  const isPilots =
    typeof value === 'object' &&
    value !== null &&
    'schema' in value &&
    /^mixplan\.pilots\//.test(String(value.schema));
  if (isPilots) {
    const { runs } = await parseDocument(text, documentKinds.pilots, path);
    return { file: path, runs, baseLosses: {} };
  }
  const plan = await parseDocument(text, documentKinds.plan, path);
  return { file: path, runs: plan.runs, baseLosses: baseLossesOf(plan) };
}

/** Base losses that were measured or given; assumed ones are no evidence. */
function baseLossesOf(plan: object): Readonly<Record<string, number>> {
  if (!('base' in plan)) return {};
  const base = plan.base as PlanDocument['base'];
  const known = Object.entries(base).filter(([, { source }]) => source !== 'assumed');
  return Object.fromEntries(known.map(([set, { loss }]) => [set, loss]));
}
