import fc from 'fast-check';
import { expect, it } from 'vitest';
import { chartOfSet } from '../../src/charts/chartOfSet.ts';

it('keeps names of every script, and nothing that a path or a page would take for more than a name', () => {
  expect(chartOfSet('runs', 'wiki_de-2.1')).toBe('runs-wiki_de-2.1');
  expect(chartOfSet('runs', '法律')).toBe('runs-法律');
  expect(chartOfSet('runs', '../c4 en')).toBe('runs-..~2fc4~20en');
});

it('tells different sets apart', () => {
  const name = fc.string({ unit: fc.constantFrom('a', '2', 'f', '-', '~', '/', ' ', '|', '法', '😀') });
  fc.assert(
    fc.property(name, name, (a, b) => {
      expect(chartOfSet('runs', a) === chartOfSet('runs', b)).toBe(a === b);
      expect(chartOfSet('runs', a)).not.toMatch(/[/\\\s"<>,|]/);
    }),
  );
});
