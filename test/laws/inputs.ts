/** Inputs and parameters for the tests of laws. */
import { dataScale } from '../../src/laws/kernel.ts';
import type { DataScale, Inputs, Law } from '../../src/laws/law.ts';
import { type Stream, stream } from '../../src/stats/streams.ts';

export interface Row {
  readonly params: number;
  readonly tokens: number;
  readonly domainRatio: number;
  readonly baseLoss?: number;
}

export function inputsOf(rows: readonly Row[]): Inputs {
  return {
    n: rows.length,
    params: Float64Array.from(rows, ({ params }) => params),
    tokens: Float64Array.from(rows, ({ tokens }) => tokens),
    domainRatio: Float64Array.from(rows, ({ domainRatio }) => domainRatio),
    baseLoss: Float64Array.from(rows, ({ baseLoss }) => baseLoss ?? Number.NaN),
  };
}

/** The pilots' design that random points are measured against: 100M to 10B params, 1 to 100B tokens. */
export const PIVOT: DataScale = { params: 1e9, tokens: 1e10 };

const between = (numbers: Stream, low: number, high: number) => low + (high - low) * numbers.uniform();

/** Rows strictly inside: sizes, tokens > 0 and ratios in (0, 1), none equal to another. */
export function randomRows(count: number, seed: number): Row[] {
  const numbers = stream(seed, 'rows');
  return Array.from({ length: count }, () => ({
    params: 10 ** between(numbers, 7, 11),
    tokens: 10 ** between(numbers, 8, 12),
    domainRatio: between(numbers, 0.01, 0.99),
    baseLoss: between(numbers, 1, 4),
  }));
}

/**
 * Internal coordinates: coefficients of 0.1 to 2, exponents and scales over the span of their grids and a little
 * beyond it.
 */
export function randomPoint(law: Law, seed: number, scale: DataScale = PIVOT): Float64Array {
  const numbers = stream(seed, 'parameters');
  return Float64Array.from(law.parameters, ({ linear, pinned, grid, log, lower, upper }) => {
    if (linear) return between(numbers, 0.1, 2);
    if (pinned !== undefined) return pinned(scale) * between(numbers, 0.5, 2);
    const values = grid!(scale);
    const [least, greatest] = [Math.min(...values), Math.max(...values)];
    const inner = (value: number) => Math.min(Math.max(value, lower), upper);
    if (log === true) {
      return between(numbers, Math.log(inner(least / 1.5)), Math.log(inner(greatest * 1.5)));
    }
    const margin = 0.1 * (greatest - least);
    return between(numbers, inner(least - margin), inner(greatest + margin));
  });
}

/** A design of sizes × tokens × ratios, with the base loss falling with size. */
export function designOf(
  sizes: readonly number[],
  tokens: readonly number[],
  ratios: readonly number[],
): { inputs: Inputs; scale: DataScale } {
  const rows = sizes.flatMap((params) =>
    ratios.flatMap((domainRatio) =>
      tokens.map((each) => ({ params, tokens: each, domainRatio, baseLoss: 6 * params ** -0.05 })),
    ),
  );
  const inputs = inputsOf(rows);
  return { inputs, scale: dataScale(inputs) };
}
