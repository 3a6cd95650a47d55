import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { interleave, type StoppingStrategy } from './mixers.ts';

interface Recorded {
  readonly rows: Readonly<Record<'general' | 'domain', number>>;
  readonly draws: string;
  readonly results: Readonly<Record<StoppingStrategy, Readonly<Record<'general' | 'domain', number>>>>;
}

const recorded = JSON.parse(
  readFileSync(new URL('../oracles/interleave/recorded.json', import.meta.url), 'utf8'),
) as Recorded;
const bits = [...Buffer.from(recorded.draws, 'hex')]
  .map((byte) => byte.toString(2).padStart(8, '0'))
  .join('');
const draws = [...bits].map(Number);
const { general, domain } = recorded.rows;

/** Rows, and what they come to, as they were measured with the trainer's own function (10,000 and 300 rows, 0.7 and 0.3). */
const table: readonly (readonly [StoppingStrategy, number, number, number, number])[] = [
  ['first_exhausted', 990, 690, 300, 0.303],
  ['all_exhausted', 14_184, 10_000, 4184, 0.295],
  ['all_exhausted_without_replacement', 10_300, 10_000, 300, 0.029],
];

describe('interleave_datasets', () => {
  it.each(table)('with %s deals out %d rows', (strategy, rows, ofGeneral, ofDomain, share) => {
    const [first, second] = interleave([general, domain], draws, strategy);
    expect([first, second]).toEqual([ofGeneral, ofDomain]);
    expect(first + second).toBe(rows);
    expect(second / rows).toBeCloseTo(share, 3);
    expect(recorded.results[strategy]).toEqual({ general: ofGeneral, domain: ofDomain });
  });

  it('sees a small corpus 14 times before a large one is through', () => {
    const [, ofDomain] = interleave([general, domain], draws, 'all_exhausted');
    expect(ofDomain / domain).toBeCloseTo(13.95, 2);
  });
});
