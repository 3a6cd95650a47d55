/** How a lever's value moves: along round numbers, so that what is found by playing is easy to say and to type. */

/** The preferred numbers R20 of ISO 3: twenty to a decade, six to a doubling, seven of ten doubles hit another. */
const R20 = [1, 1.12, 1.25, 1.4, 1.6, 1.8, 2, 2.24, 2.5, 2.8, 3.15, 3.55, 4, 4.5, 5, 5.6, 6.3, 7.1, 8, 9];

/** The preferred number `by` steps above (below 0: below) a positive value, the first of them the next one. */
export function preferred(value: number, by: number): number {
  const decade = Math.floor(Math.log10(value) + 1e-12);
  const mantissa = value / 10 ** decade;
  // Places on the endless series: the last number not above the value, which may lie between two.
  const below = decade * R20.length + R20.findLastIndex((each) => each <= mantissa * (1 + 1e-9));
  const onSeries = Math.abs(numberAt(below) / value - 1) < 1e-9;
  return numberAt(below + by + (by < 0 && !onSeries ? 1 : 0));
}

function numberAt(place: number): number {
  const decade = Math.floor(place / R20.length);
  return Number(`${R20[place - decade * R20.length]}e${decade}`);
}

/** The multiple of `grain` `by` steps above a value, not below `least` or above `most`. */
export function evenly(value: number, by: number, grain: number, least: number, most: number): number {
  const steps = value / grain;
  const from = by < 0 ? Math.ceil(steps - 1e-9) : Math.floor(steps + 1e-9);
  const moved = Number(((from + by) * grain).toPrecision(12));
  return Math.min(Math.max(moved, least), most);
}

/** The item `by` places on from one of a list, staying at its ends; of one that is not in it, from the first. */
export function along<T>(items: readonly T[], isNow: (item: T) => boolean, by: number): T {
  const now = Math.max(items.findIndex(isNow), 0);
  return items[Math.min(Math.max(now + by, 0), items.length - 1)];
}
