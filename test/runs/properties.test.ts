import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../src/problems/problem.ts';
import { fromText, fromTexts, withoutPlaces } from './tables.ts';

interface Design {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Sound tables: some bases, some runs of each, some evaluations of each run, some cells empty where they may be. */
const design: fc.Arbitrary<Design> = fc
  .record({
    sizes: fc.uniqueArray(fc.integer({ min: 1, max: 1e12 }), { minLength: 1, maxLength: 3 }),
    ratios: fc.uniqueArray(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 4 }),
    tokens: fc.uniqueArray(fc.integer({ min: 1, max: 1e6 }), { minLength: 1, maxLength: 5 }),
    losses: fc.array(fc.double({ min: 0.5, max: 9, noNaN: true }), { minLength: 1, maxLength: 40 }),
    hole: fc.integer({ min: 2, max: 30 }),
    baseRows: fc.boolean(),
  })
  .map(({ sizes, ratios, tokens, losses, hole, baseRows }) => {
    let cell = 0;
    const loss = (): string => {
      cell += 1;
      return cell % hole === 0 ? '' : String(losses[cell % losses.length]);
    };
    const rows = sizes.flatMap((size) =>
      ratios.flatMap((percent) =>
        (baseRows ? [0, ...tokens] : tokens).map((seen) => [
          `run ${size}/${percent}`,
          `base ${size}`,
          String(size),
          String(seen),
          String(percent / 100),
          loss(),
          loss(),
          loss(),
          String(seen * 2),
        ]),
      ),
    );
    const header = ['run', 'base', 'params', 'tokens', 'domain_ratio'];
    return { header: [...header, 'loss_general', 'loss_general_wiki', 'loss_domain', 'step'], rows };
  });

const csv = ({ header, rows }: Design, delimiter = ','): string =>
  [header, ...rows].map((cells) => cells.join(delimiter)).join('\n');

const numeric = new Set([2, 3, 4, 5, 6, 7, 8]);
const jsonLines = ({ header, rows }: Design): string =>
  rows
    .map((cells) => {
      const pairs = cells.map((cell, k) => [
        header[k],
        cell === '' ? null : numeric.has(k) ? Number(cell) : cell,
      ]);
      return JSON.stringify(Object.fromEntries(pairs));
    })
    .join('\n');

const read = (...texts: readonly (string | Uint8Array)[]): unknown => withoutPlaces(fromTexts(texts));

describe('relations between tables', () => {
  test('CSV, TSV, JSON Lines and gzip of each hold the same runs', () => {
    fc.assert(
      fc.property(design, (one) => {
        const expected = read(csv(one));
        const texts = [csv(one, '\t'), jsonLines(one)];
        for (const text of [...texts, ...[csv(one), ...texts].map((plain) => gzipSync(plain))]) {
          expect(read(text)).toEqual(expected);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('the order of rows, within runs and between them, does not matter', () => {
    const shuffled = design.chain((one) => {
      const rows = fc.shuffledSubarray([...one.rows], {
        minLength: one.rows.length,
        maxLength: one.rows.length,
      });
      return fc.record({ one: fc.constant(one), rows });
    });
    fc.assert(
      fc.property(shuffled, ({ one, rows }) => {
        expect(read(csv({ ...one, rows }))).toEqual(read(csv(one)));
      }),
    );
  });

  test('the order of columns does not matter', () => {
    const swapped = design.chain((one) => {
      const all = one.header.map((_, k) => k);
      const order = fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
      return fc.record({ one: fc.constant(one), order });
    });
    fc.assert(
      fc.property(swapped, ({ one, order }) => {
        const pick = (cells: readonly string[]): string[] => order.map((k) => cells[k]);
        expect(read(csv({ header: pick(one.header), rows: one.rows.map(pick) }))).toEqual(read(csv(one)));
      }),
    );
  });

  test('an empty column changes nothing, whatever its name', () => {
    const name = fc.constantFrom(
      'notes',
      'loss_other',
      'warmup',
      'replay',
      'share_wiki',
      'lr',
      'seed',
      'method',
      '',
    );
    fc.assert(
      fc.property(design, name, (one, added) => {
        const header = [...one.header, added];
        const rows = one.rows.map((cells) => [...cells, '']);
        expect(read(csv({ header, rows }))).toEqual(read(csv(one)));
      }),
    );
  });

  test('a table cut into two files holds the same runs', () => {
    fc.assert(
      fc.property(design, fc.infiniteStream(fc.boolean()), (one, side) => {
        const first = one.rows.filter(() => side.next().value);
        const second = one.rows.filter((row) => !first.includes(row));
        const parts = [first, second].filter(({ length }) => length > 0).map((rows) => csv({ ...one, rows }));
        expect(read(...parts)).toEqual(read(csv(one)));
        expect(read(...parts.toReversed())).toEqual(read(csv(one)));
      }),
    );
  });

  test('every row ends up as an observation, as a base or set aside', () => {
    fc.assert(
      fc.property(design, (one) => {
        const runs = fromText(csv(one));
        const baseRows = runs.bases.reduce((sum, { rows }) => sum + rows, 0);
        expect(runs.n + baseRows + runs.setAside.length).toBe(one.rows.length);
      }),
    );
  });
});

describe('whatever the bytes, there are runs or a refusal with reasons', () => {
  const survives = (bytes: Uint8Array): boolean => {
    try {
      return fromText(bytes).n > 0;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return error.problems.length > 0 && error.problems.every(({ severity }) => severity === 'error');
    }
  };

  test('random bytes and random text', () => {
    const text = fc.string({ unit: 'binary' }).map((string) => new TextEncoder().encode(string));
    fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), text), survives), { numRuns: 2000 });
  });

  const pilots = readFileSync(new URL('../../datasets/pilots-kernel-c/runs.csv', import.meta.url), 'utf8');
  const sample = pilots.split('\n').slice(0, 30).join('\n');
  const jsonSample =
    '{"run":"a","params":1,"tokens":5,"domain_ratio":0.5,"loss_general":2,"loss_domain":3}\n'.repeat(3);
  const junk = fc.constantFrom(
    ...'",;\t\n\r{}[]0123456789.eE+-xN%_ \u0000\u00e9\ufeff'.split(''),
    'NaN',
    '1e999',
    '7B',
  );

  test.each([
    ['a CSV table', sample],
    ['a TSV table', sample.replaceAll(',', '\t')],
    ['a JSON Lines table', jsonSample],
  ])('mutations of %s', (_, original) => {
    const edit = fc.record({
      at: fc.nat(original.length),
      drop: fc.nat(12),
      put: fc.array(junk, { maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const mutated = edits.reduce(
          (text, { at, drop, put }) => text.slice(0, at) + put.join('') + text.slice(at + drop),
          original,
        );
        return survives(new TextEncoder().encode(mutated));
      }),
      { numRuns: 400 },
    );
  });

  test('mutations of gzip', () => {
    const packed = gzipSync(sample);
    fc.assert(
      fc.property(fc.nat(packed.length - 1), fc.nat(255), (at, byte) => {
        const mutated = Uint8Array.from(packed);
        mutated[at] = byte;
        return survives(mutated);
      }),
      { numRuns: 300 },
    );
  });
});
