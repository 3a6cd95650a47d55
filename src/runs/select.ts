/** A part of a runs table, as a runs table. */
import type { EvalColumn, Runs } from './runs.ts';

/**
 * The observations for which `keep` is true, in their order. Runs without any left drop out, bases stay. What
 * `setAside` lists is the caller's to extend.
 */
export function selectObservations(runs: Runs, keep: (observation: number) => boolean): Runs {
  const kept = Int32Array.from({ length: runs.n }, (_, observation) => observation).filter(keep);
  const used = [...new Set(Array.from(kept, (observation) => runs.run[observation]))];
  const renumbered = new Map(used.map((run, index) => [run, index]));
  const floats = (values: Float64Array): Float64Array =>
    Float64Array.from(kept, (observation) => values[observation]);
  const integers = (values: Int32Array): Int32Array =>
    Int32Array.from(kept, (observation) => values[observation]);
  return {
    ...runs,
    n: kept.length,
    run: Int32Array.from(kept, (observation) => renumbered.get(runs.run[observation])!),
    runs: used.map((run) => runs.runs[run]),
    params: floats(runs.params),
    tokens: floats(runs.tokens),
    domainRatio: floats(runs.domainRatio),
    columns: Object.fromEntries(Object.entries(runs.columns).map(([name, values]) => [name, floats(values)])),
    evals: runs.evals.map((one): EvalColumn => ({ ...one, loss: floats(one.loss) })),
    file: integers(runs.file),
    line: integers(runs.line),
  };
}
