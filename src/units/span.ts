/** Stretches of a training run, such as its warm-up: a share of the run, tokens, or steps. */
import { unitMissing } from '../problems/units.ts';
import { formatPercent, plainText, refuse, scanOrRefuse } from './number.ts';
import { ratio } from './ratio.ts';
import { tokens } from './tokens.ts';
import type { Unit } from './unit.ts';
import { wholeNumber } from './whole.ts';

export type Span =
  | { readonly kind: 'share'; readonly share: number }
  | { readonly kind: 'tokens'; readonly tokens: number }
  | { readonly kind: 'steps'; readonly steps: number };

const steps = wholeNumber('number of steps', 0, '100');
const stepWords = /\s*\bsteps?$|(?<=\d)steps?$/i;

/** `1%`, `200M`, `200M tokens`, `100 steps`. A bare number is refused: it could be steps or tokens. */
export const span: Unit<Span> = {
  name: 'stretch of a run',
  examples: ['1%', '200M', '100steps'],
  parse: (text) => {
    const plain = plainText(text);
    if (stepWords.test(plain)) return { kind: 'steps', steps: steps.parse(plain.replace(stepWords, '')) };
    const { unit, digits } = scanOrRefuse(text, 'stretch of a run', ['1%', '200M', '100steps']);
    if (unit === '' && /[1-9]/.test(digits))
      refuse(unitMissing({ text, suggestions: [`${plain}steps`, `${plain}tokens`, `${plain}%`] }));
    if (/%|percent/i.test(unit)) return { kind: 'share', share: ratio.parse(text) };
    return { kind: 'tokens', tokens: tokens.parse(text) };
  },
  format: (value) => {
    if (value.kind === 'steps') return `${value.steps}steps`;
    if (value.kind === 'tokens') return `${tokens.format(value.tokens)}tokens`;
    return formatPercent(value.share);
  },
  display: (value) => {
    if (value.kind === 'steps') return `${value.steps} steps`;
    return value.kind === 'tokens' ? `${tokens.display(value.tokens)} tokens` : ratio.display(value.share);
  },
};
