/** Timing and the rows it fills. Medians with quartiles, since a machine at work gives times with a long tail. */
import { ascending, quantileOfSorted } from '../../src/stats/quantiles.ts';

export interface Timing {
  /** Milliseconds. */
  readonly median: number;
  readonly quartiles: readonly [number, number];
  readonly n: number;
}

export interface BenchRow {
  readonly what: string;
  /** A timing, or words where there is none. */
  readonly measured: Timing | string;
  /** Milliseconds at most; undefined = no target. */
  readonly target?: number;
  readonly compared?: string;
}

/** Times `run` n times after some runs that count for nothing, which let the compiler warm up. */
export function time(n: number, warmUp: number, run: (round: number) => void): Timing {
  for (let round = 0; round < warmUp; round++) run(round);
  return summary(
    Array.from({ length: n }, (_, round) => {
      const start = performance.now();
      run(warmUp + round);
      return performance.now() - start;
    }),
  );
}

/** The same for work that other threads share in. */
export async function timeAsync(n: number, warmUp: number, run: () => Promise<unknown>): Promise<Timing> {
  const milliseconds: number[] = [];
  for (let round = 0; round < warmUp + n; round++) {
    const start = performance.now();
    await run();
    if (round >= warmUp) milliseconds.push(performance.now() - start);
  }
  return summary(milliseconds);
}

export function summary(milliseconds: readonly number[]): Timing {
  const sorted = ascending(milliseconds);
  return {
    median: quantileOfSorted(sorted, 0.5),
    quartiles: [quantileOfSorted(sorted, 0.25), quantileOfSorted(sorted, 0.75)],
    n: sorted.length,
  };
}

/** The same timing for one of `parts` equal parts of what was timed. */
export function perPart({ median, quartiles: [low, high], n }: Timing, parts: number): Timing {
  return { median: median / parts, quartiles: [low / parts, high / parts], n };
}

/** `4.2 ms`, in the unit that leaves a readable number. */
export function inWords(milliseconds: number): string {
  const [value, unit] =
    milliseconds >= 1000
      ? [milliseconds / 1000, 's']
      : milliseconds >= 1
        ? [milliseconds, 'ms']
        : [milliseconds * 1000, 'µs'];
  return `${value.toPrecision(3)} ${unit}`;
}

export const BENCH_HEAD = ['what', 'median', 'quartiles', 'n', 'target', 'compared with'];

export function benchCells({ what, measured, target, compared = '' }: BenchRow): string[] {
  if (typeof measured === 'string') return [what, measured, '', '', '', compared];
  const { median, quartiles, n } = measured;
  const met = target === undefined ? '' : `≤ ${inWords(target)}: ${median <= target ? 'met' : '**missed**'}`;
  return [what, inWords(median), quartiles.map(inWords).join(' to '), String(n), met, compared];
}
