/** When evidence is enough to call a run unexpected. */

/** Chance that a run which follows its prediction is called unexpected at any time, on any of its sets. */
export const FALSE_ALARMS = 0.05;

export interface Alarm {
  /** Natural logarithm of the evidence from which on a set is unexpected. */
  readonly at: number;
  /** Takes the evidence of a set after one more evaluation; whether that set is unexpected from here on. */
  readonly hear: (set: string, evidence: number) => boolean;
}

/**
 * Evidence reaches n / α with a chance of at most α / n on each of n sets (Ville), so on any of them with at most α, however they
 * depend on each other. It has to hold for two evaluations in a row, which makes alarms rarer still: a single wild evaluation
 * is no departure.
 */
export function makeAlarm(sets: number): Alarm {
  const at = Math.log(sets / FALSE_ALARMS);
  const before = new Map<string, number>();
  const unexpected = new Set<string>();
  return {
    at,
    hear(set, evidence) {
      if (Math.min(before.get(set) ?? Number.NEGATIVE_INFINITY, evidence) >= at) unexpected.add(set);
      before.set(set, evidence);
      return unexpected.has(set);
    },
  };
}
