/** From a Vega-Lite specification to SVG, without a browser and with the same bytes every time. */
import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { JsonObject } from '../charts/chart.ts';
import { textWidth } from './font.ts';

/** A Vega specification, as the compiler makes it. */
export type VegaSpecification = vega.Spec;

/** Compiles a Vega-Lite specification. Warnings of the compiler are faults of a chart, and thrown. */
export function compiled(specification: JsonObject): VegaSpecification {
  return compile(specification as unknown as TopLevelSpec, { logger: strict }).spec;
}

/**
 * A picture as SVG, numbers to a hundredth of a pixel.
 * @param name set before the ids in it, so that several can stand in one page
 */
export async function svgOf(
  specification: VegaSpecification,
  description?: string,
  name = '',
): Promise<string> {
  measureExactly();
  const view = new vega.View(vega.parse(specification), { renderer: 'none', logger: strict });
  const svg = await view.toSVG();
  view.finalize();
  return named(tidied(svg, name), description);
}

/** A round symbol, which Vega draws as two arcs. */
const circle = /^<path transform="translate\(([^,]+),([^)]+)\)" d="M([\d.]+),0A[^"]*"/;

/** Shorter numbers, circles as circles, and no attributes that say nothing. */
function tidied(svg: string, name: string): string {
  // Vega counts clip paths over the life of the process.
  const ids = [...new Set(svg.match(/(?<=id=")clip\d+/g))];
  return svg
    .replace(/\bclip\d+\b/g, (id) => `${name}clip${ids.indexOf(id) + 1}`)
    .replace(/<[^>]+>/g, (tag) =>
      tag
        .replace(/-?\d+\.\d{3,}(?:e-\d+)?/g, (number) => String(Number(Number(number).toFixed(2))))
        .replace(/ (?:class|aria-[a-z]+|role|pointer-events|font-family)="[^"]*"/g, '')
        .replace(circle, '<circle cx="$1" cy="$2" r="$3"'),
    )
    .replace(/^<svg /, '<svg font-family="Inter, system-ui, sans-serif" ');
}

function named(svg: string, description: string | undefined): string {
  return description === undefined
    ? svg
    : svg.replace(
        /^<svg ([^>]*)>/,
        (_, rest: string) => `<svg role="img" ${rest}><desc>${escaped(description)}</desc>`,
      );
}

export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const fault = (...messages: readonly unknown[]): never => {
  throw new Error(`a chart is at fault: ${messages.map(String).join(' ')}`);
};
const silent = () => strict;
const strict = {
  level: ((value?: number) => (value === undefined ? 2 : strict)) as never,
  error: fault,
  warn: fault,
  info: silent,
  debug: silent,
};

/** Vega's own measure of text, which its types leave out. */
const { textMetrics } = vega as unknown as {
  readonly textMetrics: {
    width: (
      item: { readonly fontSize?: number; readonly fontWeight?: string | number },
      text: string,
    ) => number;
  };
};

function measureExactly(): void {
  textMetrics.width = (item, text) => {
    const size = item.fontSize ?? 11;
    const bold = item.fontWeight === 'bold' || Number(item.fontWeight ?? 400) >= 600;
    return textWidth(String(text), size, bold ? 'SemiBold' : 'Regular');
  };
}
