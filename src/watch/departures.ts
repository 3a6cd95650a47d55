/**
 * The ways in which a run may leave its prediction: a jump or a drift that begins somewhere along the run, of unknown size
 * and sign. A bad batch of data, a wrong mixture, a broken resume or a changed learning rate shows as one of them.
 */

export interface Departure {
  readonly kind: 'jump' | 'drift';
  /** Tokens at which it begins. */
  readonly from: number;
  /** What it adds at some tokens, in units of its size: 1 after a jump; a drift reaches 1 in as many tokens as the plan has. */
  readonly shape: (tokens: number) => number;
}

/** Beginnings that are tried, evenly over the run. A drift tells less about where it began. */
const JUMPS = 20;
const DRIFTS = 5;

/**
 * Standard deviations of the size of a departure, in those of one evaluation: a few, which takes many evaluations to see,
 * and as much as a run that broke shows.
 */
export const SIZES = [4, 16] as const;

/** All departures of a run of so many tokens; equally likely beforehand. */
export function departuresOf(tokens: number): readonly Departure[] {
  const beginnings = (count: number): number[] =>
    Array.from({ length: count }, (_, i) => (tokens * i) / count);
  return [
    ...beginnings(JUMPS).map((from): Departure => {
      return { kind: 'jump', from, shape: (at) => (at >= from ? 1 : 0) };
    }),
    ...beginnings(DRIFTS).map((from): Departure => {
      return { kind: 'drift', from, shape: (at) => Math.max(at - from, 0) / tokens };
    }),
  ];
}
