/** What a published critical-ratio curve says, and how far that reaches. It knows no losses and no noise. */
import type { CriticalLawDocument } from '../documents/criticalLaw.ts';
import { FAR, TOO_FAR } from '../mixture/scenario.ts';

export interface CurvePoint {
  readonly tokens: number;
  readonly point:
    | { readonly kind: 'at'; readonly ratio: number }
    /** Before the curve rises above 0: no ratio has turned so early. */
    | { readonly kind: 'none' }
    /** After the curve has passed 1, where it contradicts itself. */
    | { readonly kind: 'beyondOne' };
  /** `extrapolated` outside the token counts of the measurements behind the curve. */
  readonly provenance: 'published' | 'extrapolated';
  /** Multiple of the longest measured run, or of the run over the shortest; 1 = inside. */
  readonly times: number;
  readonly verdict: 'near' | 'far' | 'tooFar';
}

/** Token counts are rounded by people: what lies this little outside counts as inside. */
const ROUNDING = 1.01;

/** The curve at a token count above 0, never a ratio outside 0 to 1. */
export function curveAt(law: CriticalLawDocument, tokens: number): CurvePoint {
  const ratio = curveValue(law, tokens);
  const [least, most] = law.range.tokens;
  const beyond = Math.max(tokens / most, least / tokens);
  const times = beyond > ROUNDING ? beyond : 1;
  const longer = tokens / most;
  return {
    tokens,
    point: ratio <= 0 ? { kind: 'none' } : ratio > 1 ? { kind: 'beyondOne' } : { kind: 'at', ratio },
    provenance: times > 1 ? 'extrapolated' : 'published',
    times,
    verdict: longer > TOO_FAR.tokens ? 'tooFar' : longer > FAR.tokens ? 'far' : 'near',
  };
}

/** The formula itself, which may leave 0 to 1. */
export function curveValue({ parameters, unitTokens }: CriticalLawDocument, tokens: number): number {
  return parameters.alpha * (tokens / unitTokens) ** parameters.s + parameters.beta;
}

/**
 * Token count at which the curve reaches a ratio; 0 or Infinity where it never does, because it starts above or levels
 * off below.
 */
export function tokensFor({ parameters, unitTokens }: CriticalLawDocument, ratio: number): number {
  const { alpha, s, beta } = parameters;
  const power = (ratio - beta) / alpha;
  if (power > 0) return unitTokens * power ** (1 / s);
  return s > 0 ? 0 : Number.POSITIVE_INFINITY;
}
