/**
 * Shapley values: what each of some players adds to a whole, averaged over every order in which they may join. The only
 * split that adds up to the whole, treats equals alike and gives nothing to who changes nothing (Shapley 1953).
 */

/** So many players ask for 2^players values; more is a mistake. */
const MOST_PLAYERS = 16;

/**
 * @param value of a coalition, given as a bit mask (bit i = player i); asked once for each of the 2^players
 * @returns one value per player; they sum to value(all) − value(none)
 */
export function shapleyValues(players: number, value: (coalition: number) => number): number[] {
  if (!(Number.isInteger(players) && players >= 0 && players <= MOST_PLAYERS)) {
    throw new RangeError(`${players} players; expected 0 to ${MOST_PLAYERS}`);
  }
  const values = Float64Array.from({ length: 2 ** players }, (_, coalition) => value(coalition));
  // Chance that exactly this coalition of a given size has joined before a player does.
  const before = joinChances(players);
  return Array.from({ length: players }, (_, player) => {
    let sum = 0;
    for (let coalition = 0; coalition < values.length; coalition++) {
      if ((coalition >> player) & 1) continue;
      sum += before[sizeOf(coalition)] * (values[coalition | (1 << player)] - values[coalition]);
    }
    return sum;
  });
}

/** s! (n − s − 1)! / n! for coalitions of s = 0, ..., n − 1. */
function joinChances(n: number): number[] {
  const chances = n === 0 ? [] : [1 / n];
  for (let s = 1; s < n; s++) chances.push((chances[s - 1] * s) / (n - s));
  return chances;
}

function sizeOf(coalition: number): number {
  let size = 0;
  for (let rest = coalition; rest > 0; rest >>= 1) size += rest & 1;
  return size;
}
