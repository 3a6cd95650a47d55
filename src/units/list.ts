/** Several values in one text, separated by commas: `l3,cmr` and `general=1.43,domain=2.10`. */
import { type Problem, Refusal } from '../problems/problem.ts';
import { assignmentMalformed, nameRepeated } from '../problems/units.ts';
import type { Unit } from './unit.ts';

/** Values by name, in the order they were given. */
export type Named<T> = Readonly<Record<string, T>>;

/** One or more values; refusals of all of them are reported together. Values must not contain commas. */
export function list<T>(item: Unit<T>): Unit<readonly T[]> {
  return {
    name: `list of ${item.name}s`,
    examples: [item.examples.slice(0, 2).join(',')],
    parse: (text) => parseAll(text.split(','), (part) => item.parse(part)),
    format: (values) => values.map((value) => item.format(value)).join(','),
    display: (values) => values.map((value) => item.display(value)).join(', '),
    collects: 'items',
    ...(item.words === undefined ? {} : { words: item.words }),
  };
}

/**
 * `NAME=VALUE,NAME=VALUE`, each name once. A comma splits only where another `NAME=` follows, so that
 * `a=1,000` keeps its thousands.
 */
export function named<T>(item: Unit<T>, examples: readonly string[]): Unit<Named<T>> {
  const name = `list of ${item.name}s by name`;
  const assignment = (part: string): readonly [string, T] => {
    const match = /^\s*([^=,\s][^=,]*?)\s*=(.*)$/s.exec(part);
    if (match === null) throw new Refusal([assignmentMalformed({ text: part, name: item.name, examples })]);
    return [match[1]!, item.parse(match[2]!)];
  };
  return {
    name,
    examples,
    parse: (text) => mergeNamed(name, parseAll(text.split(/,(?=[^,=]*=|\s*$)/), assignment)),
    format: (values) =>
      Object.entries(values)
        .map(([key, value]) => `${key}=${item.format(value)}`)
        .join(','),
    display: (values) =>
      Object.entries(values)
        .map(([key, value]) => `${key} ${item.display(value)}`)
        .join(', '),
    collects: 'names',
  };
}

/** Entries as one record; a name that comes twice is refused. `what` says where, for the message. */
export function mergeNamed<T>(what: string, entries: readonly (readonly [string, T])[]): Named<T> {
  const names = entries.map(([key]) => key);
  const repeated = [...new Set(names.filter((key, index) => names.indexOf(key) !== index))];
  if (repeated.length > 0) throw new Refusal(repeated.map((key) => nameRepeated({ name: key, what })));
  return Object.fromEntries(entries);
}

/** Parses all parts; the faults of all of them are refused together. */
export function parseAll<T>(parts: readonly string[], parse: (part: string) => T): readonly T[] {
  const problems: Problem[] = [];
  const values: T[] = [];
  for (const part of parts) {
    try {
      values.push(parse(part));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new Refusal(problems);
  return values;
}
