/** Values that are words: names as they stand, and one of a few choices. */
import { choiceUnknown, notAQuantity } from '../problems/units.ts';
import { refuse } from './number.ts';
import type { Unit } from './unit.ts';

/** Any text but an empty one, kept as it is: paths, names of models and accelerators. */
export function word(name: string, examples: readonly string[]): Unit<string> {
  return {
    name,
    examples,
    parse: (text) => (text.trim() === '' ? refuse(notAQuantity({ text, name, examples })) : text),
    format: String,
    display: String,
  };
}

/** The path of a file, kept as it is. */
export function path(examples: readonly string[]): Unit<string> {
  return { ...word('path', examples), isPath: true };
}

/** One of `choices`, written exactly so. */
export function choice<const Choice extends string>(name: string, choices: readonly Choice[]): Unit<Choice> {
  return {
    name,
    examples: choices,
    parse: (text) =>
      choices.find((candidate) => candidate === text.trim()) ??
      refuse(choiceUnknown({ text, name, choices })),
    format: String,
    display: String,
    words: choices,
  };
}
