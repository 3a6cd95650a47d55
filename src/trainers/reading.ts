/** Taking values out of files that were read back: what is missing or of another type is a refusal, as in the trainer. */
import { Refusal } from '../problems/problem.ts';
import { filesNotReadable } from '../problems/trainers.ts';
import type { EmittedFile, ReadingFacts } from './adapter.ts';

/** Throws a `Refusal`: the trainer would not take the files. */
export function unreadable(reason: string, file?: string): never {
  throw new Refusal([filesNotReadable({ reason }, file === undefined ? undefined : { file })]);
}

/** The file of this path. */
export function fileNamed(files: readonly EmittedFile[], path: string): EmittedFile {
  return files.find((file) => file.path === path) ?? unreadable('the file is not there', path);
}

/** A value of nested keys: `at(config, 'tokens', 'train_steps')`; undefined where a key is missing. */
export function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((each, key) => {
    if (typeof each !== 'object' || each === null || Array.isArray(each)) return undefined;
    return Object.hasOwn(each, key) ? (each as Record<string, unknown>)[key] : undefined;
  }, value);
}

/** A number at nested keys. */
export function numberAt(value: unknown, ...keys: readonly string[]): number {
  const found = at(value, ...keys);
  if (typeof found === 'number') return found;
  unreadable(
    `${keys.join('.')} is ${found === undefined ? 'missing' : JSON.stringify(found)}, expected a number`,
  );
}

/** A list at nested keys. */
export function listAt(value: unknown, ...keys: readonly string[]): readonly unknown[] {
  const found = at(value, ...keys);
  if (Array.isArray(found)) return found;
  unreadable(`${keys.join('.')} is ${found === undefined ? 'missing' : 'something else'}, expected a list`);
}

/** The corpus that lies at a path. */
export function corpusAt(path: string, { data }: Pick<ReadingFacts, 'data'>): string {
  const found = Object.entries(data).find(([, where]) => where === path);
  return found?.[0] ?? unreadable(`no corpus of the run lies at ${JSON.stringify(path)}`);
}

/** Values by the names that stand at the same places. */
export function byName<T>(names: readonly string[], values: readonly T[]): Readonly<Record<string, T>> {
  return Object.fromEntries(names.map((name, k) => [name, values[k]]));
}

/** Weights divided by their sum, in double precision as numpy does it; the sum has to be above 0. */
export function normalised(weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (!(sum > 0)) unreadable(`the weights ${weights.join(', ')} do not have a sum above 0`);
  return weights.map((weight) => weight / sum);
}

/** The value of a JSON file. */
export function parseJson({ path, text }: EmittedFile): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    unreadable(`it is no JSON (${error.message})`, path);
  }
}
