/** Scale words and letters in front of a unit: `7.2k tok/s`, `20 billion tokens`. */

const powers: Readonly<Record<string, number>> = {
  '': 0,
  k: 3,
  thousand: 3,
  m: 6,
  mn: 6,
  million: 6,
  b: 9,
  bn: 9,
  g: 9,
  billion: 9,
  t: 12,
  tn: 12,
  trillion: 12,
};

/**
 * The power of ten of a unit text that is a count scale followed by one of `nouns` or by nothing; case is
 * ignored (no count is ever in thousandths, so `m` is a million). `undefined` where it is something else.
 */
export function countScale(
  unit: string,
  nouns: readonly string[],
): { power: number; noun: string } | undefined {
  const lower = unit.toLowerCase();
  const noun = nouns.find((candidate) => lower.endsWith(candidate)) ?? '';
  const scale = lower.slice(0, lower.length - noun.length).trim();
  const power = Object.hasOwn(powers, scale) ? powers[scale] : undefined;
  return power === undefined ? undefined : { power, noun };
}
