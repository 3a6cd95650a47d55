/** One run as its log and people tell of it, before it is put together, and where faults and gaps of it go. */
import { metricAbsent } from '../problems/logs.ts';
import { nearest } from '../problems/nearest.ts';
import type { Problem } from '../problems/problem.ts';
import type { RunLog } from './collect.ts';
import type { FactOf } from './facts.ts';
import type { LogFormat } from './format.ts';
import type { MissingFact } from './missing.ts';

export interface RunToAssemble {
  readonly name: string;
  readonly format: LogFormat;
  readonly files: readonly string[];
  readonly log: RunLog;
  readonly factOf: FactOf;
  /** Facts of families that anybody told for any run: `loss_general`, `base_loss_wiki`. */
  readonly told: readonly string[];
}

export interface Outlet {
  readonly report: (problem: Problem) => void;
  readonly lack: (missing: MissingFact) => void;
}

/** Refuses a fact that names a metric which the run never logged. */
export function requireMetric(
  { name, log, factOf }: RunToAssemble,
  fact: string,
  report: Outlet['report'],
): void {
  const told = factOf(fact);
  const logged = [...log.metrics.keys()];
  if (told === undefined || logged.includes(told.text)) return;
  report(
    metricAbsent(
      { run: name, fact, metric: told.text, nearest: nearest(told.text, logged), logged },
      told.place,
    ),
  );
}
