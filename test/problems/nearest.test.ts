import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from '../../src/problems/nearest.ts';

const word = fc.string({ maxLength: 8 });

describe('editDistance', () => {
  it('counts insertions, deletions, replacements and swaps', () => {
    expect(editDistance('tokens', 'tokesn')).toBe(1);
    expect(editDistance('tolerence', 'tolerance')).toBe(1);
    expect(editDistance('param', 'params')).toBe(1);
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('ABC', 'abc')).toBe(0);
  });

  it('is symmetric, zero only between equals, and at most the longer length', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b);
        expect(editDistance(b, a)).toBe(distance);
        expect(distance === 0).toBe(a.toLowerCase() === b.toLowerCase());
        expect(distance).toBeLessThanOrEqual(Math.max(a.toLowerCase().length, b.toLowerCase().length));
      }),
    );
  });
});

describe('nearest', () => {
  it('suggests slips of the finger and nothing far-fetched', () => {
    const flags = ['--tolerance', '--tokens', '--output'];
    expect(nearest('--tolerence', flags)).toBe('--tolerance');
    expect(nearest('--token', flags)).toBe('--tokens');
    expect(nearest('--zzz', flags)).toBeUndefined();
    expect(nearest('x', [])).toBeUndefined();
  });
});
