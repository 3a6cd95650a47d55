import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EvalData } from '../../src/fit/evalData.ts';
import { thinned } from '../../src/fit/thin.ts';

/** Runs of `length` rows each; the losses number the rows. */
function table(n: number, length: number): EvalData {
  const column = (value: (row: number) => number) => Float64Array.from({ length: n }, (_, row) => value(row));
  return {
    name: 'general',
    role: 'general',
    unit: 'nats',
    n,
    inputs: {
      n,
      params: column(() => 1e6),
      tokens: column((row) => 1 + (row % length)),
      domainRatio: column((row) => Math.floor(row / length)),
      baseLoss: column(() => 4),
    },
    loss: column((row) => row),
    run: Int32Array.from({ length: n }, (_, row) => Math.floor(row / length)),
    base: new Int32Array(n),
  };
}

it('leaves short tables alone', () => {
  const data = table(239, 7);
  const weight = new Float64Array(239).fill(1);
  expect(thinned(data, weight)).toEqual({ data, weight });
});

it('keeps 100 to 260 rows of a long table, with their own weights', () => {
  fc.assert(
    fc.property(fc.integer({ min: 240, max: 20_000 }), fc.integer({ min: 1, max: 50 }), (n, length) => {
      const weight = Float64Array.from({ length: n }, (_, row) => 1 + row);
      const few = thinned(table(n, length), weight);
      expect(few.data.n).toBeGreaterThan(100);
      expect(few.data.n).toBeLessThan(260);
      few.data.loss.forEach((row, at) => void expect(few.weight[at]).toBe(1 + row));
    }),
    { numRuns: 40 },
  );
});

it('beats with no rhythm of a table: every place in a run is kept about as often as any other', () => {
  for (const length of [2, 3, 4, 5, 8, 16]) {
    const few = thinned(table(240 * length, length), new Float64Array(240 * length).fill(1)).data;
    const counts = new Map<number, number>();
    for (const tokens of few.inputs.tokens) counts.set(tokens, (counts.get(tokens) ?? 0) + 1);
    expect(counts.size).toBe(length);
    for (const count of counts.values()) expect(Math.abs(count - few.n / length)).toBeLessThanOrEqual(6);
  }
});
