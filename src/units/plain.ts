/** Numbers that carry one fixed unit, which may be written or left out. */
import { unitUnexpected } from '../problems/units.ts';
import {
  displayNumber,
  formatNumber,
  notNegative,
  positive,
  type Range,
  refuse,
  scanOrRefuse,
  toQuantity,
} from './number.ts';
import type { Unit } from './unit.ts';

/** A number, positive unless said, whose unit words `nouns` (lower case) are optional, shown with the first of them. */
function plainNumber(
  name: string,
  examples: readonly string[],
  nouns: readonly string[],
  range: Range = positive,
): Unit<number> {
  return {
    name,
    examples,
    parse: (text) => {
      const scanned = scanOrRefuse(text, name, examples);
      if (scanned.unit !== '' && !nouns.includes(scanned.unit.toLowerCase())) {
        refuse(unitUnexpected({ text, unit: scanned.unit, name, examples }));
      }
      return toQuantity(text, name, range, scanned);
    },
    format: formatNumber,
    display: (value) => [displayNumber(value), ...nouns.slice(0, 1)].join(' '),
  };
}

/** Validation losses in nats a token, above 0: `1.43`, `1.43 nats`. */
export const loss = plainNumber('loss in nats a token', ['1.43', '1.43 nats'], ['nats', 'nat']);

/** The residual at which a Huber objective turns from square to linear, in the unit of the residual. */
export const huberDelta = plainNumber('Huber threshold', ['0.001', '1e-3'], []);

/** Bytes of text that a token holds on average, above 0: `4.2`, `4.2 bytes`. */
export const bytesPerToken = plainNumber(
  'number of bytes per token',
  ['4.2', '4.2 bytes'],
  ['bytes', 'byte'],
);

/** The weight of one among several, 0 or more. */
export const weight = plainNumber('weight', ['2', '0.5'], [], notNegative);

/** How often a corpus is seen, above 0: `4`, `4 epochs`. */
export const epochs = plainNumber('number of epochs', ['4', '4 epochs'], ['epochs', 'epoch']);

/** A number of repeats, above 0: `15`, `15 repeats`. */
export const repeats = plainNumber('number of repeats', ['15', '15 repeats'], ['repeats', 'repeat']);

/** Peak learning rates, above 0: `1e-4`. */
export const learningRate = plainNumber('learning rate', ['1e-4', '0.0003'], []);
