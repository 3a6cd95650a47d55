/** From values back to the command line that gives them: what an answer prints so that it can be reproduced. */
import { isDeepStrictEqual } from 'node:util';
import { inDeclaredOrder, type OptionName, optionOf } from './all.ts';

/** Options that change how an answer is made, shown or stored, not what it says, are not part of reproducing it. */
const presentation: ReadonlySet<OptionName> = new Set([
  'threads',
  'ascii',
  'screenReader',
  'json',
  'quiet',
  'noColor',
  'debug',
  'force',
]);

/**
 * `mixplan COMMAND`, the operands, and the options that differ from their defaults, in declared order and
 * quoted for a POSIX shell. Parsing the result gives operands and values again, but for the switches that
 * only concern presentation.
 */
export function commandLine(
  command: string,
  args: readonly string[],
  values: Readonly<Partial<Record<OptionName, unknown>>>,
): string {
  const flags = optionWords(values);
  const operands = args.some((arg) => arg.startsWith('-') && arg !== '-') ? ['--', ...args] : args;
  // Operands after `--` have to come last; otherwise they read better first.
  const [first, last] = operands === args ? [operands, flags] : [flags, operands];
  return ['mixplan', command, ...first, ...last].map(shellQuote).join(' ');
}

/** The flags and texts that give these values, in declared order; defaults and what concerns presentation are left out. */
export function optionWords(values: Readonly<Partial<Record<OptionName, unknown>>>): readonly string[] {
  const names = inDeclaredOrder(Object.keys(values) as OptionName[]);
  return names.flatMap((name) => (presentation.has(name) ? [] : words(name, values[name])));
}

function words(name: OptionName, value: unknown): readonly string[] {
  const option = optionOf(name);
  if (option.kind === 'switch') return value === true ? [option.flag] : [];
  if (value === undefined || isDeepStrictEqual(value, option.initial)) return [];
  const text = option.unit.format(value);
  return text.startsWith('-') && text !== '-' ? [`${option.flag}=${text}`] : [option.flag, text];
}

/** One word for a POSIX shell: as it is where nothing in it is special, else in single quotes. */
export function shellQuote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The words of a line that was quoted by `shellQuote`; undefined where it is not such a line. */
export function shellWords(line: string): readonly string[] | undefined {
  const words: string[] = [];
  // A word is pieces without a space between them: plain, in single quotes, or an escaped quote.
  const word = /\s*((?:[^\s'\\]|'[^']*'|\\')+)(?=\s|$)/y;
  while (word.lastIndex < line.trimEnd().length) {
    const found = word.exec(line);
    if (found === null) return undefined;
    words.push(
      found[1].replace(/'([^']*)'|\\(')/g, (_, quoted: string | undefined, mark: string) => quoted ?? mark),
    );
  }
  return words;
}
