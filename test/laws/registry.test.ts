/** Every law is declared completely and without contradiction. */
import { parse } from 'mathjs';
import { describe, expect, it } from 'vitest';
import { LAWS, lawById, lawsFor, PUBLISHED, SLICES } from '../../src/laws/registry.ts';

const ALL = [...LAWS, ...SLICES, ...PUBLISHED];

const SCALES = [
  { params: 1e5, tokens: 1e6 },
  { params: 1e9, tokens: 1e10 },
  { params: 1e11, tokens: 1e12 },
];
const INPUTS = ['N', 'D', 'R', 'r', 'L0'];

describe('the registry', () => {
  it('has no id twice', () => {
    expect(new Set(ALL.map(({ id }) => id)).size).toBe(ALL.length);
  });

  it('finds laws by id and by role', () => {
    for (const law of LAWS) {
      expect(lawById(law.id)).toBe(law);
      for (const role of ['general', 'domain'] as const) {
        expect(lawsFor(role).includes(law)).toBe(law.roles.includes(role));
      }
    }
    expect(lawById('no such law')).toBeUndefined();
  });

  it('offers no slice and no published law where laws are fitted', () => {
    for (const law of [...SLICES, ...PUBLISHED]) {
      expect(lawsFor('general')).not.toContain(law);
      expect(lawsFor('domain')).not.toContain(law);
    }
  });
});

describe.each(ALL.map((law) => [law.id, law] as const))('%s', (_id, law) => {
  const names = law.parameters.map(({ name }) => name);
  const coefficients = law.terms.map(({ coefficient }) => coefficient);
  const thetas = law.terms.flatMap(({ factors }) => factors.flatMap(({ theta }) => theta));

  it('names its parameters once, and uses each', () => {
    expect(new Set(names).size).toBe(names.length);
    expect(new Set([...coefficients, ...thetas])).toEqual(new Set(names));
    expect(new Set(coefficients).size).toBe(coefficients.length);
  });

  it('has a formula of its own parameters and the inputs', () => {
    const symbols = new Set<string>();
    parse(law.formula).traverse((node, path) => {
      if (node.type === 'SymbolNode' && path !== 'fn') symbols.add(node.toString());
    });
    expect([...symbols].filter((symbol) => !INPUTS.includes(symbol)).sort()).toEqual([...names].sort());
    expect(symbols.has('L0')).toBe(law.predicts === 'change');
  });

  it('is linear in coefficients, which start at 0 and have no grid', () => {
    for (const { name, linear, lower, upper, grid, pinned, log } of law.parameters) {
      expect(linear).toBe(coefficients.includes(name));
      expect(lower).toBeLessThan(upper);
      if (!linear) continue;
      expect([lower, upper, grid, pinned, log]).toEqual([0, Infinity, undefined, undefined, undefined]);
    }
  });

  it('has a grid for what is searched and a value for what is pinned, within bounds at every scale', () => {
    for (const { linear, grid, pinned, lower, upper, log } of law.parameters) {
      if (linear) continue;
      expect((grid === undefined) !== (pinned === undefined)).toBe(true);
      if (log === true) expect(lower).toBeGreaterThan(0);
      for (const scale of SCALES) {
        const values = grid?.(scale) ?? [pinned!(scale)];
        if (grid !== undefined) expect(values.length).toBeGreaterThan(2);
        expect(values).toEqual([...new Set(values)].sort((a, b) => a - b));
        for (const value of values) {
          expect(value).toBeGreaterThanOrEqual(lower);
          expect(value).toBeLessThanOrEqual(upper);
        }
      }
    }
  });

  it('needs several values of what it depends on, and says so once', () => {
    const variables = law.needs.map(({ variable }) => variable);
    expect(new Set(variables).size).toBe(variables.length);
    for (const { distinct } of law.needs) expect(distinct).toBeGreaterThan(1);
    const uses = new Set(law.terms.flatMap(({ factors }) => factors.flatMap(({ on }) => on)));
    const usesRatio = uses.has('ratio') || uses.has('share') || uses.has('replay');
    for (const variable of variables) {
      expect(variable === 'domain_ratio' ? usesRatio : uses.has(variable)).toBe(true);
    }
  });

  it('promises trends in what it depends on, with a source each', () => {
    const uses = new Set(law.terms.flatMap(({ factors }) => factors.flatMap(({ on }) => on)));
    for (const { variable, source } of law.promises) {
      const used = variable === 'ratio' ? uses.has('ratio') || uses.has('replay') : uses.has(variable);
      expect(used).toBe(true);
      expect(source).not.toBe('');
    }
  });

  it('has a source, a meaning and unit for each parameter, and something its users should know', () => {
    expect(law.source).not.toBe('');
    expect(law.notes.length).toBeGreaterThan(0);
    for (const { meaning, unit } of law.parameters) expect([meaning, unit]).not.toContain('');
  });
});
