import { describe, expect, it } from 'vitest';
import { count, number } from '../../src/problems/amounts.ts';

describe('amounts in sentences', () => {
  it.each([
    [12, '12'],
    [999.9, '1k'],
    [332_928, '333k'],
    [999_900, '1M'],
    [6.9e9, '6.9B'],
    [1.5e12, '1.5T'],
    [0, '0'],
  ])('%d is counted as %s', (value, text) => {
    expect(count(value)).toBe(text);
  });

  it('have four digits and no trailing zeros', () => {
    expect([0.3, 1.23456, 12345].map(number)).toEqual(['0.3', '1.235', '12350']);
  });
});
