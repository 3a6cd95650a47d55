import { describe, expect, it } from 'vitest';
import { read } from '../house/tree.ts';
import { keyRows } from './keyRows.ts';

describe('the README', () => {
  it('has the keys as the program has them', () => {
    const text = read('README.md');
    for (const row of keyRows()) expect(text).toContain(row);
  });
});
