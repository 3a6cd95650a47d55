/** What repeats of one corpus are worth, epoch by epoch, with the range that the prior of the constant leaves. */
import { normalQuantile } from '../../stats/normal.ts';
import { type ConstantPrior, drawConstant } from './repetition.ts';
import type { RepetitionLaw } from './repetitionLaws.ts';

/** Epochs that are listed. */
const EPOCHS = 16;

type Range = [low: number, high: number];

export interface ValueOfRepeats {
  /** Id of the law. */
  law: string;
  /** Its constant: the median of the prior, and its range; both ends are the constant where it was given. */
  constant: number;
  interval: Range;
  /** Where the constant comes from. */
  source: string;
  /** Unique tokens there are. */
  unique: number;
  /** Times that each is seen, on average. */
  epochs: number;
  /** New tokens that those seen are worth. */
  effectiveTokens: number;
  byEpoch: {
    /** 1, 2, ... 16 */
    epoch: number;
    /** What it adds, as a share of what the first one does. */
    value: number;
    interval: Range;
    /** What all epochs so far are worth, in corpora of that many unique tokens. */
    total: number;
  }[];
}

/**
 * @param unique tokens of the corpus, above 0
 * @param seen tokens of it that a run sees, 0 or more
 * @param level of the ranges, in (0, 1)
 */
export function valueOfRepeats(
  law: RepetitionLaw,
  constant: ConstantPrior,
  unique: number,
  seen: number,
  level: number,
): ValueOfRepeats {
  const tail = normalQuantile((1 + level) / 2);
  const interval: Range = [drawConstant(constant, -tail), drawConstant(constant, tail)];
  const total = (epoch: number, of: number): number => law.effectiveTokens(epoch, 1, of);
  const value = (epoch: number, of: number): number => total(epoch, of) - total(epoch - 1, of);
  return {
    law: law.id,
    constant: constant.value,
    interval,
    source: constant.source,
    unique,
    epochs: seen / unique,
    effectiveTokens: law.effectiveTokens(seen, unique, constant.value),
    byEpoch: Array.from({ length: EPOCHS }, (_, i) => ({
      epoch: i + 1,
      value: value(i + 1, constant.value),
      // An epoch is worth more the larger the constant is: ends map to ends.
      interval: interval.map((end) => value(i + 1, end)) as Range,
      total: total(i + 1, constant.value),
    })),
  };
}
