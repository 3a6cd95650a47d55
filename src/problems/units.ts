/** Trouble with a quantity that a person typed. */
import { declareProblem } from './problem.ts';

/** `7B, 788k or 1.8e9` */
export function listExamples(examples: readonly string[]): string {
  const last = examples.at(-1) ?? '';
  return examples.length < 2 ? last : `${examples.slice(0, -1).join(', ')} or ${last}`;
}

interface Expectation {
  readonly text: string;
  /** `token count` */
  readonly name: string;
  readonly examples: readonly string[];
}

const onOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
/** In quotes, with control characters escaped and not endless, whatever was typed or pasted. */
const quoted = (text: string): string => {
  const line = onOneLine(text);
  const escaped = (control: string): string => `\\u00${control.charCodeAt(0).toString(16)}`;
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 57)}...` : line).replace(
    /[\u007F-\u009F]/g,
    escaped,
  );
};
const shown = (text: string): string => (text.trim() === '' ? 'An empty value' : quoted(text));
const article = (name: string): string => (/^[aeiou]/i.test(name) ? `an ${name}` : `a ${name}`);

export const notAQuantity = declareProblem<Expectation>({
  code: 'not-a-quantity',
  severity: 'error',
  title: 'text that is not the quantity asked for',
  message: ({ text, name, examples }) =>
    `${shown(text)} is not ${article(name)}: expected one such as ${listExamples(examples)}.`,
  explanation:
    'Quantities are a decimal number and, mostly, a unit. Scale letters k, M, B and T stand for 1e3, 1e6, 1e9 and 1e12; 3.1e9 and 3,100,000,000 are read too. The decimal sign is a point. Hexadecimal numbers, NaN and Infinity are not quantities.',
});

export const unitMissing = declareProblem<{ text: string; suggestions: readonly string[] }>({
  code: 'unit-missing',
  severity: 'error',
  title: 'a number without its unit',
  message: ({ text, suggestions }) => `${onOneLine(text)} has no unit: write ${listExamples(suggestions)}.`,
  hint: ({ suggestions }) =>
    suggestions.some((text) => text.includes('$'))
      ? 'Quote amounts in dollars: a shell takes $2 out of $20k.'
      : undefined,
  explanation:
    'A bare number could mean several things here, hours or GPU-hours or dollars, and a wrong guess would spoil the plan without anybody noticing. Write the unit with the number.',
});

export const unitUnexpected = declareProblem<Expectation & { unit: string }>({
  code: 'unit-unexpected',
  severity: 'error',
  title: 'a unit of another dimension',
  message: ({ text, unit, name, examples }) =>
    `${quoted(text)} ends in ${quoted(unit)}, which is no unit of ${article(name)}: expected one such as ${listExamples(examples)}.`,
  explanation:
    'The number was read, but what follows it is not a unit of the quantity that is asked for. Perhaps the value belongs to another option, or the unit is misspelt.',
});

export const quantityOutOfRange = declareProblem<{ text: string; name: string; range: string }>({
  code: 'quantity-out-of-range',
  severity: 'error',
  title: 'a quantity outside its range',
  message: ({ text, name, range }) => `${quoted(text)} is out of range: ${article(name)} must be ${range}.`,
  explanation:
    'The text is well formed, but no such quantity exists or can be worked with: a negative token count, a share above one, or a number too large or too small for a double.',
});

export const looksLikePercentage = declareProblem<{ text: string; percent: string; share: string }>({
  code: 'looks-like-percentage',
  severity: 'error',
  title: 'a bare number that looks like a percentage',
  message: ({ text, percent, share }) =>
    `${onOneLine(text)} looks like a percentage: write ${percent} or ${share}.`,
  explanation:
    'Shares lie between 0 and 1. A bare number above 1 was probably meant in per cent, but reading it so in silence would also turn the slip 1.5 into 1.5%. Write the percent sign, or the share itself.',
});

export const ambiguousUnit = declareProblem<{ text: string; reason: string; suggestions: readonly string[] }>(
  {
    code: 'unit-ambiguous',
    severity: 'error',
    title: 'a unit that can be read in two ways',
    message: ({ text, reason, suggestions }) =>
      `${quoted(text)} can be misread: ${reason}; write ${listExamples(suggestions)}.`,
    explanation:
      'The unit has two readings in everyday use that differ in value: hours of the clock or of GPUs, k as 1000 or 1024, one currency or another. mixplan asks instead of choosing.',
  },
);

export const assignmentMalformed = declareProblem<{
  text: string;
  name: string;
  examples: readonly string[];
}>({
  code: 'assignment-malformed',
  severity: 'error',
  title: 'an item that is not NAME=VALUE',
  message: ({ text, name, examples }) =>
    `${quoted(text)} is not ${article(name)} of the form NAME=VALUE: expected, for example, ${listExamples(examples)}.`,
  explanation:
    'Several named values are written as NAME=VALUE, separated by commas and without spaces around the equals sign: `general=1.43,domain=2.10`. A name has no comma and no equals sign in it.',
});

export const nameRepeated = declareProblem<{ name: string; what: string }>({
  code: 'name-repeated',
  severity: 'error',
  title: 'one name was given twice',
  message: ({ name, what }) => `${quoted(name)} appears twice in ${what}: expected each name once.`,
  explanation:
    'Of two values for one name, one would have to be dropped in silence. Keep the one that is meant.',
});

export const choiceUnknown = declareProblem<{ text: string; name: string; choices: readonly string[] }>({
  code: 'choice-unknown',
  severity: 'error',
  title: 'a word that is none of the choices',
  message: ({ text, name, choices }) =>
    `${shown(text)} is not ${article(name)}: choose ${listExamples(choices)}.`,
  explanation: 'This value is one of a short list of words, written exactly as listed.',
});

export const rangeMalformed = declareProblem<{ text: string; name: string; most: number; example: string }>({
  code: 'range-malformed',
  severity: 'error',
  title: 'a range that does not say how many values',
  message: ({ text, name, most, example }) =>
    `${quoted(text)} is no range of ${name}s: expected two ends and how many values, 2 to ${most}, such as ${example}.`,
  explanation:
    'A range stands for several values, evenly spaced on a logarithmic scale, both ends among them: 1B..20B:8 are eight of ' +
    'them. It may stand in a list: 500M,1B..20B:8.',
});
