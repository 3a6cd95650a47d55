/** Marks of pilots by the size of their model, the smallest first. */
import type { FitDocument } from '../documents/fit.ts';
import { paramsText } from '../explain/numbers.ts';
import type { Chart } from './chart.ts';

const LETTERS = ['●', '▲', '■', '◆', '✕'];

function sizesOf({ pilots }: FitDocument): number[] {
  return [...new Set(pilots.runs.map(({ params }) => params))].toSorted((a, b) => a - b);
}

export function sizeLetter(fit: FitDocument, params: number): string {
  return LETTERS[sizesOf(fit).indexOf(params) % LETTERS.length];
}

export function sizeLegend(fit: FitDocument): Chart['legend'] {
  return sizesOf(fit).map((params) => ({
    letter: sizeLetter(fit, params),
    style: 'plain',
    text: paramsText(params),
  }));
}
