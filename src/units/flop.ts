import { ambiguousUnit, unitMissing, unitUnexpected } from '../problems/units.ts';
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

const name = 'amount of computation';
const examples = ['1e21FLOP', '500EFLOP'];
const prefixes: Readonly<Record<string, number>> = {
  '': 0,
  k: 3,
  m: 6,
  g: 9,
  t: 12,
  p: 15,
  e: 18,
  z: 21,
  y: 24,
};

/** The power of ten of `FLOP` with an SI prefix, case ignored: 18 for `EFLOP`; `undefined` for other words. */
export function flopPower(unit: string): number | undefined {
  const prefix = /^([kmgtpezy]?)flops?$/i.exec(unit)?.[1]?.toLowerCase();
  return prefix === undefined ? undefined : prefixes[prefix];
}

/** Floating point operations, above 0: `1e21 FLOP`, `500 EFLOP`. A rate (FLOP/s) is another thing and refused. */
export const flop: Unit<number> = {
  name,
  examples,
  parse: (text) => {
    const scanned = scanOrRefuse(text, name, examples);
    if (scanned.unit === '') refuse(unitMissing({ text, suggestions: [`${plainText(text)}FLOP`] }));
    if (/^[kmgtpezy]?flops?\s*\/\s*s/i.test(scanned.unit)) {
      const reason = 'FLOP/s is a speed, and an amount is asked for';
      refuse(ambiguousUnit({ text, reason, suggestions: examples }));
    }
    const power =
      flopPower(scanned.unit) ?? refuse(unitUnexpected({ text, unit: scanned.unit, name, examples }));
    return toQuantity(text, name, positive, scanned, power);
  },
  // Amounts worth naming have so many zeros that nobody counts them.
  format: (value) => `${value < 1e6 ? formatNumber(value) : value.toExponential().replace('e+', 'e')} FLOP`,
  display: (value) => `${displayNumber(value, 3)} FLOP`,
};
