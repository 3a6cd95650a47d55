/** Mixers of documents, simulated: what `interleave_datasets` deals out, and what share of tokens comes of it. */

export type StoppingStrategy = 'first_exhausted' | 'all_exhausted' | 'all_exhausted_without_replacement';

/**
 * Rows that are dealt out of each corpus, for draws of its position: until the first or the last corpus ran out. A corpus that
 * ran out starts over, or (without replacement) gives nothing more. Throws where the draws do not reach that far.
 */
export function interleave(
  rows: readonly number[],
  draws: Iterable<number>,
  strategy: StoppingStrategy,
): readonly number[] {
  const dealt = rows.map(() => 0);
  const replaced = strategy !== 'all_exhausted_without_replacement';
  const exhausted = (): readonly boolean[] => dealt.map((each, k) => each >= rows[k]);
  const over = (): boolean =>
    strategy === 'first_exhausted' ? exhausted().some(Boolean) : exhausted().every(Boolean);
  for (const k of draws) {
    if (over()) return dealt;
    if (replaced || dealt[k] < rows[k]) dealt[k] += 1;
  }
  if (!over()) throw new RangeError('more draws are needed');
  return dealt;
}

/** Share of tokens of each corpus after so many documents, drawn by probability, whose lengths scatter around their mean. */
export function mixDocuments(
  corpora: readonly { readonly probability: number; readonly meanTokens: number }[],
  documents: number,
  random: () => number,
): readonly number[] {
  const tokens = corpora.map(() => 0);
  for (let n = 0; n < documents; n++) {
    let k = 0;
    for (let left = random(); k < corpora.length - 1 && left >= corpora[k].probability; k++)
      left -= corpora[k].probability;
    // Lengths are exponential, as skewed as those of web pages, and a document has its end of text at least.
    tokens[k] += Math.max(1, Math.round(-Math.log(1 - random()) * corpora[k].meanTokens));
  }
  const all = tokens.reduce((sum, each) => sum + each, 0);
  return tokens.map((each) => each / all);
}
