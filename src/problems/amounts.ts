/** Amounts in the sentences of problems. Messages stand below units in the order of imports, so they write their own. */

/** Four digits at most, without trailing zeros. */
export function number(value: number): string {
  return String(Number(value.toPrecision(4)));
}

const SCALES = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** Tokens, parameters and other large counts to three digits: `6.9B`, `333k`, `12`. */
export function count(value: number): string {
  const rounded = Number(value.toPrecision(3));
  const [size, letter] = SCALES.find(([least]) => rounded >= least) ?? [1, ''];
  return `${Number((rounded / size).toPrecision(3))}${letter}`;
}
