/**
 * Loss of training from scratch on one corpus of limited size (Muennighoff et al. 2023, NeurIPS, arXiv 2305.16264):
 *
 *   L = E + A / N'^α + B / D'^β
 *
 * D' is what the tokens are worth (`effectiveTokens`), N' the same for the parameters: those beyond U_N, as many as the
 * unique data can use, are worth less and less. U_N is the compute-optimal size for U tokens, G·(G·U)^(β/α) with
 * G = (αA / (βB))^(1/(α+β)).
 *
 * Plans of continual pre-training take from here the value of repeated tokens alone: the rest is about training from
 * scratch, and is what that value was measured with.
 */
import { effectiveTokens, REPEATED_TOKENS, valueOfNextToken } from './repetition.ts';

export interface DataConstrainedLaw {
  /** nats a token */
  readonly E: number;
  /** nats · params^alpha */
  readonly A: number;
  /** nats · tokens^beta */
  readonly B: number;
  readonly alpha: number;
  readonly beta: number;
  /** R_D*, repeats until their worth has fallen to 1/e. */
  readonly repeatedTokens: number;
  /** R_N*, the same for parameters beyond those that the unique data can use. */
  readonly excessParameters: number;
}

/** The authors' fit to runs on C4, as released in huggingface/datablations (README, parametric fit). */
export const MUENNIGHOFF: DataConstrainedLaw = {
  E: Math.exp(0.6254804),
  A: Math.exp(6.255414),
  B: Math.exp(7.3049974),
  alpha: 0.3526596,
  beta: 0.3526596,
  repeatedTokens: REPEATED_TOKENS.value,
  excessParameters: 5.309743,
};

/** Loss in nats a token of `params` parameters after `tokens` tokens of a corpus with `unique` tokens; all above zero, else NaN. */
export function dataConstrainedLoss(
  law: DataConstrainedLaw,
  params: number,
  tokens: number,
  unique: number,
): number {
  const size = effectiveTokens(params, usableParameters(law, unique), law.excessParameters);
  const data = effectiveTokens(tokens, unique, law.repeatedTokens);
  return law.E + law.A * size ** -law.alpha + law.B * data ** -law.beta;
}

export interface Allocation {
  readonly params: number;
  readonly tokens: number;
}

/**
 * Size and tokens of least loss for a budget in FLOP (above 6; one token of one parameter costs 6) and a corpus of
 * `unique` tokens. Where compute is best split, a percent more parameters gains what a percent more tokens does. The first
 * gain falls with size and the second with tokens, so that halving finds the one place where they are equal.
 */
export function dataConstrainedOptimum(law: DataConstrainedLaw, flop: number, unique: number): Allocation {
  const usable = usableParameters(law, unique);
  const gain = (seen: number, of: number, constant: number, scale: number, exponent: number): number =>
    scale *
    exponent *
    effectiveTokens(seen, of, constant) ** (-exponent - 1) *
    seen *
    valueOfNextToken(seen, of, constant);
  const tokensFor = (params: number): number => flop / (6 * params);
  let low = 0;
  let high = Math.log(flop / 6);
  for (let middle = high / 2; middle > low && middle < high; middle = (low + high) / 2) {
    const params = Math.exp(middle);
    const bySize = gain(params, usable, law.excessParameters, law.A, law.alpha);
    const byTokens = gain(tokensFor(params), unique, law.repeatedTokens, law.B, law.beta);
    if (bySize > byTokens) low = middle;
    else high = middle;
  }
  const params = Math.exp(low);
  return { params, tokens: tokensFor(params) };
}

/** U_N: the compute-optimal number of parameters for `unique` tokens, seen once. */
function usableParameters({ A, B, alpha, beta }: DataConstrainedLaw, unique: number): number {
  const G = ((alpha * A) / (beta * B)) ** (1 / (alpha + beta));
  return G * (G * unique) ** (beta / alpha);
}
