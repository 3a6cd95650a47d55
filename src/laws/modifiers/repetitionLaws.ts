/** The laws of repeated data that a plan can be made with. */
import {
  type ConstantPrior,
  effectiveTokens,
  MEASURED_EPOCHS,
  REPEATED_TOKENS,
  WORTHLESS,
} from './repetition.ts';

/** A law of the value of repeated tokens. */
export interface RepetitionLaw {
  readonly id: string;
  readonly title: string;
  /** Effective tokens in mathjs syntax: S tokens seen, U unique tokens, S > U, and the constant by its symbol. */
  readonly formula: string;
  readonly source: string;
  readonly mark: 'verified' | 'secondHand';
  /** The constant in `formula`: repeats until their worth has fallen to 1/e. */
  readonly symbol: string;
  /** Undefined where no value was published: whoever chooses the law has to give one. */
  readonly constant: ConstantPrior | undefined;
  /** New tokens that `seen` tokens of a corpus of `unique` tokens are worth: see `effectiveTokens` of repetition.ts. */
  effectiveTokens(seen: number, unique: number, constant: number): number;
  /** What users of the law should know. */
  readonly notes: readonly string[];
}

const muennighoff: RepetitionLaw = {
  id: 'muennighoff',
  title: 'Data-constrained scaling',
  formula: 'U + U * R * (1 - exp(-(S / U - 1) / R))',
  source:
    'Muennighoff et al. 2023, NeurIPS, arXiv 2305.16264, equation 5; constant as released in huggingface/datablations',
  mark: 'verified',
  symbol: 'R',
  constant: REPEATED_TOKENS,
  effectiveTokens,
  notes: [
    'Measured where one corpus alone was trained on from scratch. Nobody has published the constant for continual pre-training: it is a prior.',
    'By form repeats are worth less and less and never do harm: runs whose loss turned upward were left out of the fit.',
  ],
};

/**
 * Its r_eff is written per pass: D_eff = h·D·r_eff / r with r = h·D/U epochs of the target corpus (h its share) and
 * r_eff = 1 + r1·(1 − exp(−(r − 1)/r1)), which is U·r_eff: the same curve in S = h·D, with a constant of its own.
 */
const sedova: RepetitionLaw = {
  id: 'sedova',
  title: 'Repetition in mixtures',
  formula: 'S * (1 + r1 * (1 - exp(-(S / U - 1) / r1))) / (S / U)',
  source:
    'Sedova et al. 2026, arXiv 2605.12715, r_eff and D_eff, as reimplemented by the Marin project; without its terms in size and mixture, which the laws of the losses have themselves',
  mark: 'secondHand',
  symbol: 'r1',
  constant: undefined,
  effectiveTokens,
  notes: [
    'Fitted where a small target corpus was mixed with plenty of generic data, as in continual pre-training; there it could be used 15 to 20 times.',
    'The value of r1 was not found in print, so it has to be given. With the same constant the curve is that of muennighoff.',
  ],
};

/** All of them, the default first. */
export const REPETITION_LAWS: readonly RepetitionLaw[] = [muennighoff, sedova];

export function repetitionLawById(id: string): RepetitionLaw | undefined {
  return REPETITION_LAWS.find((law) => law.id === id);
}

/**
 * Epochs after which repeating stops unless somebody asks for more: `MEASURED_EPOCHS`, or fewer where by the law the next
 * whole epoch would add less than `WORTHLESS` of what the first did. At least 1.
 * @param constant of the law, 0 or more
 */
export function epochsThatPay(law: RepetitionLaw, constant: number): number {
  const total = (epochs: number): number => law.effectiveTokens(epochs, 1, constant);
  let epochs = 1;
  while (epochs < MEASURED_EPOCHS && total(epochs + 1) - total(epochs) >= WORTHLESS) epochs += 1;
  return epochs;
}
