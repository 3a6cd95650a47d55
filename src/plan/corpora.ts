/** What corpora of limited size allow: how many tokens at which ratio, and what repeating them is worth. */
import { type ConstantPrior, MEASURED_EPOCHS } from '../laws/modifiers/repetition.ts';
import { epochsThatPay, type RepetitionLaw } from '../laws/modifiers/repetitionLaws.ts';
import type { LimitedCorpus } from '../mixture/predictor.ts';

export interface Corpora {
  /** Unique tokens in the tokenizer of the target; undefined = more than will be seen. */
  readonly domain: number | undefined;
  readonly general: number | undefined;
  /** How often a token may be seen; undefined = as often as repeats pay, see `mostEpochs`. */
  readonly maxEpochs: number | undefined;
  readonly law: RepetitionLaw;
  /** What is believed of the constant of the law. */
  readonly constant: ConstantPrior;
}

/** The domain corpus as predictions know it. */
export function limitedCorpus({ domain, law, constant }: Corpora): LimitedCorpus | undefined {
  return domain === undefined ? undefined : { unique: domain, law, constant };
}

export type CorpusName = 'domain' | 'general';

/**
 * How often a token of a corpus may be seen: what was asked for; otherwise the domain corpus as long as repeats pay by their
 * law, and replay, whose repeats no law here values, as often as any source did.
 */
export function mostEpochs({ maxEpochs, law, constant }: Corpora, corpus: CorpusName): number {
  return maxEpochs ?? (corpus === 'domain' ? epochsThatPay(law, constant.value) : MEASURED_EPOCHS);
}

/** Tokens that may be drawn from a corpus. */
function available(corpora: Corpora, corpus: CorpusName): number {
  const unique = corpora[corpus];
  return unique === undefined ? Number.POSITIVE_INFINITY : unique * mostEpochs(corpora, corpus);
}

/** Domain ratios, within those of the pilots, at which `tokens` see neither corpus more often than allowed; empty where low > high. */
export function ratioBounds(
  corpora: Corpora,
  tokens: number,
  [least, greatest]: readonly number[],
): readonly [low: number, high: number] {
  return [
    Math.max(least, 1 - available(corpora, 'general') / tokens),
    Math.min(greatest, available(corpora, 'domain') / tokens),
  ];
}

/** Most tokens at which `ratioBounds` leaves a ratio; Infinity where the corpora set no limit. */
export function mostTokens(corpora: Corpora, [least, greatest]: readonly number[]): number {
  const domain = available(corpora, 'domain');
  const general = available(corpora, 'general');
  return Math.min(domain / least, general / (1 - greatest), domain + general);
}

/** Times that a token of a corpus is seen on average; null where its size is not known. */
export function epochsOf(unique: number | undefined, seen: number): number | null {
  return unique === undefined ? null : seen / unique;
}

/** Share of general tokens, without the last digit that the subtraction makes up: 0.3 beside 0.7, not 0.30000000000000004. */
export function replayOf(domainRatio: number): number {
  return Number((1 - domainRatio).toPrecision(15));
}
