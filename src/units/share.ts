/** What ratios, levels and utilisations have in common: a share of one, typed as `0.3` or `30%`. */
import { looksLikePercentage, unitUnexpected } from '../problems/units.ts';
import {
  displayPercent,
  formatNumber,
  formatPercent,
  type Range,
  refuse,
  scanOrRefuse,
  toDouble,
  toQuantity,
} from './number.ts';
import type { Unit } from './unit.ts';

/** A bare number above 1 up to 100 is refused as a percentage without its sign. */
export function shareUnit(name: string, examples: readonly string[], range: Range): Unit<number> {
  return {
    name,
    examples,
    parse: (text) => {
      const scanned = scanOrRefuse(text, name, examples);
      const inPercent = /^(%|percent|per cent)$/i.test(scanned.unit);
      if (!inPercent && scanned.unit !== '')
        refuse(unitUnexpected({ text, unit: scanned.unit, name, examples }));
      const asShare = toDouble(scanned, -2);
      if (!inPercent && toDouble(scanned) > 1 && range.holds(asShare)) {
        refuse(looksLikePercentage({ text, percent: formatPercent(asShare), share: formatNumber(asShare) }));
      }
      return toQuantity(text, name, range, scanned, inPercent ? -2 : 0);
    },
    format: formatNumber,
    display: (value) => displayPercent(value),
  };
}
