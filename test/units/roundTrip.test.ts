import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { budget } from '../../src/units/budget.ts';
import { duration } from '../../src/units/duration.ts';
import { flop } from '../../src/units/flop.ts';
import { list, named } from '../../src/units/list.ts';
import { money } from '../../src/units/money.ts';
import { modelSize, params } from '../../src/units/params.ts';
import { huberDelta, loss } from '../../src/units/plain.ts';
import { price } from '../../src/units/price.ts';
import { level, ratio, replay, utilisation } from '../../src/units/ratio.ts';
import { span } from '../../src/units/span.ts';
import { throughput } from '../../src/units/throughput.ts';
import { tokens, trainingTokens } from '../../src/units/tokens.ts';
import { tolerance, tolerances } from '../../src/units/tolerance.ts';
import type { Unit } from '../../src/units/unit.ts';
import { wholeNumber } from '../../src/units/whole.ts';
import { choice, word } from '../../src/units/words.ts';
import * as arbitrary from './arbitraries.ts';

interface Case<T> {
  readonly unit: Unit<T>;
  readonly values: fc.Arbitrary<T>;
}

const check = <T>(unit: Unit<T>, values: fc.Arbitrary<T>): Case<unknown> =>
  ({ unit, values }) as Case<unknown>;

const cases = [
  check(tokens, arbitrary.notNegative),
  check(params, arbitrary.positive),
  check(modelSize, arbitrary.modelSizes),
  check(trainingTokens, arbitrary.trainingLengths),
  check(span, arbitrary.spans),
  check(ratio, arbitrary.share),
  check(utilisation, arbitrary.positiveShare),
  check(level, arbitrary.openShare),
  check(loss, arbitrary.positive),
  check(huberDelta, arbitrary.positive),
  check(duration, arbitrary.positive),
  check(throughput, arbitrary.positive),
  check(flop, arbitrary.positive),
  check(money, arbitrary.positive),
  check(price, arbitrary.positive),
  check(budget, arbitrary.budgets),
  check(tolerance, arbitrary.toleranceValues),
  check(tolerances, arbitrary.toleranceSets),
  check(wholeNumber('count', 1, '16'), arbitrary.whole),
  check(choice('role', ['general', 'domain']), fc.constantFrom('general', 'domain')),
  check(
    word('path', ['a']),
    fc.string({ unit: 'grapheme' }).filter((text) => text.trim() !== ''),
  ),
  check(list(params), fc.array(arbitrary.positive, { minLength: 1, maxLength: 4 })),
  check(
    named(loss, ['general=1.43']),
    fc.dictionary(arbitrary.name, arbitrary.positive, { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
  ),
];

describe.each(cases)('$unit.name', ({ unit, values }) => {
  it('reads back exactly what it writes', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(unit.parse(unit.format(value))).toStrictEqual(value);
      }),
      { numRuns: 300 },
    );
  });

  it('reads its own examples', () => {
    expect(unit.examples.length).toBeGreaterThan(0);
    // Examples are quoted for the shell where they need it.
    const typed = unit.examples.map((example) => example.replace(/^(["'])(.*)\1$/, '$2'));
    for (const example of typed) expect(() => unit.parse(example)).not.toThrow();
  });

  it('reads spaces around the text and typographical signs', () => {
    if (unit.name === 'path') return;
    fc.assert(
      fc.property(values, (value) => {
        const text = unit.format(value);
        expect(unit.parse(` ${text}\u00A0`)).toStrictEqual(unit.parse(text));
      }),
      { numRuns: 50 },
    );
  });

  it('shows any value without failing, on one line', () => {
    fc.assert(
      fc.property(values, (value) => {
        const text = unit.display(value);
        expect(text).not.toBe('');
        expect(text).not.toMatch(/undefined|NaN|Infinity|\[object/);
      }),
      { numRuns: 100 },
    );
  });
});

describe('replay share', () => {
  it('is the domain ratio seen from the other side', () => {
    expect(replay.parse('10%')).toBe(0.9);
    expect(replay.parse('0.3')).toBe(0.7);
    expect(replay.format(0.9)).toBe('0.1');
  });

  it('settles: reading, writing and reading again changes nothing', () => {
    fc.assert(
      fc.property(arbitrary.share, (share) => {
        const once = replay.parse(ratio.format(share));
        const twice = replay.parse(replay.format(once));
        expect(twice).toBe(once);
        expect(once).toBeCloseTo(1 - share, 14);
      }),
    );
  });
});
