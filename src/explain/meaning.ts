/** What an accepted rise means, in a sentence or two. */
import type { Meaning } from '../documents/meaning.ts';
import { displayNumber } from '../units/number.ts';
import { paramsText, shareText, tokensText } from './numbers.ts';

/** `If wiki rises by all of its 3%, its perplexity grows by a factor of 1.048 and ...`; empty where nothing is known. */
export function meaningText(
  set: string,
  accepted: string,
  { perplexity, computeLost }: Meaning,
  params: number,
): string {
  const parts = [
    ...(perplexity === null ? [] : [`its perplexity grows by a factor of ${displayNumber(perplexity, 4)}`]),
    ...(computeLost === null
      ? []
      : [
          `${rangeText(computeLost)} of the pre-training of its base is undone, ${sourceText(computeLost, params)}`,
        ]),
  ];
  return parts.length === 0 ? '' : `If ${set} rises by all of its ${accepted}, ${parts.join(' and ')}.`;
}

function rangeText({ low, high }: NonNullable<Meaning['computeLost']>): string {
  const [from, to] = [low, high].map((share) => shareText(Number(share.toPrecision(2))));
  return from === to ? `about ${from}` : `about ${from} to ${to}`;
}

function sourceText(lost: NonNullable<Meaning['computeLost']>, params: number): string {
  if (lost.source === 'ladder') {
    return `by the line of loss against size through the ${lost.bases} piloted bases (less if they saw equally many tokens, more if tokens grew with size)`;
  }
  const [least, most] = lost.baseTokens;
  const tokens =
    least === most
      ? `${tokensText(least)} tokens`
      : `${tokensText(least)} to ${tokensText(most)} tokens, which is assumed; --base-tokens tells`;
  return `by Chinchilla's law as published (Hoffmann et al. 2022, Besiroglu et al. 2024) for ${paramsText(params)} parameters on ${tokens}`;
}
