/** Charts and answers as Jupyter shows them under a cell: each front end takes the richest form that it knows. */
import { Buffer } from 'node:buffer';
import { type Chart, type Layout, specification } from '../charts/chart.ts';
import type { Section } from '../explain/section.ts';
import { sectionsMarkdown } from './markdown.ts';

/** How the Deno kernel asks a value for its forms, by MIME type. */
const DISPLAY = Symbol.for('Jupyter.display');

/** A value that a notebook shows where it is the last of a cell. */
export interface Shown {
  [DISPLAY](): Readonly<Record<string, unknown>>;
}

/** Pixels of a picture to each of a chart's own: sharp on most screens, and small enough to be committed. */
const ZOOM = 1.5;

/**
 * A chart in a notebook: its specification where the front end draws Vega-Lite 6 (data included, so it can be read back), a
 * picture where it does not (GitHub), and what it shows in words. A chart whose specification has faults throws.
 */
export async function showChart(chart: Chart, layout?: Layout): Promise<Shown> {
  // Vega is large, and most users of the library draw nothing.
  const { compiled, svgOf } = await import('./draw.ts');
  const { pngOf } = await import('./png.ts');
  const drawn = specification(chart, layout);
  const png = pngOf(await svgOf(compiled(drawn)), ZOOM);
  return shown({
    'application/vnd.vegalite.v6+json': drawn,
    'image/png': Buffer.from(png).toString('base64'),
    'text/plain': `${chart.title}. ${chart.description}`,
  });
}

/** Sentences and tables in a notebook, such as `explainPlan` gives them. */
export function showSections(sections: readonly Section[]): Shown {
  const text = sectionsMarkdown(sections);
  return shown({ 'text/markdown': text });
}

function shown(forms: Readonly<Record<string, unknown>>): Shown {
  return { [DISPLAY]: () => forms };
}
