import { ambiguousUnit, unitUnexpected } from '../problems/units.ts';
import { formatNumber, refuse, scanOrRefuse, toDouble, toQuantity } from './number.ts';
import type { Unit } from './unit.ts';

/**
 * Whole numbers from `least` to `most` (2^53 - 1 unless given), without unit: numbers of draws, of GPUs, of steps. A scale letter
 * is refused because `4k` means 4000 to some and 4096 to others where such numbers are typed.
 */
export function wholeNumber(
  name: string,
  least: number,
  example: string,
  most = Number.MAX_SAFE_INTEGER,
): Unit<number> {
  const examples = [example];
  const range = {
    holds: (value: number) =>
      Number.isSafeInteger(value) && value >= least && value <= most && !Object.is(value, -0),
    text: `a whole number from ${least} to ${most === Number.MAX_SAFE_INTEGER ? '2^53 - 1' : most}`,
  };
  return {
    name,
    examples,
    parse: (text) => {
      const scanned = scanOrRefuse(text, name, examples);
      if (/^k$/i.test(scanned.unit)) {
        const reason = 'k stands for 1000 or for 1024';
        const suggestions = [1000, 1024].map((k) => formatNumber(toDouble(scanned) * k));
        refuse(ambiguousUnit({ text, reason, suggestions }));
      }
      if (scanned.unit !== '') refuse(unitUnexpected({ text, unit: scanned.unit, name, examples }));
      return toQuantity(text, name, range, scanned);
    },
    format: String,
    display: String,
  };
}
