/** What accepted rises mean, in a few sentences. */
import type { Meaning } from '../documents/meaning.ts';
import { displayNumber } from '../units/number.ts';
import { type Tolerance, tolerance as toleranceUnit } from '../units/tolerance.ts';
import { paramsText, shareText, tokensText } from './numbers.ts';

type Lost = NonNullable<Meaning['computeLost']>;

/**
 * `If wiki rises by all of its 3%, its perplexity grows by a factor of 1.047 and about 29% to 49% of the compute that
 * pre-trained the base is lost.` for each set, and how the latter is known; nothing where nothing is known.
 */
export function meaningSentences(
  meanings: Readonly<Record<string, Meaning>>,
  tolerances: Readonly<Record<string, Tolerance>>,
  params: number,
): string[] {
  const sets = Object.entries(meanings).flatMap(([set, { perplexity, computeLost }]) => {
    const parts = [
      ...(perplexity === null ? [] : [`its perplexity grows by a factor of ${displayNumber(perplexity, 4)}`]),
      ...(computeLost === null
        ? []
        : [`${rangeText(computeLost)} of the compute that pre-trained the base is lost`]),
    ];
    const accepted = toleranceUnit.display(tolerances[set]);
    return parts.length === 0 ? [] : [`If ${set} rises by all of its ${accepted}, ${parts.join(' and ')}.`];
  });
  const lost = Object.values(meanings).flatMap(({ computeLost }) => computeLost ?? []);
  const sources = [...new Set(lost.map((each) => sourceText(each, params)))];
  return [...sets, ...sources];
}

function rangeText({ low, high }: Lost): string {
  const [from, to] = [low, high].map((share) => shareText(Number(share.toPrecision(2))));
  return from === to ? `about ${from}` : `about ${from} to ${to}`;
}

function sourceText(lost: Lost, params: number): string {
  if (lost.source === 'ladder') {
    return `That loss of compute is read off the line of loss against size through the ${lost.bases} piloted bases: less if they saw equally many tokens, more if tokens grew with size.`;
  }
  const [least, most] = lost.baseTokens;
  const tokens =
    least === most
      ? `${tokensText(least)} tokens.`
      : `${tokensText(least)} to ${tokensText(most)} tokens, which is assumed: --base-tokens tells.`;
  return `That loss of compute is read off Chinchilla's law as published (Hoffmann et al. 2022, Besiroglu et al. 2024) for ${paramsText(params)} parameters on ${tokens}`;
}
