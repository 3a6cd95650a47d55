/** Orders that do not depend on the machine's language. */

/** By code unit: the same everywhere. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Ascending; NaN last. */
export const byNumber = (a: number, b: number): number => {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a - b;
};

/** Distinct values, NaN left out, ascending. */
export function distinct(values: Iterable<number>): number[] {
  return [...new Set(values)].filter((value) => !Number.isNaN(value)).sort(byNumber);
}

/** Groups in the order in which their keys first appear. */
export function groupBy<T, K>(items: Iterable<T>, key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}
