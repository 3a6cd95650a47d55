/**
 * Reading and writing decimal numbers with a unit, without ever rounding twice: a scale such as B shifts the
 * decimal exponent in the text, and the text becomes a double once.
 */
import { type Problem, Refusal } from '../problems/problem.ts';
import { notAQuantity, quantityOutOfRange } from '../problems/units.ts';

/** A number as typed, not yet a double, and the text behind it. */
export interface ScannedNumber {
  readonly negative: boolean;
  /** Decimal digits with at most one point, no exponent, no separators. */
  readonly digits: string;
  /** Decimal exponent. */
  readonly exponent: number;
  /** What follows the number, trimmed. */
  readonly unit: string;
}

export function refuse(problem: Problem): never {
  throw new Refusal([problem]);
}

/** Typographical variants to plain ones: minus signs, multiplication signs, all sorts of spaces. */
export function plainText(text: string): string {
  return text
    .replace(/[\u2212\u2012\u2013\uFE63\uFF0D]/g, '-')
    .replace(/[\u00D7\u2715]/g, 'x')
    .replace(/[\s\u00A0\u2000-\u200B\u202F\u205F\u3000\uFEFF]+/g, ' ')
    .trim();
}

// Thousands are grouped in threes, by commas or underscores but not both; "1,5" and "1,50,000" are not read.
const number = /^([+-]?)(\d{1,3}(?:(?:,\d{3})+|(?:_\d{3})+)|\d*)(?:\.(\d*))?(?:e([+-]?\d{1,9}))?(?![\d.,_])/i;

/** Splits `12.5k tok/s` into number and unit; `undefined` where the text does not begin with a plain decimal. */
export function scanNumber(text: string): ScannedNumber | undefined {
  const plain = plainText(text);
  const match = number.exec(plain);
  if (match === null) return undefined;
  const whole = (match[2] ?? '').replace(/[,_]/g, '');
  const fraction = match[3] ?? '';
  if (whole === '' && fraction === '') return undefined;
  return {
    negative: match[1] === '-',
    digits: `${whole === '' ? '0' : whole}.${fraction === '' ? '0' : fraction}`,
    exponent: Number(match[4] ?? 0),
    unit: plain.slice(match[0].length).trim(),
  };
}

/** The double nearest to the scanned number times 10^shift, sign included; infinite or zero where it does not fit. */
export function toDouble(scanned: ScannedNumber, shift = 0): number {
  const magnitude = Number(`${scanned.digits}e${scanned.exponent + shift}`);
  return scanned.negative ? -magnitude : magnitude;
}

/** Where a quantity may lie. */
export interface Range {
  readonly holds: (value: number) => boolean;
  /** Completes "must be ...". */
  readonly text: string;
}

export const positive: Range = { holds: (value) => value > 0, text: 'above 0' };
export const notNegative: Range = {
  holds: (value) => value >= 0 && !Object.is(value, -0),
  text: '0 or more',
};
export const share: Range = {
  holds: (value) => notNegative.holds(value) && value <= 1,
  text: 'between 0 and 1 (0% and 100%)',
};
export const positiveShare: Range = {
  holds: (value) => value > 0 && value <= 1,
  text: 'above 0 and at most 1 (100%)',
};
export const openShare: Range = {
  holds: (value) => value > 0 && value < 1,
  text: 'above 0 and below 1 (0% and 100% excluded)',
};

/** `toDouble`, refused when the result is outside the range or does not fit a double. */
export function toQuantity(
  text: string,
  name: string,
  range: Range,
  scanned: ScannedNumber,
  shift = 0,
): number {
  const value = toDouble(scanned, shift);
  const vanished = value === 0 && /[1-9]/.test(scanned.digits);
  if (vanished) refuse(quantityOutOfRange({ text, name, range: '0 or far enough from it for a double' }));
  return inRange(text, name, range, value);
}

/** The value itself, refused when it is infinite or outside the range. */
export function inRange(text: string, name: string, range: Range, value: number): number {
  if (!Number.isFinite(value)) refuse(quantityOutOfRange({ text, name, range: 'below 1.8e308' }));
  return range.holds(value) ? value : refuse(quantityOutOfRange({ text, name, range: range.text }));
}

/** `scanNumber`, refused when there is no number. */
export function scanOrRefuse(text: string, name: string, examples: readonly string[]): ScannedNumber {
  return scanNumber(text) ?? refuse(notAQuantity({ text, name, examples }));
}

/** Decimal scales by their power of ten, as people write them for counts. */
const countScales = [
  [12, 'T'],
  [9, 'B'],
  [6, 'M'],
  [3, 'k'],
  [0, ''],
] as const;

/**
 * Exact and short: `20B`, `123.456789M`, `7`. The shortest decimal that reads back as `value` with its
 * exponent shifted, so no rounding happens. Outside 1e-3..1e15 plain exponent notation.
 */
export function formatScaled(value: number): string {
  if (value === 0) return '0';
  const [digits, exponent] = shortestDecimal(value);
  if (exponent >= 15 || exponent < -3) return exponentNotation(digits, exponent);
  const [power, letter] = countScales.find(([scale]) => exponent >= scale) ?? [0, ''];
  return `${placePoint(digits, exponent - power)}${letter}`;
}

/** To `significant` digits (4 unless said), scaled like `formatScaled`: `3.142B`. */
export function displayScaled(value: number, significant = 4): string {
  return formatScaled(roundTo(value, significant));
}

/** A number to at most `significant` digits, without scale letters: `0.3142`, `1.2e+21` as `1.2e21`. */
export function displayNumber(value: number, significant = 4): string {
  return formatNumber(roundTo(value, significant));
}

/** Exact, plain decimal between 1e-6 and 1e15, else `1.2e21`. */
export function formatNumber(value: number): string {
  if (value === 0) return '0';
  const [digits, exponent] = shortestDecimal(Math.abs(value));
  const text =
    exponent >= 15 || exponent < -6 ? exponentNotation(digits, exponent) : placePoint(digits, exponent);
  return value < 0 ? `-${text}` : text;
}

/** A share in per cent, exact: the decimal point is moved in the text. */
export function formatPercent(value: number): string {
  if (value === 0) return '0%';
  const [digits, exponent] = shortestDecimal(value);
  const shifted = exponent + 2;
  return `${shifted < -6 ? exponentNotation(digits, shifted) : placePoint(digits, shifted)}%`;
}

/** To `significant` digits (3 unless said), or as many as keep what is short of 100% from being shown as 100%. */
export function displayPercent(value: number, significant = 3): string {
  let digits = significant;
  while (value < 1 && roundTo(value, digits) === 1 && digits < 16) digits += 1;
  return formatPercent(roundTo(value, digits));
}

function roundTo(value: number, significant: number): number {
  return Number(value.toPrecision(significant));
}

/** The shortest digits that read back as the double, and the power of ten of the first of them. */
function shortestDecimal(value: number): readonly [digits: string, exponent: number] {
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  return [mantissa.replace('.', ''), Number(exponent)];
}

/** Digits with the point set so that the first of them stands at 10^exponent. */
function placePoint(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

function exponentNotation(digits: string, exponent: number): string {
  return `${placePoint(digits, 0)}e${exponent}`;
}
