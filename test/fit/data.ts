/** Evaluation sets for the tests of fits: made from a law and a design, or read from the datasets that ship. */
import { fileURLToPath } from 'node:url';
import type { FitDocument } from '../../src/documents/fit.ts';
import type { EvalData } from '../../src/fit/evalData.ts';
import type { FittedLaw, LawFit } from '../../src/fit/fitLaw.ts';
import { type FitOptions, fitRuns } from '../../src/fit/fitRuns.ts';
import type { ObjectiveChoice } from '../../src/fit/objective.ts';
import { bindLaw } from '../../src/laws/kernel.ts';
import type { DataScale, Law } from '../../src/laws/law.ts';
import { setAside } from '../../src/runs/honesty.ts';
import { readRuns } from '../../src/runs/read.ts';
import type { Role, Runs } from '../../src/runs/runs.ts';
import { inputsOf, type Row } from '../laws/inputs.ts';

export const HUBER: ObjectiveChoice = { kind: 'huber', delta: undefined };
export const SQUARED: ObjectiveChoice = { kind: 'squared', delta: undefined };

/** Rows that agree in size and ratio, one after the other, are one run; every size has its base. */
export function dataOf(role: Role, rows: readonly Row[], loss: ArrayLike<number>): EvalData {
  const run = new Int32Array(rows.length);
  for (let i = 1; i < rows.length; i++) {
    const same =
      rows[i].params === rows[i - 1].params &&
      rows[i].domainRatio === rows[i - 1].domainRatio &&
      rows[i].tokens > rows[i - 1].tokens;
    run[i] = run[i - 1] + (same ? 0 : 1);
  }
  const sizes = [...new Set(rows.map(({ params }) => params))];
  return {
    name: role,
    role,
    unit: 'nats',
    n: rows.length,
    inputs: inputsOf(rows),
    loss: Float64Array.from(loss),
    run,
    base: Int32Array.from(rows, ({ params }) => sizes.indexOf(params)),
  };
}

/** All sizes × ratios × token counts, tokens fastest. */
export function grid(
  sizes: readonly number[],
  ratios: readonly number[],
  tokens: readonly number[],
  baseLoss: (params: number) => number = () => 3,
): Row[] {
  return sizes.flatMap((params) =>
    ratios.flatMap((domainRatio) =>
      tokens.map((each) => ({ params, tokens: each, domainRatio, baseLoss: baseLoss(params) })),
    ),
  );
}

export function logSpaced(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => from * (to / from) ** (i / (count - 1)));
}

/** Losses of a law at natural parameters, by name. */
export function lossesOf(
  law: Law,
  parameters: Readonly<Record<string, number>>,
  role: Role,
  rows: readonly Row[],
  pivot: DataScale = { params: 1, tokens: 1 },
): Float64Array {
  const kernel = bindLaw(law, inputsOf(rows), role, pivot);
  const natural = law.parameters.map(({ name, pinned }) => parameters[name] ?? pinned!(pivot));
  const x = new Float64Array(kernel.m);
  kernel.fromNatural(natural, x);
  const loss = new Float64Array(kernel.n);
  kernel.evaluate(x, loss, null);
  return loss;
}

/** Losses of a fit at rows of its set. */
export function predictionsOf(fit: FittedLaw, role: Role, rows: readonly Row[]): Float64Array {
  return lossesOf(fit.law, named(fit), role, rows);
}

export function named({ law, natural }: FittedLaw): Record<string, number> {
  return Object.fromEntries(law.parameters.map(({ name }, k) => [name, natural[k]]));
}

export function even(data: EvalData): Float64Array {
  return new Float64Array(data.n).fill(1);
}

/** The fit, or a failure that says why there is none. */
export function fittedOr(fit: LawFit): FittedLaw {
  if (fit.kind === 'fitted') return fit;
  throw new Error(
    `${fit.law.id}: ${fit.kind === 'notConverged' ? fit.reason : `needs ${fit.missing.join(', ')}`}`,
  );
}

export async function shippedPilots(): Promise<Runs> {
  const file = fileURLToPath(new URL('../../datasets/pilots-kernel-c/runs.csv', import.meta.url));
  return setAside(await readRuns([file]));
}

export const OPTIONS: FitOptions = { objective: HUBER, laws: undefined, draws: 120, seed: 1, level: 0.9 };

/** The fit of the pilots that ship, with fewer draws than people take. */
export async function shippedFit(): Promise<FitDocument> {
  return fitRuns(await shippedPilots(), OPTIONS);
}
