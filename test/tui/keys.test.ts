import { describe, expect, it } from 'vitest';
import { keyNames } from '../../src/tui/keys.ts';

describe('keys that come together', () => {
  const together = (input: string) => keyNames(input, {} as Parameters<typeof keyNames>[1]);

  it('are the keys that they are alone, and no characters of a text', () => {
    expect(together('\x151%\r')).toEqual(['ctrl-u', '1', '%', 'enter']);
    expect(together('12\x7f\x08 \t\n')).toEqual([
      '1',
      '2',
      'backspace',
      'backspace',
      'space',
      'tab',
      'enter',
    ]);
  });
});
