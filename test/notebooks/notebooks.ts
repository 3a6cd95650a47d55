/** The committed notebooks, for tests about all of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { type Cell, type Notebook, textOf } from '../../notebooks/normalise.ts';

const folder = new URL('../../notebooks/', import.meta.url);

export const notebooks: readonly { readonly name: string; readonly notebook: Notebook }[] = readdirSync(
  folder,
)
  .filter((file) => file.endsWith('.ipynb'))
  .sort()
  .map((name) => ({
    name,
    notebook: JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Notebook,
  }));

export const codeCells = ({ cells }: Notebook): Cell[] =>
  cells.filter(({ cell_type }) => cell_type === 'code');

export const sourceOf = ({ source }: Cell): string => textOf(source);

/** What a cell shows, in words. */
export function shownBy({ outputs = [] }: Cell): string {
  return outputs
    .flatMap(({ data = {} }) =>
      ['text/markdown', 'text/plain'].map((type) => textOf((data[type] ?? '') as string)),
    )
    .join('');
}
