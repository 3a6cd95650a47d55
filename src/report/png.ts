/** From SVG to PNG, with the fonts that ship: without one all text would be dropped in silence. */
import { fileURLToPath } from 'node:url';
import { Resvg } from '@resvg/resvg-js';
import { fontFile, WEIGHTS } from './font.ts';

/** A picture of an SVG, `zoom` pixels to each of its own. */
export function pngOf(svg: string, zoom = 2): Uint8Array {
  const fontFiles = WEIGHTS.map((weight) => fileURLToPath(fontFile(weight)));
  const font = { fontFiles, loadSystemFonts: false, defaultFontFamily: 'Inter' };
  return new Resvg(svg, { font, fitTo: { mode: 'zoom', value: zoom } }).render().asPng();
}
