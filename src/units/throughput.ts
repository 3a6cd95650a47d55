import { unitMissing, unitUnexpected } from '../problems/units.ts';
import {
  displayScaled,
  formatScaled,
  plainText,
  positive,
  refuse,
  scanOrRefuse,
  toQuantity,
} from './number.ts';
import { countScale } from './scale.ts';
import type { Unit } from './unit.ts';

const name = 'throughput per GPU';
const examples = ['12000tok/s', '7.2ktok/s'];
const rate = /^(.*?)\s*(?:tokens?|toks?)\s*(?:\/|\bper\b)\s*(?:s|sec|second)(?:\s*(?:\/|\bper\b)\s*gpu)?$/i;

/** Tokens a second that one GPU trains on, above 0: `12000tok/s`, `7.2k tokens/s/gpu`. */
export const throughput: Unit<number> = {
  name,
  examples,
  parse: (text) => {
    const scanned = scanOrRefuse(text, name, examples);
    if (countScale(scanned.unit, []) !== undefined)
      refuse(unitMissing({ text, suggestions: [`${plainText(text)}tok/s`] }));
    const prefix = rate.exec(scanned.unit)?.[1];
    const scale = prefix === undefined ? undefined : countScale(prefix, []);
    if (scale === undefined) refuse(unitUnexpected({ text, unit: scanned.unit, name, examples }));
    return toQuantity(text, name, positive, scanned, scale.power);
  },
  format: (value) => `${formatScaled(value)} tok/s`,
  display: (value) => `${displayScaled(value, 3)} tok/s per GPU`,
};
