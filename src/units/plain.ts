/** Numbers that carry one fixed unit, which may be written or left out. */
import { unitUnexpected } from '../problems/units.ts';
import { displayNumber, formatNumber, positive, refuse, scanOrRefuse, toQuantity } from './number.ts';
import type { Unit } from './unit.ts';

/** A positive number whose unit words `nouns` (lower case) are optional, shown with the first of them. */
function positiveNumber(name: string, examples: readonly string[], nouns: readonly string[]): Unit<number> {
  return {
    name,
    examples,
    parse: (text) => {
      const scanned = scanOrRefuse(text, name, examples);
      if (scanned.unit !== '' && !nouns.includes(scanned.unit.toLowerCase())) {
        refuse(unitUnexpected({ text, unit: scanned.unit, name, examples }));
      }
      return toQuantity(text, name, positive, scanned);
    },
    format: formatNumber,
    display: (value) => [displayNumber(value), ...nouns.slice(0, 1)].join(' '),
  };
}

/** Validation losses in nats a token, above 0: `1.43`, `1.43 nats`. */
export const loss = positiveNumber('loss in nats a token', ['1.43', '1.43 nats'], ['nats', 'nat']);

/** The residual at which a Huber objective turns from square to linear, in the unit of the residual. */
export const huberDelta = positiveNumber('Huber threshold', ['0.001', '1e-3'], []);
