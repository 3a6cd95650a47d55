/**
 * What a chart is: a finding as its title, a sentence for those who cannot see it, and a Vega-Lite 6 specification for a
 * wide page or a narrow one. Charts are made from plain data and know nothing of pages, files or Vega.
 */
import { configuration, INK, MUTED } from './theme.ts';

/** Plain data: what JSON can hold. Members that are undefined are left out. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** `wide`: some 760 pixels, as a page or a slide has; `narrow`: some 350, as a phone or half a page has. */
export type Layout = 'wide' | 'narrow';

export interface Chart {
  /** File name without its ending, and anchor in a page: `trade-off`. */
  readonly id: string;
  /** The finding, with its number. */
  readonly title: string;
  /** How to read it: what bands, dashes and colours mean. */
  readonly subtitle: string;
  /** What it shows, for screen readers. */
  readonly description: string;
  /** Whether the narrow drawing is all it needs: two of these stand side by side on a wide page. */
  readonly small: boolean;
  /** Data, marks and encodings; without title, schema or configuration. */
  readonly body: (layout: Layout) => JsonObject;
}

export const VEGA_LITE_SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';

/** Width of the lines that titles are broken into, in characters of their size. */
const TITLE_CHARACTERS: Readonly<Record<Layout, number>> = { wide: 90, narrow: 40 };
const SUBTITLE_CHARACTERS: Readonly<Record<Layout, number>> = { wide: 122, narrow: 56 };

/** The whole specification, with title and description, that any Vega tool can read. */
export function specification(chart: Chart, layout: Layout = chart.small ? 'narrow' : 'wide'): JsonObject {
  return {
    $schema: VEGA_LITE_SCHEMA,
    description: chart.description,
    title: {
      text: broken(chart.title, TITLE_CHARACTERS[layout]),
      subtitle: broken(chart.subtitle, SUBTITLE_CHARACTERS[layout]),
      anchor: 'start',
      frame: 'bounds',
      color: INK,
      subtitleColor: MUTED,
      fontSize: 15,
      subtitleFontSize: 11,
      subtitlePadding: 5,
      offset: 14,
    },
    background: '#ffffff',
    padding: 14,
    ...chart.body(layout),
    config: configuration,
  };
}

/** The drawing alone, for pages that set title and description as text. */
export function drawing(chart: Chart, layout: Layout): JsonObject {
  return {
    $schema: VEGA_LITE_SCHEMA,
    background: 'transparent',
    padding: { left: 2, right: 6, top: 6, bottom: 2 },
    ...chart.body(layout),
    config: configuration,
  };
}

/** Text broken between words into lines of at most so many characters, where words allow. */
function broken(text: string, characters: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= characters)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
