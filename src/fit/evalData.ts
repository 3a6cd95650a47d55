/** One evaluation set of a runs table, as a law sees it: inputs, losses, and which run each row belongs to. */
import type { FitDocument } from '../documents/fit.ts';
import type { Inputs } from '../laws/law.ts';
import type { LossUnit, Role, Runs } from '../runs/runs.ts';

export interface EvalData {
  readonly name: string;
  readonly role: Role;
  readonly unit: LossUnit;
  readonly n: number;
  readonly inputs: Inputs;
  readonly loss: Float64Array;
  /** Row -> index into `Runs.runs`. Rows of a run are consecutive, in order of tokens. */
  readonly run: Int32Array;
  /** Row -> index into `Runs.bases`. */
  readonly base: Int32Array;
}

/** The rows on which the set was evaluated; with `keep`, those of them for which it answers true. */
export function evalData(
  runs: Runs,
  evalIndex: number,
  keep: (row: number) => boolean = () => true,
): EvalData {
  const { name, role, unit, loss } = runs.evals[evalIndex];
  const rows: number[] = [];
  for (let row = 0; row < runs.n; row++) if (!Number.isNaN(loss[row]) && keep(row)) rows.push(row);
  const pick = (column: Float64Array) => Float64Array.from(rows, (row) => column[row]);
  const base = Int32Array.from(rows, (row) => runs.runs[runs.run[row]].base);
  return {
    name,
    role,
    unit,
    n: rows.length,
    inputs: {
      n: rows.length,
      params: pick(runs.params),
      tokens: pick(runs.tokens),
      domainRatio: pick(runs.domainRatio),
      baseLoss: Float64Array.from(base, (index) => runs.bases[index].loss[evalIndex]),
    },
    loss: pick(loss),
    run: Int32Array.from(rows, (row) => runs.run[row]),
    base,
  };
}

/** The data of one set of a fit, from the observations that its document carries. */
export function evalDataOf({ pilots, evals }: FitDocument, evalIndex: number): EvalData {
  const { name, role, unit } = evals[evalIndex];
  const { observations, runs, bases } = pilots;
  const loss = observations.loss[name];
  const rows = loss.flatMap((each, row) => (each === null ? [] : [row]));
  const runOf = (row: number) => runs[observations.run[row]];
  const column = (value: (row: number) => number) => Float64Array.from(rows, value);
  return {
    name,
    role,
    unit,
    n: rows.length,
    inputs: {
      n: rows.length,
      params: column((row) => runOf(row).params),
      tokens: column((row) => observations.tokens[row]),
      domainRatio: column((row) => runOf(row).domainRatio),
      baseLoss: column((row) => bases[runOf(row).base].loss[name] ?? Number.NaN),
    },
    loss: column((row) => loss[row] ?? Number.NaN),
    run: Int32Array.from(rows, (row) => observations.run[row]),
    base: Int32Array.from(rows, (row) => runOf(row).base),
  };
}

/** The same data reduced to some of its rows. */
export function selectRows(data: EvalData, keep: (row: number) => boolean): EvalData {
  const rows = [...data.loss.keys()].filter(keep);
  const pick = (column: Float64Array) => Float64Array.from(rows, (row) => column[row]);
  return {
    ...data,
    n: rows.length,
    inputs: {
      n: rows.length,
      params: pick(data.inputs.params),
      tokens: pick(data.inputs.tokens),
      domainRatio: pick(data.inputs.domainRatio),
      baseLoss: pick(data.inputs.baseLoss),
    },
    loss: pick(data.loss),
    run: Int32Array.from(rows, (row) => data.run[row]),
    base: Int32Array.from(rows, (row) => data.base[row]),
  };
}
