import { looksLikePercentage, unitUnexpected } from '../problems/units.ts';
import { type Named, named } from './list.ts';
import {
  displayNumber,
  displayPercent,
  formatNumber,
  formatPercent,
  notNegative,
  refuse,
  scanOrRefuse,
  toDouble,
  toQuantity,
} from './number.ts';
import type { Unit } from './unit.ts';

/** How far a loss may rise over the base loss: by a share of it, by nats a token, or by bits per byte. */
export type Tolerance =
  | { readonly kind: 'relative'; readonly share: number }
  | { readonly kind: 'absolute'; readonly nats: number }
  | { readonly kind: 'bits'; readonly bitsPerByte: number };

/** One tolerance for every general evaluation set, or one for each set named. */
export type Tolerances =
  | { readonly kind: 'everySet'; readonly tolerance: Tolerance }
  | { readonly kind: 'bySet'; readonly tolerances: Named<Tolerance> };

const name = 'tolerance';
const examples = ['3%', '0.05nats'];

/**
 * `3%` of the base loss, `0.05 nats` or `0.02 bpb` (bits per byte); 0 or more. A bare number below 1 is nats, as in the literature
 * ("base + 0.05"); one of 1 or more is refused as a percentage without its sign.
 */
export const tolerance: Unit<Tolerance> = {
  name,
  examples,
  parse: (text) => {
    const scanned = scanOrRefuse(text, name, examples);
    if (/^(%|percent|per cent)$/i.test(scanned.unit)) {
      return { kind: 'relative', share: toQuantity(text, name, notNegative, scanned, -2) };
    }
    if (/^(bpb|bits? (per|a) byte)$/i.test(scanned.unit)) {
      return { kind: 'bits', bitsPerByte: toQuantity(text, name, notNegative, scanned) };
    }
    if (!/^(|nats?)$/i.test(scanned.unit))
      refuse(unitUnexpected({ text, unit: scanned.unit, name, examples }));
    const value = toDouble(scanned);
    if (scanned.unit === '' && value >= 1 && value <= 100) {
      const percent = formatPercent(toDouble(scanned, -2));
      refuse(looksLikePercentage({ text, percent, share: `"${formatNumber(value)} nats"` }));
    }
    return { kind: 'absolute', nats: toQuantity(text, name, notNegative, scanned) };
  },
  format: (value) => {
    if (value.kind === 'relative') return formatPercent(value.share);
    return value.kind === 'absolute'
      ? `${formatNumber(value.nats)}nats`
      : `${formatNumber(value.bitsPerByte)}bpb`;
  },
  display: (value) => {
    if (value.kind === 'relative') return displayPercent(value.share);
    return value.kind === 'absolute'
      ? `${displayNumber(value.nats)} nats`
      : `${displayNumber(value.bitsPerByte)} bits per byte`;
  },
};

const bySet = named(tolerance, ['fineweb=3%,wiki=2%']);

/** `3%` for all general sets, or `fineweb=3%,wiki=2%` for each. */
export const tolerances: Unit<Tolerances> = {
  name,
  examples: [...examples, ...bySet.examples],
  parse: (text) =>
    text.includes('=')
      ? { kind: 'bySet', tolerances: bySet.parse(text) }
      : { kind: 'everySet', tolerance: tolerance.parse(text) },
  format: (value) =>
    value.kind === 'everySet' ? tolerance.format(value.tolerance) : bySet.format(value.tolerances),
  display: (value) =>
    value.kind === 'everySet' ? tolerance.display(value.tolerance) : bySet.display(value.tolerances),
  collects: 'names',
};
