import { unitMissing, unitUnexpected } from '../problems/units.ts';
import {
  displayNumber,
  formatNumber,
  inRange,
  plainText,
  positive,
  refuse,
  scanOrRefuse,
  toQuantity,
} from './number.ts';
import type { Unit } from './unit.ts';

const hoursPer: Readonly<Record<string, number>> = {
  h: 1,
  hr: 1,
  hrs: 1,
  hour: 1,
  hours: 1,
  d: 24,
  day: 24,
  days: 24,
  w: 168,
  wk: 168,
  week: 168,
  weeks: 168,
  min: 1 / 60,
  mins: 1 / 60,
  minute: 1 / 60,
  minutes: 1 / 60,
};

const name = 'duration';
const examples = ['36h', '3days', '90min'];

/** Hours in a word for a span of time, case ignored: 24 for `days`; `undefined` for other words. */
export function hoursIn(word: string): number | undefined {
  const lower = word.toLowerCase();
  return Object.hasOwn(hoursPer, lower) ? hoursPer[lower] : undefined;
}

/** Wall-clock time in hours, above 0: `36h`, `3 days`, `90min`, `2 weeks`. */
export const duration: Unit<number> = {
  name,
  examples,
  parse: (text) => {
    const scanned = scanOrRefuse(text, name, examples);
    if (scanned.unit === '')
      refuse(unitMissing({ text, suggestions: [`${plainText(text)}h`, `${plainText(text)}days`] }));
    const hours =
      hoursIn(scanned.unit) ?? refuse(unitUnexpected({ text, unit: scanned.unit, name, examples }));
    return inRange(text, name, positive, toQuantity(text, name, positive, scanned) * hours);
  },
  format: (value) => `${formatNumber(value)}h`,
  display: (value) => (value >= 48 ? `${displayNumber(value / 24, 3)} days` : `${displayNumber(value, 3)} h`),
};
