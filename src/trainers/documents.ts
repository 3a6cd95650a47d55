/**
 * Trainers that mix documents draw one document at a time, so that a corpus of short documents brings fewer tokens than its
 * weight says: with 300 tokens a document in the domain and 1,500 in general text, a weight of 0.30 becomes 7.9% of tokens.
 *
 *     p_i = (w_i / l_i) / Σ_j (w_j / l_j)      w: shares of tokens, l: mean tokens of a document, p: shares of documents
 */
import { Refusal } from '../problems/problem.ts';
import { emitNeeds } from '../problems/trainers.ts';
import type { EmitRequest } from './adapter.ts';
import { byName, normalised, unreadable } from './reading.ts';
import { takingPart } from './steps.ts';

/** What a weight buys: a share of tokens, and what one document of its corpus holds on average, end of text included. */
interface WeightedCorpus {
  readonly share: number;
  readonly meanTokens: number;
}

/** Shares of documents (summing to 1) that bring these shares of tokens (of any sum above 0), by position. */
export function documentShares(corpora: readonly WeightedCorpus[]): readonly number[] {
  return normalised(corpora.map(({ share, meanTokens }) => share / meanTokens));
}

/** The weights of the corpora that take part, for a trainer that draws documents. */
export function weightsOf(run: EmitRequest['run'], meanTokens: readonly number[]): readonly number[] {
  return documentShares(takingPart(run).map(({ share }, k) => ({ share, meanTokens: meanTokens[k] })));
}

/** Shares of tokens (summing to 1) that come of these shares of documents: the inverse of `documentShares`. */
export function tokenShares(corpora: readonly WeightedCorpus[]): readonly number[] {
  return normalised(corpora.map(({ share, meanTokens }) => share * meanTokens));
}

/**
 * Mean tokens of a document of every corpus that takes part, in their order; 1 where there is only one corpus, since nothing
 * depends on it then. They are asked for and never guessed: throws a `Refusal` that names the corpora without one.
 */
export function meanTokensOf(request: EmitRequest, trainer: string): number[] {
  const names = takingPart(request.run).map(({ name }) => name);
  const known = request.meanTokens ?? {};
  const missing = names.filter((name) => known[name] === undefined);
  if (names.length === 1) return [1];
  if (missing.length > 0) {
    const example = missing.map((name, k) => `${name}=${[1500, 300][k] ?? 800}`).join(',');
    const why = `${trainer} draws whole documents, so that a weight brings tokens by their mean length, end of text included`;
    throw new Refusal([emitNeeds({ flag: '--mean-tokens', example, why })]);
  }
  return names.map((name) => known[name]);
}

/** Shares of tokens by corpus, of the probabilities with which documents are drawn. Throws a `Refusal` without a mean length. */
export function realisedShares(
  names: readonly string[],
  probabilities: readonly number[],
  meanTokens: EmitRequest['meanTokens'],
): Readonly<Record<string, number>> {
  const lengthOf = (name: string): number =>
    names.length === 1
      ? 1
      : (meanTokens?.[name] ?? unreadable(`nobody told the mean tokens of a document of ${name}`));
  const corpora = names.map((name, k) => ({ share: probabilities[k], meanTokens: lengthOf(name) }));
  return byName(names, tokenShares(corpora));
}

/** `30%`, for comments. */
export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(4))}%`;
}

/** For a comment: what the weights of documents that follow mean in tokens. */
export function mixtureComment(request: EmitRequest, meanTokens: readonly number[]): string {
  const corpora = takingPart(request.run);
  const shares = corpora.map(({ name, share }) => `${percent(share)} ${name}`).join(', ');
  const lengths = corpora.map(({ name }, k) => `${name} ${meanTokens[k]}`).join(', ');
  return `shares of documents that bring these shares of tokens: ${shares}\n# (mean tokens of a document: ${lengths})`;
}
