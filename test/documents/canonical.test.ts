import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, round10 } from '../../src/documents/canonical.ts';

/** JSON values without -0, which JSON text does not tell from 0. */
const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown);

/** The same data with the keys of all objects in reverse order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

describe('canonicalJson', () => {
  it('is JSON of the same data', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(value);
      }),
    );
  });

  it('does not depend on how an object was built', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
      }),
    );
  });

  it('settles: writing what was read gives the same bytes', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), json, (number, value) => {
        const text = canonicalJson({ number, value });
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it('puts schema first, keys in order, and short things on one line', () => {
    const value = {
      b: [1, 2.5, 1e21],
      schema: 'mixplan.fit/1',
      a: { y: 1, x: null },
      c: ['p', 'q'],
      d: [{ z: 1 }],
      e: {},
      f: [],
    };
    expect(canonicalJson(value)).toBe(`{
  "schema": "mixplan.fit/1",
  "a": { "x": null, "y": 1 },
  "b": [1, 2.5, 1e+21],
  "c": ["p", "q"],
  "d": [
    { "z": 1 }
  ],
  "e": {},
  "f": []
}
`);
  });

  it('keeps numbers of an array on one line however many, and breaks long lists of words', () => {
    expect(canonicalJson(Array.from({ length: 500 }, (_, i) => i)).split('\n')).toHaveLength(2);
    expect(canonicalJson(Array.from({ length: 50 }, () => 'word')).split('\n')).toHaveLength(53);
  });

  it('takes typed arrays as arrays and leaves undefined members out', () => {
    expect(canonicalJson({ a: Float64Array.of(1, -0, 0.1), b: undefined })).toBe(
      '{\n  "a": [1, 0, 0.1]\n}\n',
    );
  });

  it('refuses what JSON has no word for, naming the place', () => {
    const wrong: readonly (readonly [unknown, string])[] = [
      [{ a: [{ b: Number.NaN }] }, 'a[0].b'],
      [{ a: [1, Number.POSITIVE_INFINITY] }, 'a[1]'],
      [{ a: Float64Array.of(1, Number.NaN) }, 'a[1]'],
      [[undefined], '[0]'],
      // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested.
      [{ a: [1, , 2] }, 'a[1]'],
      [{ a: 1n }, 'a'],
      [{ a: new Date(0) }, 'a'],
      [{ a: new Map() }, 'a'],
      [{ a: () => 1 }, 'a'],
      [undefined, 'the top'],
    ];
    for (const [value, place] of wrong) {
      expect(() => canonicalJson(value)).toThrow(TypeError);
      expect(() => canonicalJson(value)).toThrow(` at ${place}`);
    }
  });
});

describe('round10', () => {
  it('keeps ten significant digits, and settles', () => {
    expect(round10(1 / 3)).toBe(0.3333333333);
    expect(round10(123456789012345)).toBe(123456789000000);
    expect(round10(0)).toBe(0);
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const rounded = round10(value);
        expect(round10(rounded)).toBe(rounded);
        if (Number.isFinite(rounded)) {
          expect(Math.abs(rounded - value)).toBeLessThanOrEqual(
            Math.abs(value) * 5.0001e-10 + Number.MIN_VALUE,
          );
        }
      }),
    );
  });
});
