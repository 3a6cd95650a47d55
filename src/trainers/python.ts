/**
 * Python as far as emitted scripts need it: literals are written, and the constants at the top of a script are read back.
 * What a script does with its constants is fixed text of the adapter; what a run decides is all in the constants.
 */
import { Refusal } from '../problems/problem.ts';
import { filesNotReadable } from '../problems/trainers.ts';

export type PythonValue =
  | string
  | number
  | boolean
  | null
  | readonly PythonValue[]
  | { readonly [key: string]: PythonValue };

/** A literal on one line. Strings hold any character, since the escapes of JSON are those of Python. */
export function pythonLiteral(value: PythonValue): string {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
  const entries = Object.entries(value).map(
    ([key, each]) => `${JSON.stringify(key)}: ${pythonLiteral(each)}`,
  );
  return `{${entries.join(', ')}}`;
}

/** `NAME = literal`, with a comment behind it. */
export function pythonConstant(name: string, value: PythonValue, comment?: string): string {
  return `${name} = ${pythonLiteral(value)}${comment === undefined ? '' : `  # ${comment}`}`;
}

/** A dictionary with one entry a line. */
export function pythonTable(entries: Readonly<Record<string, PythonValue>>): string {
  const lines = Object.entries(entries).map(
    ([key, value]) => `    ${JSON.stringify(key)}: ${pythonLiteral(value)},\n`,
  );
  return `{\n${lines.join('')}}`;
}

/** Whole numbers with underscores, as people write large ones in Python; others with their shortest exact digits. */
function numberText(value: number): string {
  if (!Number.isInteger(value)) return String(value);
  return Math.abs(value) < 10_000 ? String(value) : value.toLocaleString('en-US').replaceAll(',', '_');
}

/**
 * The constants of a script, `NAME = literal` at the start of a line; throws a `Refusal` where one is no literal, unless it is
 * among the `expressions`, which are passed over.
 */
export function pythonConstants(
  script: string,
  expressions: readonly string[] = [],
): Map<string, PythonValue> {
  const found = new Map<string, PythonValue>();
  for (const match of script.matchAll(/^([A-Z][A-Z0-9_]*) = /gm)) {
    const name = match[1]!;
    if (expressions.includes(name)) continue;
    const reader = new LiteralReader(script, match.index + match[0].length, name);
    found.set(name, reader.whole());
  }
  return found;
}

/** Reads a constant as `read` understands it; throws a `Refusal` where it is missing or of another kind. */
export function constantOf<T>(
  constants: ReadonlyMap<string, PythonValue>,
  name: string,
  read: (value: PythonValue) => T | undefined,
): T {
  const value = constants.get(name);
  const understood = value === undefined ? undefined : read(value);
  if (understood !== undefined) return understood;
  const reason = value === undefined ? `${name} is not set` : `${name} is ${pythonLiteral(value)}`;
  throw new Refusal([filesNotReadable({ reason })]);
}

export const asNumber = (value: PythonValue): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

/** A dictionary of numbers; undefined where any value is something else. */
export function asNumbers(value: PythonValue): Readonly<Record<string, number>> | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  const entries = Object.entries(value);
  return entries.every(([, each]) => asNumber(each) !== undefined)
    ? (Object.fromEntries(entries) as Record<string, number>)
    : undefined;
}

/** A dictionary of strings; undefined where any value is something else. */
export function asTexts(value: PythonValue): Readonly<Record<string, string>> | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  const entries = Object.entries(value);
  return entries.every(([, each]) => typeof each === 'string')
    ? (Object.fromEntries(entries) as Record<string, string>)
    : undefined;
}

const WORDS: Readonly<Record<string, PythonValue>> = { None: null, True: true, False: false };

class LiteralReader {
  readonly #text: string;
  readonly #name: string;
  #at: number;

  constructor(text: string, at: number, name: string) {
    this.#text = text;
    this.#at = at;
    this.#name = name;
  }

  /** A literal with nothing behind it on its line but a comment. */
  whole(): PythonValue {
    const value = this.#value();
    if (this.#match(/[ \t]*(#.*)?(\r?\n|$)/y) === undefined) this.#refuse();
    return value;
  }

  #value(): PythonValue {
    this.#space();
    const word = this.#match(/None\b|True\b|False\b/y);
    if (word !== undefined) return WORDS[word]!;
    const number = this.#match(/[-+]?(\d[\d_]*\.?[\d_]*|\.\d[\d_]*)([eE][-+]?\d+)?/y);
    if (number !== undefined) return Number(number.replaceAll('_', ''));
    const text = this.#match(/"(?:[^"\\\n]|\\.)*"/y);
    if (text !== undefined) return JSON.parse(text) as string;
    if (this.#match(/\[/y) !== undefined) return this.#items(']', () => this.#value());
    if (this.#match(/\{/y) !== undefined) return Object.fromEntries(this.#items('}', () => this.#entry()));
    return this.#refuse();
  }

  #entry(): [string, PythonValue] {
    const key = this.#value();
    this.#space();
    if (typeof key !== 'string' || this.#match(/:/y) === undefined) return this.#refuse();
    return [key, this.#value()];
  }

  #items<T>(close: string, item: () => T): T[] {
    const items: T[] = [];
    for (;;) {
      this.#space();
      if (this.#text[this.#at] === close) {
        this.#at += 1;
        return items;
      }
      items.push(item());
      this.#space();
      if (this.#match(/,/y) === undefined && this.#text[this.#at] !== close) this.#refuse();
    }
  }

  #space(): void {
    this.#match(/(\s+|#.*)*/y);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at += match[0].length;
    return match[0];
  }

  #refuse(): never {
    const line = this.#text.slice(0, this.#at).split('\n').length;
    const reason = `${this.#name} is not a plain value (line ${line})`;
    throw new Refusal([filesNotReadable({ reason })]);
  }
}
