/** Lines of text in styles, before a terminal is known: what panes are made of. */

export const styles = {
  plain: [],
  dim: [2],
  bold: [1],
  title: [1, 36],
  focus: [7],
  general: [33],
  domain: [36],
  limit: [31],
  plan: [1, 32],
  pinned: [35],
  warning: [33],
  error: [31],
  good: [32],
} as const satisfies Readonly<Record<string, readonly number[]>>;

export type Style = keyof typeof styles;

export interface Span {
  readonly text: string;
  readonly style?: Style | undefined;
}

export type Line = readonly Span[];

export const plain = (text: string): Line => [{ text }];
export const styled = (style: Style, text: string): Line => [{ text, style }];
export const blank: Line = [];

/** How the terminal wants it. */
export interface Look {
  readonly colour: boolean;
  /** Nothing but the letters and signs of a typewriter. */
  readonly ascii: boolean;
}

/** Widths are counted in characters: no text of ours is wider or narrower than that. */
export function widthOf(line: Line): number {
  return line.reduce((sum, { text }) => sum + [...text].length, 0);
}

/** Its letters without their styles, and without space around them. */
export function textOf(line: Line): string {
  return line
    .map(({ text }) => text)
    .join('')
    .trim();
}

/** The line in exactly so many characters: cut with an ellipsis, or filled up with spaces. */
export function fitted(line: Line, width: number): Line {
  if (width <= 0) return [];
  const whole = widthOf(line);
  if (whole <= width) return whole === width ? line : [...line, { text: ' '.repeat(width - whole) }];
  const kept: Span[] = [];
  let left = width - 1;
  for (const span of line) {
    const letters = [...span.text];
    kept.push(letters.length <= left ? span : { ...span, text: letters.slice(0, left).join('') });
    left -= Math.min(letters.length, left);
    if (left === 0) break;
  }
  return [...kept, { text: '…' }];
}

/** Words filled into lines of a width, in one style; longer words are cut. */
export function wrapped(text: string, width: number, style?: Style): Line[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => [{ text: line, style }]);
}

/** The escape sequences of a line, or its letters alone. */
export function painted(line: Line, { colour, ascii }: Look): string {
  return line
    .map(({ text, style = 'plain' }) => {
      const letters = ascii ? typewriter(text) : text;
      const codes = styles[style];
      return colour && codes.length > 0 && letters !== ''
        ? `\u001b[${codes.join(';')}m${letters}\u001b[0m`
        : letters;
    })
    .join('');
}

/** Stands for a letter that typewriters lack, in the same width. */
const substitutes: Readonly<Record<string, string>> = {
  '─': '-',
  '│': '|',
  '╭': '+',
  '╮': '+',
  '╰': '+',
  '╯': '+',
  '┤': '|',
  '┬': '+',
  '┴': '+',
  '…': '~',
  '·': '.',
  '×': 'x',
  '−': '-',
  '±': '~',
  '≈': '~',
  '≤': '<',
  '→': '>',
  '←': '<',
  '↑': '^',
  '↓': 'v',
  '▸': '>',
  '█': '#',
  '░': ':',
  '╱': '/',
  '╲': '\\',
  '●': 'o',
  '▲': '^',
  '▼': 'v',
  '■': '#',
  '◆': '+',
  '✕': 'x',
  '┊': ':',
};

export function typewriter(text: string): string {
  return text.replace(/[^\n -~]/gu, (letter) => substitutes[letter] ?? '?');
}
