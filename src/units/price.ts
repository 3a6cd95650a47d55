import { ambiguousUnit, unitUnexpected } from '../problems/units.ts';
import { withoutDollars } from './money.ts';
import {
  displayNumber,
  formatNumber,
  plainText,
  positive,
  refuse,
  scanOrRefuse,
  toQuantity,
} from './number.ts';
import type { Unit } from './unit.ts';

const name = 'price in dollars a GPU-hour';
const examples = ['2.5', "'$2.50/gpu-h'"];
const perGpuHour = /\s*(?:\/|\bper\b)\s*(?:gpu)?[\s-]*(?:h|hr|hour)$/i;

/** Dollars for an hour of one GPU, above 0: `$2.50/gpu-h`, `2.5`. */
export const price: Unit<number> = {
  name,
  examples,
  parse: (text) => {
    if (plainText(text).startsWith('.')) {
      // Unquoted, `$2.50/gpu-h` reaches us as `.50/gpu-h`.
      const reason = 'a shell takes "$2" out of an unquoted "$2.50"';
      refuse(ambiguousUnit({ text, reason, suggestions: [`0${plainText(text)}`, "'$2.50/gpu-h'"] }));
    }
    const scanned = scanOrRefuse(withoutDollars(plainText(text).replace(perGpuHour, '')), name, examples);
    if (scanned.unit !== '') refuse(unitUnexpected({ text, unit: scanned.unit, name, examples }));
    return toQuantity(text, name, positive, scanned);
  },
  format: (value) => `$${formatNumber(value)}/gpu-h`,
  display: (value) => `$${displayNumber(value)} a GPU-hour`,
};
