/**
 * One value, one text: how every JSON document of mixplan is written, so that equal results are equal bytes.
 *
 * The rule. In every object `schema` comes first and the other keys follow in the order of their UTF-16 code
 * units, however the object was built. Indentation is two spaces; an array or object that holds only
 * scalars stands on one line where it fits into 100 characters, and an array of numbers always does.
 * Numbers are the shortest decimal that reads back as the same double (ECMAScript `Number::toString`), -0 is
 * 0. Members that are `undefined` are left out. The text ends with a line break.
 */

const lineWidth = 100;

/**
 * The canonical text of plain data: null, booleans, finite numbers, strings, arrays, typed arrays of floats
 * or integers, and plain objects. Throws a `TypeError` naming the place for anything else, NaN and Infinity
 * included: a document is checked before it is written, so such a value is a fault of the program.
 */
export function canonicalJson(value: unknown): string {
  return `${write(value, '', '')}\n`;
}

/** A number rounded to 10 significant digits, for draws: enough for any use, and half the bytes. */
export function round10(value: number): number {
  return Number(value.toPrecision(10));
}

function write(value: unknown, indent: string, place: string): string {
  if (isNumericArray(value)) return writeNumbers(Array.from(value, Number), place);
  // Array.from turns holes into undefined, which is refused.
  if (Array.isArray(value)) return writeArray(Array.from<unknown>(value), indent, place);
  if (typeof value === 'object' && value !== null) return writeObject(value, indent, place);
  return writeScalar(value, place);
}

function writeScalar(value: unknown, place: string): string {
  const allowed =
    value === null ||
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value));
  if (!allowed) throw new TypeError(`no JSON for ${describe(value)} at ${place === '' ? 'the top' : place}`);
  return JSON.stringify(value);
}

function writeNumbers(numbers: readonly number[], place: string): string {
  return `[${numbers.map((number, index) => writeScalar(number, `${place}[${index}]`)).join(', ')}]`;
}

function writeArray(items: readonly unknown[], indent: string, place: string): string {
  if (items.every((item) => typeof item === 'number')) return writeNumbers(items, place);
  const parts = items.map((item, index) => write(item, `${indent}  `, `${place}[${index}]`));
  return enclose('[', parts, ']', indent, items.every(isScalar));
}

function writeObject(value: object, indent: string, place: string): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(`no JSON for ${describe(value)} at ${place === '' ? 'the top' : place}`);
  }
  const entries = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a === 'schema' ? -1 : b === 'schema' ? 1 : a < b ? -1 : 1));
  const parts = entries.map(
    ([key, member]) =>
      `${JSON.stringify(key)}: ${write(member, `${indent}  `, place === '' ? key : `${place}.${key}`)}`,
  );
  return enclose(
    '{',
    parts,
    '}',
    indent,
    entries.every(([, member]) => isScalar(member)),
  );
}

function enclose(
  open: string,
  parts: readonly string[],
  close: string,
  indent: string,
  flat: boolean,
): string {
  if (parts.length === 0) return `${open}${close}`;
  const padding = open === '{' ? ' ' : '';
  const line = `${open}${padding}${parts.join(', ')}${padding}${close}`;
  if (flat && indent.length + line.length <= lineWidth) return line;
  return `${open}\n${parts.map((part) => `${indent}  ${part}`).join(',\n')}\n${indent}${close}`;
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

function isNumericArray(value: unknown): value is ArrayLike<number> {
  return (
    ArrayBuffer.isView(value) &&
    'length' in value &&
    !(value instanceof BigInt64Array || value instanceof BigUint64Array)
  );
}

function describe(value: unknown): string {
  return typeof value === 'object' ? `a ${value?.constructor?.name}` : `${typeof value} ${String(value)}`;
}
