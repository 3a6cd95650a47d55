/** The verdict on a run whose logs are read once. */
import type { Readable } from 'node:stream';
import type { FitDocument } from '../documents/fit.ts';
import type { PlanDocument } from '../documents/plan.ts';
import type { WatchDocument } from '../documents/watch.ts';
import type { OptionValues } from '../options/all.ts';
import { withStandardInput } from './spooled.ts';
import { type ReadingOptions, readRun } from './watching.ts';
import { expectation, expectationOf, goneOn, verdictOf } from './watchSession.ts';

/**
 * What `mixplan watch` says of the logs as they are. Throws a `Refusal` where they cannot be read, or hold another run.
 * @param fit that of the plan where it has been read; looked for where the plan names it otherwise
 * @param path that of the plan
 */
export async function watchedOnce(
  plan: PlanDocument,
  fit: FitDocument | undefined,
  path: string,
  logs: readonly string[],
  values: OptionValues<ReadingOptions>,
  stdin: Readable,
): Promise<WatchDocument> {
  const runs = await withStandardInput(logs, stdin, false, (paths) => readRun(plan, path, paths, values));
  const expected = fit === undefined ? await expectation(plan, path) : expectationOf(plan, fit);
  const watching = { plan, expectation: expected, name: values.run, grows: false };
  return verdictOf(goneOn(undefined, runs, watching), path);
}
