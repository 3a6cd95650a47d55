/**
 * Seeded random streams, addressed and not handed on: stream (seed, purpose, index) is the same whoever asks
 * for it, in whatever order and on however many threads, so that replicate 17 of a bootstrap is one thing.
 *
 * The generator is xoroshiro128+ (Blackman and Vigna 2018, arXiv 1805.01407), 2^128 − 1 long. Its state is a
 * hash of the address (MurmurHash3's 32-bit steps over four lanes), so two addresses give unrelated places on
 * that cycle; that their stretches meet within 2^40 numbers each has a chance near 2^-46 per pair.
 *
 * Numbers come from additions, products, square roots and `Math.log` alone: no sine or cosine, whose
 * last digits differ between platforms.
 */
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { normalQuantile } from './normal.ts';

export interface Stream {
  /** Uniform in (0, 1), never 0 or 1: a multiple of 2^-53, with 52 random bits. */
  uniform(): number;
  /** Standard normal, by inversion of its distribution: one uniform each, so draws stay aligned. */
  normal(): number;
  /** Exponential with mean 1. */
  exponential(): number;
  /** Uniform among the integers 0 .. count − 1; `count` a whole number, 1 to 2^32, else a RangeError. */
  below(count: number): number;
  /** Fills `out` with standard normal numbers times `scale`, and returns it. */
  fillNormal(out: Float64Array, scale?: number): Float64Array;
  /** Fills `out` with uniform numbers in (0, 1), and returns it. */
  fillUniform(out: Float64Array): Float64Array;
  /** Puts the elements of `items` into random order, in place (Fisher and Yates), and returns it. */
  shuffle<Items extends Int32Array | Float64Array | unknown[]>(items: Items): Items;
}

/**
 * The stream at an address. `seed` and `index` are whole numbers in 0 .. 2^53 − 1, else a RangeError; `purpose` names
 * what the numbers are for, so that two uses of one seed never share them.
 */
export function stream(seed: number, purpose: string, index = 0): Stream {
  const generator = xoroshiro128plusFromState(stateOf(seed, purpose, index));

  const uniform = () => {
    const high = generator.next() >>> 6;
    const low = generator.next() >>> 6;
    return (high * 2 ** 26 + low + 0.5) * 2 ** -52;
  };
  const below = (count: number) => {
    if (!Number.isInteger(count) || count < 1 || count > 2 ** 32) {
      throw new RangeError(`below(${count}): the count must be a whole number from 1 to 2^32`);
    }
    // Draws past the last whole multiple of `count` would favour small results: draw again.
    const fair = 2 ** 32 - (2 ** 32 % count);
    let draw = generator.next() >>> 0;
    while (draw >= fair) draw = generator.next() >>> 0;
    return draw % count;
  };

  return {
    uniform,
    normal: () => normalQuantile(uniform()),
    exponential: () => -Math.log(uniform()),
    below,
    fillNormal: (out, scale = 1) => {
      for (let i = 0; i < out.length; i++) out[i] = scale * normalQuantile(uniform());
      return out;
    },
    fillUniform: (out) => {
      for (let i = 0; i < out.length; i++) out[i] = uniform();
      return out;
    },
    shuffle: (items) => {
      for (let i = items.length - 1; i > 0; i--) {
        const j = below(i + 1);
        const held = items[i];
        items[i] = items[j];
        items[j] = held;
      }
      return items;
    },
  };
}

/** The first digits of pi, e, the golden ratio and the root of 2 set the lanes apart. */
const LANES = [0x243f6a88, 0xadf85458, 0x9e3779b9, 0x6a09e667];

/** Four 32-bit words from an address, not all zero. Thousands are asked for before a first answer, so nothing is allocated on the way. */
function stateOf(seed: number, purpose: string, index: number): [number, number, number, number] {
  lanes.set(LANES);
  absorbWhole('seed', seed);
  absorbWhole('index', index);
  absorb(purpose.length);
  for (let i = 0; i < purpose.length; i++) absorb(purpose.charCodeAt(i));
  const words = 5 + purpose.length;
  const [a, b, c, d] = lanes;
  const state: [number, number, number, number] = [
    finish(a ^ words),
    finish(b ^ words),
    finish(c ^ words),
    finish(d ^ words),
  ];
  if (state.every((word) => word === 0)) state[0] = 1;
  return state;
}

const lanes = new Int32Array(4);

/** Both halves of a whole number. */
function absorbWhole(what: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(
      `the ${what} of a random stream must be a whole number from 0 to 2^53 - 1, not ${value}`,
    );
  }
  absorb((value % 2 ** 32) | 0);
  absorb(Math.floor(value / 2 ** 32));
}

/** MurmurHash3 (Appleby, public domain): one word into every lane. */
function absorb(word: number): void {
  const mixed = Math.imul(rotate(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
  for (let lane = 0; lane < 4; lane++) {
    lanes[lane] = Math.imul(rotate(lanes[lane] ^ mixed, 13), 5) + 0xe6546b64;
  }
}

/** MurmurHash3: the final mix, in which every bit reaches every other. */
function finish(lane: number): number {
  let mixed = lane;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
