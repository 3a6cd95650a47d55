/** The font of all pictures, and how wide it sets a text: Vega cannot measure without a browser, and guesses far too wide. */
import { readFileSync } from 'node:fs';

const folder = new URL('./fonts/', import.meta.url);

export type Weight = 'Regular' | 'SemiBold';
export const WEIGHTS: readonly Weight[] = ['Regular', 'SemiBold'];

/** The whole font, as SVG is drawn with. */
export const fontFile = (weight: Weight): URL => new URL(`Inter-${weight}.ttf`, folder);
/** Its Latin letters, as a page carries them. */
export const webFontFile = (weight: Weight): URL => new URL(`Inter-${weight}.latin.woff2`, folder);

/** Widths of characters, in em. */
type Advances = (codePoint: number) => number;

const read = new Map<Weight, Advances>();

/** Width of a text in pixels. */
export function textWidth(text: string, size: number, weight: Weight): number {
  let advances = read.get(weight);
  if (advances === undefined) {
    advances = advancesOf(readFileSync(fontFile(weight)));
    read.set(weight, advances);
  }
  let width = 0;
  for (const character of text) width += advances(character.codePointAt(0)!);
  return width * size;
}

/** Advances from a TrueType font: tables head, hhea, hmtx and cmap format 4 (OpenType 1.9, "Font File"). */
export function advancesOf(font: Buffer): Advances {
  const table = (tag: string): number => {
    for (let i = 0, at = 12; i < font.readUInt16BE(4); i++, at += 16)
      if (font.toString('latin1', at, at + 4) === tag) return font.readUInt32BE(at + 8);
    throw new Error(`the font has no table ${tag}`);
  };
  const unitsPerEm = font.readUInt16BE(table('head') + 18);
  const metrics = font.readUInt16BE(table('hhea') + 34);
  const hmtx = table('hmtx');
  const glyphOf = glyphs(font, table('cmap'));
  return (codePoint) => {
    const glyph = Math.min(glyphOf(codePoint), metrics - 1);
    return font.readUInt16BE(hmtx + 4 * glyph) / unitsPerEm;
  };
}

function glyphs(font: Buffer, cmap: number): (codePoint: number) => number {
  const tables = Array.from(
    { length: font.readUInt16BE(cmap + 2) },
    (_, i) => cmap + font.readUInt32BE(cmap + 4 + 8 * i + 4),
  );
  const at = tables.find((each) => font.readUInt16BE(each) === 4);
  if (at === undefined) throw new Error('the font has no cmap of format 4');
  const segments = font.readUInt16BE(at + 6) / 2;
  const [ends, starts] = [at + 14, at + 16 + 2 * segments];
  const [deltas, offsets] = [starts + 2 * segments, starts + 4 * segments];
  return (codePoint) => {
    for (let s = 0; s < segments; s++) {
      if (codePoint > font.readUInt16BE(ends + 2 * s)) continue;
      const start = font.readUInt16BE(starts + 2 * s);
      if (codePoint < start) return 0;
      const offset = font.readUInt16BE(offsets + 2 * s);
      const delta = font.readUInt16BE(deltas + 2 * s);
      if (offset === 0) return (codePoint + delta) & 0xffff;
      const glyph = font.readUInt16BE(offsets + 2 * s + offset + 2 * (codePoint - start));
      return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
    }
    return 0;
  };
}
