/** What token counts and parameter counts have in common: a number, a scale, and perhaps the noun itself. */
import { unitUnexpected } from '../problems/units.ts';
import { displayScaled, formatScaled, type Range, refuse, scanOrRefuse, toQuantity } from './number.ts';
import { countScale } from './scale.ts';
import type { Unit } from './unit.ts';

interface CountDeclaration {
  readonly name: string;
  readonly examples: readonly string[];
  /** Words that may follow the number, longest first. */
  readonly nouns: readonly string[];
  readonly range: Range;
}

export function countUnit({ name, examples, nouns, range }: CountDeclaration): Unit<number> {
  return {
    name,
    examples,
    parse: (text) => {
      const scanned = scanOrRefuse(text, name, examples);
      const scale = countScale(scanned.unit, nouns);
      if (scale === undefined) refuse(unitUnexpected({ text, unit: scanned.unit, name, examples }));
      return toQuantity(text, name, range, scanned, scale.power);
    },
    format: formatScaled,
    display: (value) => displayScaled(value),
  };
}
