/** Blocks of YAML, written as people write them: a comment, then keys. */
import { scalar } from './yaml.ts';

type Setting = string | number | boolean | Readonly<Record<string, string | number | boolean>>;

/** Keys under a comment that says what they are about. A dictionary stands on one line; undefined is left out. */
export function section(about: string, settings: Readonly<Record<string, Setting | undefined>>): string {
  const lines = Object.entries(settings).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}: ${typeof value === 'object' ? flowMap(value) : scalar(value)}`],
  );
  return [`# ${about}`, ...lines].join('\n');
}

/** `{a: 1, b: 2}` on one line. */
export function flowMap(entries: Readonly<Record<string, string | number | boolean>>): string {
  return `{${Object.entries(entries)
    .map(([key, value]) => `${scalar(key)}: ${scalar(value)}`)
    .join(', ')}}`;
}

/** Every line moved to the right. */
export function indented(text: string, by: number): string {
  return text.replaceAll(/^(?=.)/gm, ' '.repeat(by));
}
