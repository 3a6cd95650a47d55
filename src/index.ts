/** The library. */

export { type FileToWrite, writeAllAtomically, writeAtomically } from './documents/atomic.ts';
export { canonicalJson, round10 } from './documents/canonical.ts';
export { type DocumentKind, schemaId } from './documents/kind.ts';
export { parseDocument, readDocument } from './documents/read.ts';
export { allDocumentKinds, documentKinds, publishSchema } from './documents/schemas.ts';
export { problemKinds } from './problems/catalogue.ts';
export { type Place, type Problem, type ProblemKind, Refusal, type Severity } from './problems/problem.ts';
export { type TableOptions, tablesToRuns } from './runs/assemble.ts';
export { describeRuns, type RunsDescription } from './runs/describe.ts';
export { type HonestyOptions, setAside } from './runs/honesty.ts';
export { type ReadOptions, readRuns } from './runs/read.ts';
export type { BaseInfo, EvalColumn, LossUnit, Role, RunInfo, Runs, Schedule, SetAside } from './runs/runs.ts';
export { selectObservations } from './runs/select.ts';
export type { Table, TableRow } from './runs/table.ts';
export { type Budget, budget } from './units/budget.ts';
export { duration } from './units/duration.ts';
export { flop } from './units/flop.ts';
export { money } from './units/money.ts';
export { params } from './units/params.ts';
export { price } from './units/price.ts';
export { level, ratio, replay, utilisation } from './units/ratio.ts';
export { throughput } from './units/throughput.ts';
export { tokens } from './units/tokens.ts';
export { type Tolerance, type Tolerances, tolerance, tolerances } from './units/tolerance.ts';
export type { Unit } from './units/unit.ts';
