/**
 * Where a text stops being JSON (RFC 8259). `JSON.parse` only says so in words that differ between versions
 * of Node and often lack the place.
 */

export interface JsonFault {
  /** Line and column, both from 1; columns count UTF-16 code units. */
  readonly line: number;
  readonly column: number;
  /** What stands there, in words: `"}"`, `the end of the text`. */
  readonly found: string;
  readonly expected: string;
}

const literal = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids exactly these in strings.
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/y;
const space = /[ \t\n\r]*/y;

/** The first fault of the text, or `undefined` where it is JSON. Depth is limited by memory, not by the stack. */
export function findJsonFault(text: string): JsonFault | undefined {
  let position = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = position;
    const found = pattern.test(text);
    if (found) position = pattern.lastIndex;
    return found;
  };
  const takeCharacter = (character: string): boolean => {
    take(space);
    if (text[position] !== character) return false;
    position++;
    return true;
  };
  const fault = (expected: string): JsonFault => ({
    ...lineAndColumn(text, position),
    found: foundAt(text, position),
    expected,
  });

  /** Closing brackets of the arrays and objects that are open. */
  const open: ('}' | ']')[] = [];
  for (;;) {
    // A value begins here, after its key where it is a member.
    if (open.at(-1) === '}') {
      take(space);
      if (!take(string)) return fault('a key in double quotes');
      if (!takeCharacter(':')) return fault('":" after the key');
    }
    if (takeCharacter('{')) {
      if (!takeCharacter('}')) {
        open.push('}');
        continue;
      }
    } else if (takeCharacter('[')) {
      if (!takeCharacter(']')) {
        open.push(']');
        continue;
      }
    } else if (!take(string) && !take(literal)) {
      return fault('a value');
    }
    // A value ended here: close what ends with it.
    while (open.length > 0 && takeCharacter(open.at(-1)!)) open.pop();
    if (open.length === 0) {
      take(space);
      return position === text.length ? undefined : fault('the end of the text');
    }
    if (!takeCharacter(',')) return fault(`"," or "${open.at(-1)}"`);
  }
}

function lineAndColumn(text: string, position: number): { line: number; column: number } {
  const before = text.slice(0, position);
  return { line: before.split('\n').length, column: position - before.lastIndexOf('\n') };
}

function foundAt(text: string, position: number): string {
  if (position >= text.length) return 'the end of the text';
  const rest = text.slice(position);
  const shown = /^[\w+\-.]{1,20}/.exec(rest)?.[0] ?? String.fromCodePoint(rest.codePointAt(0)!);
  return JSON.stringify(shown);
}
