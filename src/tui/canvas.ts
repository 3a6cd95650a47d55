/**
 * A canvas of characters: curves in braille dots (two by four to a character), or in letters where only those are to be
 * had; bands as shading, hatching, marks and text above them.
 */
import type { Line, Span, Style } from './styled.ts';

export interface Canvas {
  /** In characters. */
  readonly width: number;
  readonly height: number;
  /** A line between two points in characters from the left upper corner; parts outside are left out. */
  line(from: Point, to: Point, style: Style): void;
  /** Fills a column of characters between two heights, where nothing else is drawn. */
  shade(column: number, top: number, bottom: number, letter: string, style: Style): void;
  /** A letter in place of whatever is there. */
  mark(x: number, y: number, letter: string, style: Style): void;
  text(column: number, row: number, text: string, style: Style): void;
  lines(): Line[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Bits of the dots of a braille character, by column and row. */
const DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;
const BRAILLE = 0x2800;

interface Cell {
  bits: number;
  letter: string;
  style: Style;
  /** Marks lie above curves, those above shading. */
  level: 'empty' | 'shade' | 'curve' | 'mark';
}

export function makeCanvas(width: number, height: number, ascii: boolean): Canvas {
  const cells: Cell[] = Array.from({ length: width * height }, () => ({
    bits: 0,
    letter: ' ',
    style: 'plain',
    level: 'empty',
  }));
  const at = (column: number, row: number): Cell | undefined =>
    column >= 0 && column < width && row >= 0 && row < height ? cells[row * width + column] : undefined;

  /** A dot, in dots from the left upper corner. */
  const dot = (dotX: number, dotY: number, style: Style): void => {
    const cell = at(Math.floor(dotX / 2), Math.floor(dotY / 4));
    if (cell === undefined || cell.level === 'mark') return;
    const bit = DOTS[dotX & 1][dotY & 3];
    cell.bits = cell.level === 'curve' ? cell.bits | bit : bit;
    cell.letter = ascii ? letterOf(cell.bits) : String.fromCharCode(BRAILLE + cell.bits);
    cell.style = style;
    cell.level = 'curve';
  };

  const canvas: Canvas = {
    width,
    height,
    line(from, to, style) {
      const [x0, y0, x1, y1] = [from.x * 2, from.y * 4, to.x * 2, to.y * 4];
      const steps = Math.max(Math.ceil(Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0))), 1);
      // Far outside there is nothing to see, and infinitely many steps.
      if (!Number.isFinite(steps) || steps > 100_000) return;
      for (let i = 0; i <= steps; i++) {
        const part = i / steps;
        dot(Math.floor(x0 + (x1 - x0) * part), Math.floor(y0 + (y1 - y0) * part), style);
      }
    },
    shade(column, top, bottom, letter, style) {
      for (let row = Math.max(Math.floor(top), 0); row <= Math.min(Math.floor(bottom), height - 1); row++) {
        const cell = at(column, row);
        if (cell === undefined || cell.level !== 'empty') continue;
        cell.letter = letter;
        cell.style = style;
        cell.level = 'shade';
      }
    },
    mark(x, y, letter, style) {
      const cell = at(Math.floor(x), Math.floor(y));
      if (cell === undefined) return;
      cell.letter = letter;
      cell.style = style;
      cell.level = 'mark';
    },
    text(column, row, text, style) {
      for (const [k, letter] of [...text].entries()) canvas.mark(column + k, row, letter, style);
    },
    lines() {
      return Array.from({ length: height }, (_, row) => {
        const spans: Span[] = [];
        for (let column = 0; column < width; column++) {
          const { letter, style } = cells[row * width + column];
          const last = spans.at(-1);
          if (last !== undefined && last.style === style)
            spans[spans.length - 1] = { text: last.text + letter, style };
          else spans.push({ text: letter, style });
        }
        return spans;
      });
    },
  };
  return canvas;
}

/** A curve in letters, by where in its character it runs. */
function letterOf(bits: number): string {
  const upper = bits & 0x1b;
  const lower = bits & 0xe4;
  return upper !== 0 && lower !== 0 ? '*' : upper !== 0 ? "'" : '.';
}
