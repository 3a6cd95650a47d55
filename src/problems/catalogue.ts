/** Every kind of problem of every area, by code: what `mixplan explain` knows. */
import * as comparison from './comparison.ts';
import * as corpora from './corpora.ts';
import * as emission from './emission.ts';
import * as evidence from './evidence.ts';
import * as exclude from './exclude.ts';
import * as explanation from './explanation.ts';
import * as files from './files.ts';
import * as fit from './fit.ts';
import * as goals from './goals.ts';
import * as guards from './guards.ts';
import * as hardware from './hardware.ts';
import * as logs from './logs.ts';
import * as lsq from './lsq.ts';
import * as options from './options.ts';
import * as plan from './plan.ts';
import type { ProblemKind } from './problem.ts';
import * as published from './published.ts';
import * as report from './report.ts';
import * as runs from './runs.ts';
import * as sets from './sets.ts';
import * as settings from './settings.ts';
import * as simulate from './simulate.ts';
import * as tables from './tables.ts';
import * as trainers from './trainers.ts';
import * as tui from './tui.ts';
import * as units from './units.ts';
import * as watch from './watch.ts';

/** A new file of problems is added here, and nowhere else. */
const areas: readonly Readonly<Record<string, unknown>>[] = [
  comparison,
  corpora,
  emission,
  evidence,
  exclude,
  explanation,
  files,
  fit,
  goals,
  guards,
  hardware,
  logs,
  lsq,
  options,
  plan,
  published,
  report,
  runs,
  sets,
  settings,
  simulate,
  tables,
  trainers,
  tui,
  units,
  watch,
];

/** The kinds, sorted by code. */
export const problemKinds: readonly ProblemKind<never>[] = areas
  .flatMap((area) => Object.values(area))
  .filter(isProblemKind)
  .toSorted((a, b) => (a.code < b.code ? -1 : 1));

export function findProblemKind(code: string): ProblemKind<never> | undefined {
  return problemKinds.find((kind) => kind.code === code);
}

function isProblemKind(value: unknown): value is ProblemKind<never> {
  return typeof value === 'function' && 'code' in value && 'explanation' in value;
}
