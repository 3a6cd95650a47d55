import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutStrangers } from '../../src/tui/strangers.ts';
import { bytesOf } from './screen.ts';

describe('what a terminal sends', () => {
  it('loses what is no key', () => {
    expect(withoutStrangers('\u001b[200~7B\u001b[31m x\u001b[0m\u001b[201~')).toBe('7B x');
    expect(withoutStrangers('a\u001b[24;80Rb\u001b[?62;22cc\u001b[5Rd')).toBe('abcd');
  });

  it('keeps every key', () => {
    for (const name of [
      'left',
      'right',
      'up',
      'down',
      'shift-left',
      'shift-tab',
      'pageup',
      'home',
      'enter',
      'esc',
    ])
      expect(withoutStrangers(bytesOf(name))).toBe(bytesOf(name));
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes('\u001b')),
        (text) => withoutStrangers(text) === text,
      ),
    );
  });

  it('leaves ink no sequence that ends the program', async () => {
    const path = fileURLToPath(new URL('../../node_modules/ink/build/parse-keypress.js', import.meta.url));
    const { default: parse } = (await import(path)) as {
      default: (text: string) => { readonly name?: string; readonly ctrl: boolean };
    };
    expect(parse('\u001b[31m')).toMatchObject({ name: undefined, ctrl: true });
    const lead = fc.constantFrom('\u001b[', '\u001b[[', '\u001bO', '\u001b\u001b[');
    const numbers = fc.constantFrom('', '1;', '5', '31', '1;5', '200', '24;80', '1;31', '15;5', '9');
    const end = fc.constantFrom(...'~^$ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');
    fc.assert(
      fc.property(lead, numbers, end, (first, second, last) => {
        const { name, ctrl } = parse(withoutStrangers(`${first}${second}${last}`));
        expect(ctrl && name === undefined).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});
