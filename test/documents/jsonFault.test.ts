import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findJsonFault } from '../../src/documents/jsonFault.ts';

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('findJsonFault', () => {
  it('finds no fault in JSON', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(4), (text, indent) => {
        expect(findJsonFault(text)).toBeUndefined();
        expect(findJsonFault(JSON.stringify(JSON.parse(text), null, indent))).toBeUndefined();
      }),
    );
  });

  it('agrees with JSON.parse on every broken text', () => {
    const junk = fc.array(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"a"',
        '"',
        '1',
        '-',
        '.',
        'e',
        '0',
        'true',
        'nul',
        ' ',
        '\n',
        '\\',
        '\t',
        '\u00A0',
      ),
      { maxLength: 10 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          junk.map((parts) => parts.join('')),
          fc.string(),
        ),
        (text) => {
          expect(findJsonFault(text) === undefined).toBe(parses(text));
        },
      ),
      { numRuns: 20_000 },
    );
  });

  it('points at the first character that cannot belong', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 2 }), fc.nat(), (text, cut) => {
        const position = cut % (text.length + 1);
        const fault = findJsonFault(`${text.slice(0, position)}\u0007`);
        // A control character is never JSON, so the fault is there or in a string or word that it breaks.
        expect(fault).toBeDefined();
        expect(fault!.line).toBe(1);
        expect(fault!.column).toBeLessThanOrEqual(position + 1);
        expect(parses(text.slice(0, fault!.column - 1)) || !parses(`${text.slice(0, position)}\u0007`)).toBe(
          true,
        );
      }),
    );
  });

  it('says line, column, what stands there and what was expected', () => {
    const cases: readonly (readonly [string, object])[] = [
      ['', { line: 1, column: 1, found: 'the end of the text', expected: 'a value' }],
      ['{"a": 1,\n "b": tru}', { line: 2, column: 7, found: '"tru"', expected: 'a value' }],
      ['{"a": 1\n "b": 2}', { line: 2, column: 2, found: '"\\""', expected: '"," or "}"' }],
      ['[1, 2,]', { line: 1, column: 7, found: '"]"', expected: 'a value' }],
      ['{a: 1}', { line: 1, column: 2, found: '"a"', expected: 'a key in double quotes' }],
      ['{"a" 1}', { line: 1, column: 6, found: '"1"', expected: '":" after the key' }],
      ['{"a": NaN}', { line: 1, column: 7, found: '"NaN"', expected: 'a value' }],
      ['[1, 2', { line: 1, column: 6, found: 'the end of the text', expected: '"," or "]"' }],
      ['[1] x', { line: 1, column: 5, found: '"x"', expected: 'the end of the text' }],
    ];
    for (const [text, fault] of cases) expect(findJsonFault(text)).toEqual(fault);
  });

  it('is at home in deep nesting', () => {
    const depth = 100_000;
    expect(findJsonFault('['.repeat(depth) + ']'.repeat(depth))).toBeUndefined();
    expect(findJsonFault('['.repeat(depth))?.column).toBe(depth + 1);
  });
});
