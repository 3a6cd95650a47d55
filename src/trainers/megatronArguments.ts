/** Megatron-LM's arguments file, as the script hands it over (comments taken out, split at spaces) and argparse takes it. */
import { unreadable } from './reading.ts';

/** Flags by name, with the two dashes. All but `has` and `text` throw a `Refusal` where the value is not of their kind. */
export interface Arguments {
  readonly has: (flag: string) => boolean;
  /** The one word that follows a flag; undefined without the flag. */
  readonly text: (flag: string) => string | undefined;
  readonly one: (flag: string) => string;
  readonly number: (flag: string) => number;
  readonly whole: (flag: string) => number;
}

export function argumentsOf(content: string, file: string): Arguments {
  const flags = wordsByFlag(content, file);
  const one = (flag: string): string => {
    const values = flags.get(flag);
    if (values?.length === 1) return values[0];
    const found = values === undefined ? 'is missing' : `has ${values.length} values, expected one`;
    unreadable(`${flag} ${found}`, file);
  };
  const number = (flag: string): number => {
    const text = one(flag);
    return isNumber(text) ? Number(text) : unreadable(`${flag} is "${text}", expected a number`, file);
  };
  const whole = (flag: string): number => {
    const value = number(flag);
    return Number.isInteger(value) ? value : unreadable(`${flag} is ${value}, expected a whole number`, file);
  };
  const has = (flag: string): boolean => flags.has(flag);
  return { has, text: (flag) => (has(flag) ? one(flag) : undefined), one, number, whole };
}

function wordsByFlag(content: string, file: string): ReadonlyMap<string, readonly string[]> {
  const flags = new Map<string, string[]>();
  let latest: string[] | undefined;
  const words = content.replace(/#.*/g, '').split(/\s+/);
  for (const word of words.filter((each) => each !== '')) {
    if (word.startsWith('--')) {
      latest = [];
      flags.set(word, latest);
    } else if (latest === undefined) unreadable(`"${word}" follows no flag`, file);
    else latest.push(word);
  }
  return flags;
}

/** What Python's `float` takes, as far as anybody writes it. */
export function isNumber(text: string): boolean {
  return /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(text);
}
