/**
 * Points that fill a box evenly: starts for a search, designs to look at. Sobol's sequence, in Gray-code order
 * (Antonov and Saleev 1979), with the direction numbers of Joe and Kuo 2008 (SIAM J. Sci. Comput. 30, 2635,
 * table new-joe-kuo-6). The first 2^m points hold exactly one in each interval of length 2^-m of every coordinate.
 */
import type { Stream } from './streams.ts';

const bits = 32;

/** For each dimension after the first: the inner coefficients of its polynomial, and its starting direction numbers. */
const joeKuo: readonly (readonly [coefficients: number, starts: readonly number[]])[] = [
  [0, [1]],
  [1, [1, 3]],
  [1, [1, 3, 1]],
  [2, [1, 1, 1]],
  [1, [1, 1, 3, 3]],
  [4, [1, 3, 5, 13]],
  [2, [1, 1, 5, 5, 17]],
  [4, [1, 1, 5, 5, 5]],
  [7, [1, 1, 7, 11, 19]],
  [11, [1, 1, 5, 1, 1]],
  [13, [1, 1, 1, 3, 11]],
];

export const mostDimensions = joeKuo.length + 1;

/**
 * The first `count` points in the open unit cube of `dimensions` (1 to 12), point by point in one array: coordinate
 * j of point k stands at k·dimensions + j. With `shift`, two random words of which move all points together
 * (a digital shift, which keeps them even), different streams give different sets. Counts that are not whole, or out
 * of range, are a RangeError. Counts that are powers of two are the most even.
 */
export function sobolPoints(count: number, dimensions: number, shift?: Stream): Float64Array {
  if (!(Number.isInteger(count) && count >= 0 && count < 2 ** bits)) throw new RangeError(`${count} points`);
  if (!(Number.isInteger(dimensions) && dimensions >= 1 && dimensions <= mostDimensions)) {
    throw new RangeError(`${dimensions} dimensions; Sobol points are tabulated for 1 to ${mostDimensions}`);
  }
  const points = new Float64Array(count * dimensions);
  for (let j = 0; j < dimensions; j++) {
    const directions = directionNumbers(j);
    let word = shift === undefined ? 0 : shift.below(2 ** bits) | 0;
    for (let k = 0; k < count; k++) {
      // Half a step in, so that no coordinate is 0.
      points[k * dimensions + j] = ((word >>> 0) + 0.5) * 2 ** -bits;
      word ^= directions[trailingOnes(k)];
    }
  }
  return points;
}

/** v_1, v_2, ... as 32-bit words with the binary point in front: m_i 2^-i, by Sobol's recurrence. */
function directionNumbers(dimension: number): Int32Array {
  const directions = new Int32Array(bits);
  if (dimension === 0) {
    for (let i = 0; i < bits; i++) directions[i] = 1 << (bits - 1 - i);
    return directions;
  }
  const [coefficients, starts] = joeKuo[dimension - 1];
  const degree = starts.length;
  for (let i = 0; i < bits; i++) {
    if (i < degree) {
      directions[i] = starts[i] << (bits - 1 - i);
      continue;
    }
    let word = directions[i - degree] ^ (directions[i - degree] >>> degree);
    for (let k = 1; k < degree; k++) {
      if ((coefficients >>> (degree - 1 - k)) & 1) word ^= directions[i - k];
    }
    directions[i] = word;
  }
  return directions;
}

/** How many ones stand at the low end of k: the bit in which the Gray codes of k and k + 1 differ. */
function trailingOnes(k: number): number {
  return 31 - Math.clz32(~k & (k + 1));
}
