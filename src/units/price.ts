import { unitUnexpected } from '../problems/units.ts';
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
const examples = ['$2.50/gpu-h', '2.5'];
const perGpuHour = /\s*(?:\/|\bper\b)\s*(?:gpu)?[\s-]*(?:h|hr|hour)$/i;

/** Dollars for an hour of one GPU, above 0: `$2.50/gpu-h`, `2.5`. */
export const price: Unit<number> = {
  name,
  examples,
  parse: (text) => {
    const scanned = scanOrRefuse(withoutDollars(plainText(text).replace(perGpuHour, '')), name, examples);
    if (scanned.unit !== '') refuse(unitUnexpected({ text, unit: scanned.unit, name, examples }));
    return toQuantity(text, name, positive, scanned);
  },
  format: (value) => `$${formatNumber(value)}/gpu-h`,
  display: (value) => `$${displayNumber(value)} a GPU-hour`,
};
