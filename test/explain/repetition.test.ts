/** What a plan says about a small corpus. */
import { describe, expect, it } from 'vitest';
import { explainRepetition } from '../../src/explain/repetition.ts';
import { type ConstantPrior, effectiveTokens, REPEATED_TOKENS } from '../../src/laws/modifiers/repetition.ts';
import { REPETITION_LAWS } from '../../src/laws/modifiers/repetitionLaws.ts';
import { valueOfRepeats } from '../../src/laws/modifiers/valueOfRepeats.ts';
import { tokens } from '../../src/units/tokens.ts';

const [law] = REPETITION_LAWS;
const explained = (seen: number, constant: ConstantPrior = REPEATED_TOKENS) =>
  explainRepetition(valueOfRepeats(law, constant, 5e9, seen, 0.9), 0.9);
const textOf = (seen: number) => explained(seen).sentences!.join(' ');
const rowsOf = (seen: number) => explained(seen).table!.rows;

describe('what repeats are worth', () => {
  it('counts what is seen and what that is worth, with the range of the prior', () => {
    const worth = (constant: number) => Number(effectiveTokens(17.5e9, 5e9, constant).toPrecision(3));
    const ends = [-1, 1].map((side) => worth(REPEATED_TOKENS.value * Math.exp(side * 1.6448536 * 0.6)));
    expect(textOf(17.5e9)).toContain(
      `the 5B tokens of the domain corpus 3.5 times: 17.5B tokens, worth ${tokens.display(worth(REPEATED_TOKENS.value))} ` +
        `[${ends.map((end) => tokens.display(end)).join(', ')}] new ones.`,
    );
  });

  it('says so where nothing is repeated', () => {
    expect(textOf(5e9)).toContain('nothing is repeated');
    expect(textOf(5.1e9)).not.toContain('nothing is repeated');
  });

  it('tells what the last epoch adds, beyond the table too', () => {
    expect(textOf(17.5e9)).toContain('The last epoch adds 85% [65%, 94%] of what the first did.');
    const last = (constant: number) => effectiveTokens(43, 1, constant) - effectiveTokens(42, 1, constant);
    expect(textOf(5e9 * 42.3)).toContain(
      `The last epoch adds ${(100 * last(REPEATED_TOKENS.value)).toFixed(0)}% [`,
    );
  });

  it('takes a limit that is filled to the last token for what it is', () => {
    const rounded = 20e9 * (1 + 2e-16);
    expect(textOf(rounded)).not.toContain('Caution');
    expect(rowsOf(rounded).find(([epoch]) => epoch.includes('run'))![0]).toMatch(/^4,/);
    expect(textOf(5e9 * (1 + 2e-16))).toContain('nothing is repeated');
  });

  it('cautions beyond 4 epochs, with the source, and not before', () => {
    expect(textOf(20e9)).not.toContain('Caution');
    expect(textOf(20.1e9)).toContain('Caution');
    for (const seen of [20e9, 20.1e9]) expect(textOf(seen)).toContain('arXiv 2305.16264');
  });

  it('has 16 epochs, of which each adds less than the one before, and marks where the run ends', () => {
    const rows = rowsOf(17.5e9);
    expect(rows.length).toBe(16);
    const adds = rows.map(([, value]) => Number.parseInt(value, 10));
    expect(adds.slice(0, 5)).toEqual([100, 97, 91, 85, 80]);
    for (let k = 1; k < 16; k++) expect(adds[k]).toBeLessThan(adds[k - 1]);
    expect(
      rows.filter(([epoch]) => epoch.includes('run')).map(([epoch]) => Number.parseInt(epoch, 10)),
    ).toEqual([4]);
    expect(rowsOf(100e9).filter(([epoch]) => epoch.includes('run'))).toEqual([]);
  });

  it('has no range where the constant was given', () => {
    const given = explained(17.5e9, { value: 10, logSpread: 0, source: 'given' });
    expect(JSON.stringify(given)).not.toContain(' [');
    expect(given.sentences!.join(' ')).not.toContain('between');
    expect(given.sentences!.join(' ')).toContain('R = 10: after');
  });
});
