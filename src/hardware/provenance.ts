/** Where a hardware figure comes from, best first. A result is no better than the worst that went into it. */
export const provenances = ['measured', 'published', 'assumed'] as const;
export type Provenance = (typeof provenances)[number];

/** A figure with the band it is good to, all three in the same unit. */
export interface Ranged {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export function worst(first: Provenance, ...others: readonly Provenance[]): Provenance {
  return others.reduce((a, b) => (provenances.indexOf(b) > provenances.indexOf(a) ? b : a), first);
}
