/**
 * Fewer rows for the search. Which valley of the objective is the deepest shows on a hundred rows as on ten thousand;
 * only the last steps to its floor ask for all of them.
 */
import { type EvalData, selectRows } from './evalData.ts';

/** Rows that a search needs, whatever the law: a dozen for each parameter of the largest. */
const ENOUGH_ROWS = 120;

/** Its multiples modulo 1 are spread evenly along every arithmetic progression of rows: no rhythm of a table beats with them. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

export interface ThinnedData {
  readonly data: EvalData;
  readonly weight: Float64Array;
}

/**
 * An even share of the rows, about `ENOUGH_ROWS` to twice as many; the data themselves where they are fewer than that.
 * @param weight factor on each row's loss, length `data.n`
 */
export function thinned(data: EvalData, weight: Float64Array): ThinnedData {
  const every = Math.floor(data.n / ENOUGH_ROWS);
  if (every < 2) return { data, weight };
  const kept = (row: number): boolean => (row * GOLDEN) % 1 < 1 / every;
  return { data: selectRows(data, kept), weight: weight.filter((_, row) => kept(row)) };
}
