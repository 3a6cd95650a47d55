/**
 * The answer without any law: the measured rise of general loss at the largest piloted size, late in its runs,
 * drawn against the ratio and cut at the tolerance. It cannot look further than the pilots, and that is its virtue.
 */
import type { FitDocument } from '../documents/fit.ts';
import { type Constraint, limitOf } from './critical.ts';
import { crossing, interpolate } from './interpolate.ts';

export interface LawFreeAnswer {
  readonly params: number;
  /** Tokens that the measurements stand for. */
  readonly tokens: number;
  readonly critical: { readonly kind: 'at'; readonly ratio: number } | { readonly kind: 'none' | 'all' };
  /** Neighbouring pilot ratios on either side of the limit; null where there is no crossing. */
  readonly between: readonly [number, number] | null;
}

/** So many evaluations at the end of a run are averaged, since one is noisy. */
const LAST = 3;

export function lawFreeAnswer(fit: FitDocument, constraints: readonly Constraint[]): LawFreeAnswer {
  const { runs, bases, observations, range } = fit.pilots;
  const largest = range.params[1];
  const ends = runs.flatMap((run, index) => {
    if (run.params !== largest) return [];
    const rows = observations.run.flatMap((each, row) => (each === index ? [row] : [])).slice(-LAST);
    return rows.length === 0 ? [] : [{ run, rows }];
  });
  const tokens = Math.max(...ends.map(({ rows }) => observations.tokens[rows[rows.length - 1]]));
  let answer: LawFreeAnswer = { params: largest, tokens, critical: { kind: 'all' }, between: null };
  let ratio = Number.POSITIVE_INFINITY;
  for (const { evalIndex, tolerance } of constraints) {
    const { name } = fit.evals[evalIndex];
    const rises = ends.flatMap(({ run, rows }) => {
      const base = bases[run.base].loss[name];
      const losses = rows.map((row) => observations.loss[name][row]).filter((loss) => loss !== null);
      if (base === null || base === undefined || losses.length === 0) return [];
      const mean = losses.reduce((a, b) => a + b, 0) / losses.length;
      return [{ at: run.domainRatio, excess: mean - limitOf(base, tolerance) }];
    });
    if (rises.length === 0) continue;
    const curve = interpolate(
      rises.map(({ at }) => at),
      rises.map(({ excess }) => excess),
      'monotone',
    );
    const found = crossing(curve, 0);
    const end = found.kind === 'at' ? found.x : found.kind === 'none' ? 0 : Number.POSITIVE_INFINITY;
    if (end >= ratio) continue;
    ratio = end;
    answer =
      found.kind === 'at'
        ? { ...answer, critical: { kind: 'at', ratio: found.x }, between: [found.from, found.to] }
        : { ...answer, critical: { kind: found.kind }, between: null };
  }
  return answer;
}
