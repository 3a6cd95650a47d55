/** Several counts in one text: `1B,2B,5B`, `1B..20B:8`, or both mixed. */
import { rangeMalformed } from '../problems/units.ts';
import { parseAll } from './list.ts';
import { refuse } from './number.ts';
import type { Unit } from './unit.ts';

const MOST_VALUES = 1000;

/**
 * One or more counts, in the order given. `A..B:N` stands for N of them from A to B, evenly spaced on a logarithmic scale;
 * those between the ends are rounded to whole numbers, and what falls together then is one. A comma between a digit and three
 * digits belongs to the number, as in 3,100,000.
 */
export function grid(item: Unit<number>): Unit<readonly number[]> {
  const [first, second] = item.examples;
  const range = `${item.format(1e9)}..${item.format(2e10)}:8`;
  const part = (text: string): readonly number[] => {
    const ends = text.split('..');
    if (ends.length === 1) return [item.parse(text)];
    const [, to = '', count = ''] = /^(.*):\s*(\d{1,6})\s*$/s.exec(ends[1]) ?? [];
    const n = Number(count);
    if (ends.length > 2 || n < 2 || n > MOST_VALUES)
      refuse(rangeMalformed({ text, name: item.name, most: MOST_VALUES, example: range }));
    const [least, greatest] = parseAll([ends[0], to], item.parse);
    return spaced(least, greatest, n);
  };
  return {
    name: item.name,
    examples: [first, `${second},${first}`, range],
    parse: (text) => parseAll(parts(text), part).flat(),
    format: (values) => {
      const texts = values.map((value) => item.format(value));
      const short = texts.join(',');
      // 1,100 would be read as one number.
      return parts(short).length === texts.length ? short : texts.join(', ');
    },
    display: (values) => values.map((value) => item.display(value)).join(', '),
    collects: 'items',
  };
}

/** The texts between commas, those left alone that group the digits of one number. */
function parts(text: string): readonly string[] {
  return text.split(/,(?!(?<=\d,)\d{3}(?!\d))/);
}

function spaced(from: number, to: number, n: number): number[] {
  const between = Array.from({ length: n - 2 }, (_, i) =>
    Math.round(from * (to / from) ** ((i + 1) / (n - 1))),
  );
  return [...new Set([from, ...between, to])];
}
