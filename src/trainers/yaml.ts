/**
 * YAML as Python's trainers read it, which is YAML 1.1 by PyYAML: `1e-5` is a string there (a number with an exponent needs a
 * dot and a sign), `no` is false and `010` is eight. Emitters write their text as templates and put every value through
 * `scalar`; what reads files back goes through `parseYaml`, which sees them as PyYAML does.
 */
import { isAlias, isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';
import { Refusal } from '../problems/problem.ts';
import { filesNotReadable } from '../problems/trainers.ts';

type YamlValue =
  | null
  | boolean
  | number
  | string
  | readonly YamlValue[]
  | { readonly [key: string]: YamlValue };

/**
 * One value on one line, quoted only where it has to be; reads back as the same value in YAML 1.1 and 1.2. Throws a
 * `TypeError` for numbers that are not finite: those are faults of the program.
 */
export function scalar(value: string | number | boolean | null): string {
  if (typeof value === 'number') return numberText(value);
  if (typeof value !== 'string') return String(value);
  const isPlain = /^[\p{L}\p{N}_./~][\p{L}\p{N}_./@+=%~:-]*$/u.test(value) && !/:$/.test(value);
  return isPlain && isWordEverywhere(value) ? value : JSON.stringify(value);
}

/** Whether no YAML takes a plain word for something else: a number of either version, a date, a truth value. */
function isWordEverywhere(text: string): boolean {
  const isNumber = !Number.isNaN(Number(text.replaceAll('_', '')));
  const isDate = /^\d{4}-\d\d?-\d\d?/.test(text);
  return typeof resolve(text) === 'string' && !isNumber && !isDate;
}

/** A number with a dot, for parsers that tell floats from integers: `1.0`. */
export function float(value: number): string {
  const text = scalar(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** `[a, b]` on one line. */
export function flowList(values: readonly (string | number | boolean)[]): string {
  // Inside brackets a comma or a bracket of a plain word would end it; `scalar` quotes both.
  return `[${values.map(scalar).join(', ')}]`;
}

/** Lines as comments. */
export function comments(lines: readonly string[]): string {
  return lines.map((line) => `# ${line}`.trimEnd()).join('\n');
}

/** The shortest decimal of a double that PyYAML reads as that double: with a dot and a signed exponent where it has one. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`no YAML for ${value}`);
  const [digits, exponent] = String(value).split('e');
  if (exponent === undefined) return digits;
  return `${digits.includes('.') ? digits : `${digits}.0`}e${exponent}`;
}

/**
 * The value of a YAML text as PyYAML loads it. Throws a `Refusal` for what is no YAML, for two documents, and for a key that
 * comes twice, which PyYAML would take in silence.
 */
export function parseYaml(text: string, file: string): YamlValue {
  const document = parseDocument(text, { schema: 'failsafe', prettyErrors: false });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const reason = broken.message.split('\n')[0] ?? broken.code;
    throw new Refusal([filesNotReadable({ reason: `it is no YAML (${reason})` }, { file })]);
  }
  const loaded = (node: unknown): YamlValue => {
    if (isAlias(node)) return loaded(node.resolve(document));
    if (isScalar(node)) return node.type === 'PLAIN' ? resolve(String(node.value)) : String(node.value);
    if (isSeq(node)) return node.items.map(loaded);
    if (isMap(node))
      return Object.fromEntries(node.items.map(({ key, value }) => [keyText(key), loaded(value)]));
    return null;
  };
  return loaded(document.contents as Node | null);
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : '';
}

/** What a plain word is in PyYAML (its implicit resolvers): everything else is a string. */
function resolve(text: string): null | boolean | number | string {
  if (/^(|~|null|Null|NULL)$/.test(text)) return null;
  if (/^(yes|Yes|YES|true|True|TRUE|on|On|ON)$/.test(text)) return true;
  if (/^(no|No|NO|false|False|FALSE|off|Off|OFF)$/.test(text)) return false;
  const plain = text.replaceAll('_', '');
  if (/^[-+]?(0|[1-9][0-9_]*)$/.test(text)) return Number(plain);
  if (/^[-+]?0[0-7_]+$/.test(text)) return Number.parseInt(plain, 8);
  if (/^[-+]?0x[0-9a-fA-F_]+$/.test(text)) return Number.parseInt(plain, 16);
  if (/^[-+]?0b[01_]+$/.test(text)) return Number.parseInt(plain.replace('0b', ''), 2);
  if (/^[-+]?([0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)([eE][-+][0-9]+)?$/.test(text)) return Number(plain);
  if (/^[-+]?[1-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$/.test(text)) return sexagesimal(plain);
  if (/^[-+]?\.(inf|Inf|INF)$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^\.(nan|NaN|NAN)$/.test(text)) return Number.NaN;
  return text;
}

/** `1:30` is ninety. */
function sexagesimal(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const places = text.replace(/^[-+]/, '').split(':').map(Number);
  return sign * places.reduce((sum, place) => 60 * sum + place, 0);
}
