/**
 * Trainers that mix documents draw one document at a time, so that a corpus of short documents brings fewer tokens than its
 * weight says: with 300 tokens a document in the domain and 1,500 in general text, a weight of 0.30 becomes 7.9% of tokens.
 *
 *     p_i = (w_i / l_i) / Σ_j (w_j / l_j)      w: shares of tokens, l: mean tokens of a document, p: shares of documents
 */
import { Refusal } from '../problems/problem.ts';
import { emitNeeds } from '../problems/trainers.ts';
import type { EmitRequest } from './adapter.ts';
import { normalised } from './reading.ts';
import { takingPart } from './steps.ts';

/** What a weight buys: a share of tokens, and what one document of its corpus holds on average, end of text included. */
export interface WeightedCorpus {
  readonly share: number;
  readonly meanTokens: number;
}

/** Shares of documents (summing to 1) that bring these shares of tokens (of any sum above 0), by position. */
export function documentShares(corpora: readonly WeightedCorpus[]): readonly number[] {
  return normalised(corpora.map(({ share, meanTokens }) => share / meanTokens));
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

/** Decimals of a probability: a millionth of the share of tokens holds for corpora that differ a thousandfold in length. */
const DECIMALS = 12;

/**
 * Probabilities as decimals that sum to 1 as exactly as doubles can, for trainers that check the sum and do not normalise
 * (numpy allows 1.5e-8): each is rounded to twelve decimals, and the last takes what remains.
 */
export function decimals(probabilities: readonly number[]): number[] {
  const whole = 10 ** DECIMALS;
  const parts = probabilities.slice(0, -1).map((each) => Math.round(each * whole));
  const rest = whole - parts.reduce((sum, each) => sum + each, 0);
  return [...parts, rest].map((part) => part / whole);
}
