/** What corpora of limited size allow: how many tokens at which ratio, and what repeating them is worth. */
import type { ConstantPrior } from '../laws/modifiers/repetition.ts';
import type { RepetitionLaw } from '../laws/modifiers/repetitionLaws.ts';
import type { LimitedCorpus } from '../mixture/predictor.ts';

export interface Corpora {
  /** Unique tokens in the tokenizer of the target; undefined = more than will be seen. */
  readonly domain: number | undefined;
  readonly general: number | undefined;
  /** How often a token may be seen; undefined = as often as pays. */
  readonly maxEpochs: number | undefined;
  readonly law: RepetitionLaw;
  /** What is believed of the constant of the law. */
  readonly constant: ConstantPrior;
}

/** The domain corpus as predictions know it. */
export function limitedCorpus({ domain, law, constant }: Corpora): LimitedCorpus | undefined {
  return domain === undefined ? undefined : { unique: domain, law, constant };
}

/** Tokens that may be drawn from a corpus. */
function available(unique: number | undefined, { maxEpochs }: Corpora): number {
  return unique === undefined || maxEpochs === undefined ? Number.POSITIVE_INFINITY : unique * maxEpochs;
}

/** Domain ratios, within those of the pilots, at which `tokens` see neither corpus more often than allowed; empty where low > high. */
export function ratioBounds(
  corpora: Corpora,
  tokens: number,
  [least, greatest]: readonly number[],
): readonly [low: number, high: number] {
  return [
    Math.max(least, 1 - available(corpora.general, corpora) / tokens),
    Math.min(greatest, available(corpora.domain, corpora) / tokens),
  ];
}

/** Most tokens at which `ratioBounds` leaves a ratio; Infinity where the corpora set no limit. */
export function mostTokens(corpora: Corpora, [least, greatest]: readonly number[]): number {
  const domain = available(corpora.domain, corpora);
  const general = available(corpora.general, corpora);
  return Math.min(domain / least, general / (1 - greatest), domain + general);
}

/** Times that a token of a corpus is seen on average; null where its size is not known. */
export function epochsOf(unique: number | undefined, seen: number): number | null {
  return unique === undefined ? null : seen / unique;
}
