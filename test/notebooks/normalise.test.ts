import { describe, expect, it } from 'vitest';
import { differences, differencesOf, type Notebook, normalised } from '../../notebooks/normalise.ts';

const notebook = (data: Readonly<Record<string, unknown>>): Notebook =>
  normalised({
    cells: [
      { cell_type: 'markdown', id: 'text', source: 'one\ntwo' },
      {
        cell_type: 'code',
        id: 'code',
        source: ['a\n', 'b'],
        outputs: [{ output_type: 'display_data', data }],
      },
    ],
    metadata: { language_info: { version: '1.2.3' } },
    nbformat: 4,
    nbformat_minor: 5,
  });

const chart = (value: number): Notebook =>
  notebook({ 'application/vnd.vegalite.v6+json': { data: { values: [{ value }] } } });

describe('a normalised notebook', () => {
  it('is what it is normalised to', () => {
    const once = notebook({ 'text/plain': 'x\ny' });
    expect(normalised(once)).toEqual(once);
  });

  it('keeps nothing of the run', () => {
    const text = JSON.stringify(notebook({ 'text/plain': '\u001b[31mred\u001b[0m' }));
    expect(text).not.toMatch(/1\.2\.3|\\u001b/);
    expect(text).toContain('["red"]');
  });
});

describe('differences', () => {
  it('are none between equal notebooks, and none in pictures', () => {
    expect(differences(chart(1), chart(1))).toEqual([]);
    expect(differences(notebook({ 'image/png': 'a' }), notebook({ 'image/png': 'b' }))).toEqual([]);
  });

  it('are numbers of charts apart by more than a millionth', () => {
    expect(differences(chart(1), chart(1 + 9e-7))).toEqual([]);
    expect(differences(chart(1), chart(1 + 2e-6))).toHaveLength(1);
    expect(differences(chart(0), chart(1e-12))).toHaveLength(1);
  });

  it('are texts that are not equal, outputs that are missing and cells that are gone', () => {
    const told = notebook({ 'text/plain': 'ratio 0.374' });
    expect(differences(told, notebook({ 'text/plain': 'ratio 0.375' }))).toEqual([
      'cell code.data.text/plain.0: "ratio 0.375", "ratio 0.374" expected',
    ]);
    expect(differences(told, { ...told, cells: told.cells.slice(0, 1) })).toEqual([
      'cell code: 0 outputs, 1 expected',
    ]);
  });

  it('are members that only one side has', () => {
    expect(differencesOf({ a: 1 }, { a: 1, b: 2 }, 'x')).toEqual(['x.b: 2, undefined expected']);
    expect(differencesOf([1, 2], [1], 'x')).toEqual(['x.1: undefined, 2 expected']);
    expect(differencesOf({ a: {} }, { a: null }, 'x')).toEqual(['x.a: null, {} expected']);
  });
});
