/** Where a fit is asked, and how far that lies from its pilots. */
import type { FitDocument } from '../documents/fit.ts';

/** The base model that would be trained: its size, and its loss on each set of the fit before training. */
export interface Target {
  readonly params: number;
  /** One per evaluation set, in the order of the fit. */
  readonly base: readonly BaseLoss[];
}

export interface BaseLoss {
  /** NaN = not known. Only the change from it can be told then. */
  readonly loss: number;
  readonly source: 'given' | 'measured' | 'assumed' | 'unknown';
  /** Standard deviation where it is assumed, 0 where it was measured or given. */
  readonly sd: number;
}

/** How far beyond the pilots a point lies; 1 = inside or at the edge. */
export interface Distance {
  readonly params: number;
  readonly tokens: number;
  /** False where the ratio lies outside the pilots' ratios. */
  readonly ratioInside: boolean;
  readonly provenance: 'fitted' | 'extrapolated';
  /** `far`: a headline warning; `tooFar`: refused unless asked for. */
  readonly verdict: 'near' | 'far' | 'tooFar';
}

/** Beyond these multiples of the largest pilot answers carry a headline warning. */
export const FAR = { params: 4, tokens: 8 } as const;
/** Beyond these they are refused unless `--extrapolate` is given. */
export const TOO_FAR = { params: 10, tokens: 20 } as const;

/** Fewer tokens than this are refused likewise: so early no law of these pilots holds. */
export function fewestTokens(range: FitDocument['pilots']['range']): number {
  return Math.max(range.tokens[0] / TOO_FAR.tokens, 1);
}

/** People round: what lies this little beyond the pilots is theirs. */
const ROUNDING = 1.01;

/** Factors count towards larger and towards smaller runs alike. */
export function distanceFrom(
  range: FitDocument['pilots']['range'],
  params: number,
  tokens: number,
  ratio?: number,
): Distance {
  const beyond = (value: number, [least, greatest]: readonly number[]): number =>
    beyondOne(Math.max(value / greatest, least / value));
  const size = beyond(params, range.params);
  // Fewer tokens than the shortest pilot checkpoint lie between it and the base model, which is known.
  const length = beyondOne(tokens / range.tokens[1]);
  const ratioInside = ratio === undefined || (ratio >= range.domainRatio[0] && ratio <= range.domainRatio[1]);
  return {
    params: size,
    tokens: length,
    ratioInside,
    provenance: size > 1 || length > 1 || !ratioInside ? 'extrapolated' : 'fitted',
    verdict:
      size > TOO_FAR.params || length > TOO_FAR.tokens
        ? 'tooFar'
        : size > FAR.params || length > FAR.tokens
          ? 'far'
          : 'near',
  };
}

function beyondOne(factor: number): number {
  return factor > ROUNDING ? factor : 1;
}
