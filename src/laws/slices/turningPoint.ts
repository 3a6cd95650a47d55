/**
 * Turning points of loss paths that are sums of powers (Gu et al. 2024, arXiv 2407.17467, section 3.1 and appendix B).
 *
 * The paper weighs domain against general loss, F = L_dom + λ·L_gen, and asks for the token count T0 from which on F falls.
 * With L_dom = α1·T^s1 + β1 and L_gen = α2·T^s2 + α3·T^s3 + β2,
 *
 *   T·dF/dT = α1·s1·T^s1 + λ·(α2·s2·T^s2 + α3·s3·T^s3),
 *
 * so T0 is its last fall through zero. For λ → ∞ that is the peak of the general loss, in closed form:
 *
 *   T0 = (−α3·s3 / (α2·s2))^(1/(s2 − s3)).
 *
 * With a given λ the paper's equation 7 has T0 on both sides; here it is found by halving, since a sum of three powers has
 * at most two zeros.
 */

/** One term of T·dL/dT, slope·T^exponent: for α·T^s the slope is α·s, for a·ln T it is a and the exponent 0. */
export interface SlopeTerm {
  readonly slope: number;
  readonly exponent: number;
}

export type TurningPoint =
  /** Tokens (in the unit of the terms) from which on the path falls. */
  | { readonly kind: 'at'; readonly tokens: number }
  | { readonly kind: 'neverRises' }
  /** Rises in the end. */
  | { readonly kind: 'neverPeaks' };

/** Where the general loss turns for good: λ → ∞, in closed form. */
export function turningPoint(general: readonly [SlopeTerm, SlopeTerm]): TurningPoint {
  const terms = inOrder(general);
  const ends = endsOf(terms);
  if (ends !== undefined) return ends;
  const [low, high] = terms;
  const tokens = (-low.slope / high.slope) ** (1 / (high.exponent - low.exponent));
  // Exponents that hardly differ put it beyond what a number can hold.
  if (tokens === 0) return { kind: 'neverRises' };
  return tokens === Number.POSITIVE_INFINITY ? { kind: 'neverPeaks' } : { kind: 'at', tokens };
}

/** Where domain loss + λ·general loss turns for good. λ > 0. */
export function weighedTurningPoint(
  general: readonly [SlopeTerm, SlopeTerm],
  domain: SlopeTerm,
  lambda: number,
): TurningPoint {
  const terms = inOrder([...general, { slope: domain.slope / lambda, exponent: domain.exponent }]);
  return endsOf(terms) ?? lastFall(terms);
}

/** Terms by exponent, those that share one joined, those without a slope left out. */
function inOrder(terms: readonly SlopeTerm[]): SlopeTerm[] {
  const exponents = [...new Set(terms.map(({ exponent }) => exponent))].sort((a, b) => a - b);
  return exponents
    .map((exponent) => ({
      exponent,
      slope: terms.reduce((sum, each) => sum + (each.exponent === exponent ? each.slope : 0), 0),
    }))
    .filter(({ slope }) => slope !== 0);
}

/** The answers that signs alone give: the highest power rules in the end. */
function endsOf(terms: readonly SlopeTerm[]): TurningPoint | undefined {
  if (terms.every(({ slope }) => slope < 0)) return { kind: 'neverRises' };
  return terms[terms.length - 1].slope > 0 ? { kind: 'neverPeaks' } : undefined;
}

/** The last zero of two or three terms of which the highest falls and another rises. */
function lastFall(terms: readonly SlopeTerm[]): TurningPoint {
  const peak = peakOf(terms);
  if (peak !== undefined && !(signAt(terms, peak) > 0)) return { kind: 'neverRises' };
  let low: number = peak ?? 0;
  let step = 1;
  while (!(signAt(terms, low) > 0)) {
    low -= step;
    step *= 2;
  }
  let high = low;
  step = 1;
  while (!(signAt(terms, high) < 0)) {
    high += step;
    step *= 2;
  }
  for (;;) {
    const middle = 0.5 * (low + high);
    if (middle <= low || middle >= high) return { kind: 'at', tokens: Math.exp(low) };
    if (signAt(terms, middle) > 0) low = middle;
    else high = middle;
  }
}

/**
 * ln T at which three terms with signs −, +, − are most above zero, seen from their lowest power: their last zero, if they
 * have one, lies beyond it. Undefined for other signs, where there is one zero only.
 */
function peakOf(terms: readonly SlopeTerm[]): number | undefined {
  if (terms.length < 3 || !(terms[0].slope < 0)) return undefined;
  const [lowest, middle, highest] = terms;
  const [a, b] = [middle.exponent - lowest.exponent, highest.exponent - lowest.exponent];
  return Math.log((-middle.slope * a) / (highest.slope * b)) / (b - a);
}

/** A number of the sign of the slope at ln T, scaled so that nothing overflows. */
function signAt(terms: readonly SlopeTerm[], lnTokens: number): number {
  const largest = Math.max(...terms.map(({ exponent }) => exponent * lnTokens));
  return terms.reduce((sum, { slope, exponent }) => sum + slope * Math.exp(exponent * lnTokens - largest), 0);
}
