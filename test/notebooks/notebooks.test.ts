import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { normalised } from '../../notebooks/normalise.ts';
import type { JsonObject } from '../../src/charts/chart.ts';
import { compiled } from '../../src/report/draw.ts';
import { codeCells, notebooks, shownBy, sourceOf } from './notebooks.ts';

const root = new URL('../../', import.meta.url);

describe.each(notebooks)('$name', ({ notebook }) => {
  it('was run from top to bottom, and holds nothing of the run but its results', () => {
    expect(notebook).toEqual(normalised(notebook));
    expect(new Set(notebook.cells.map(({ id }) => id)).size).toBe(notebook.cells.length);
  });

  it('shows one thing in every cell, in words too', () => {
    for (const cell of codeCells(notebook)) {
      expect(cell.outputs?.map(({ output_type }) => output_type)).toEqual(['display_data']);
      expect(shownBy(cell), cell.id).not.toBe('');
      expect(shownBy(cell), cell.id).not.toMatch(/NaN|undefined|null|\[object/);
    }
  });

  it('draws charts that the compiler takes without a warning, each with a picture', () => {
    const forms = codeCells(notebook).flatMap(({ outputs = [] }) => outputs.map(({ data = {} }) => data));
    const charts = forms.filter((data) => 'application/vnd.vegalite.v6+json' in data);
    expect(charts.length).toBeGreaterThan(2);
    for (const chart of charts) {
      expect(compiled(chart['application/vnd.vegalite.v6+json'] as JsonObject).marks).not.toHaveLength(0);
      const picture = Buffer.from(String(chart['image/png']), 'base64');
      expect(picture.subarray(1, 4).toString()).toBe('PNG');
    }
  });

  it('imports the library by its name, and nothing else that a user would not have', () => {
    const from = codeCells(notebook).flatMap((cell) =>
      [...sourceOf(cell).matchAll(/\bfrom '([^']+)'/g)].map(([, specifier]) => specifier),
    );
    expect(from).toContain('mixplan');
    expect(from.filter((specifier) => specifier !== 'mixplan' && !specifier.startsWith('node:'))).toEqual([]);
  });
});

describe('key numbers', () => {
  const shown = (name: string, cell: string): string => {
    const { notebook } = notebooks.find((each) => each.name === `${name}.ipynb`)!;
    return shownBy(notebook.cells.find(({ id }) => id === cell)!);
  };

  it('the plan is that of the README', () => {
    const readme = readFileSync(new URL('README.md', root), 'utf8').replaceAll(/\s+/g, ' ');
    const [plan] = shown('from-pilots-to-a-plan', 'plan').split('\n');
    expect(plan).toMatch(/^Train the 333k model on 10\.3M tokens at domain ratio 0\.374 /);
    expect(readme).toContain(plan);
  });

  it('published figures come out as they are printed', () => {
    const papers = (cell: string): string => shown('what-the-papers-say', cell);
    expect(papers('d-cpt')).toContain('cross 3% at 0.9245');
    for (const ratio of ['0.2976 | 0.298', '0.3489 | 0.349', '0.4143 | 0.414', '0.4783 | 0.478'])
      expect(papers('cmr-cost')).toContain(ratio);
    const rows = papers('acceptance')
      .split('\n')
      .filter((line) => /\d/.test(line))
      .map((line) => line.split('|').map((cell) => cell.trim()));
    expect(rows).toHaveLength(7);
    for (const [, what, printed, computed] of rows) expect(computed, what).toBe(printed);
  });

  it('coverage beside the page is that of the page', () => {
    const page = readFileSync(new URL('notebooks/coverage.md', root), 'utf8');
    const rows = shown('how-sure-is-sure', 'beside')
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .filter(([, quantity]) => /, (new run|mean)$/.test(quantity ?? ''));
    expect(rows).toHaveLength(6);
    for (const cells of rows)
      expect(page).toContain(`| 3 | ${[cells[1], ...cells.slice(6, 9)].join(' | ')} |`);
  });
});
