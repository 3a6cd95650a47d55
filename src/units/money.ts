import { ambiguousUnit, unitMissing, unitUnexpected } from '../problems/units.ts';
import {
  displayNumber,
  displayScaled,
  formatNumber,
  plainText,
  positive,
  refuse,
  scanOrRefuse,
  toQuantity,
} from './number.ts';
import { countScale } from './scale.ts';
import type { Unit } from './unit.ts';

const name = 'amount of money in dollars';
const examples = ["'$20k'", '800USD'];

const anyCurrency = /[$€£¥]|(?:USD|EUR|GBP|CHF|CNY|JPY)\b|(?:dollars?|euros?)$/i;
const dollars = /^(?:US)?\$\s*|\s*(?:\$|USD|dollars?)$/gi;

/** Whether the text names money at all, so that a budget of `20k EUR` is answered as money. */
export function looksLikeMoney(text: string): boolean {
  return anyCurrency.test(text.trim());
}

/**
 * The text without its dollar sign or word. Other currencies are refused: only the quotient of budget and
 * price matters, so both may as well be written in dollars.
 */
export function withoutDollars(text: string): string {
  const amount = text.trim().replace(dollars, '');
  if (!anyCurrency.test(amount)) return amount;
  const reason = 'amounts and prices are kept in one currency, written as dollars';
  return refuse(ambiguousUnit({ text, reason, suggestions: examples }));
}

/** Money in dollars, above 0: `$20k`, `$1,500`, `800 USD`. */
export const money: Unit<number> = {
  name,
  examples,
  parse: (text) => {
    const scanned = scanOrRefuse(withoutDollars(text), name, examples);
    const scale = countScale(scanned.unit, []);
    if (scale !== undefined && !looksLikeMoney(text)) {
      refuse(unitMissing({ text, suggestions: [`'$${plainText(text)}'`] }));
    }
    if (scale === undefined) refuse(unitUnexpected({ text, unit: scanned.unit, name, examples }));
    return toQuantity(text, name, positive, scanned, scale.power);
  },
  format: (value) => `$${formatNumber(value)}`,
  display: (value) => `$${value < 1000 ? displayNumber(value, 3) : displayScaled(value, 3)}`,
};
