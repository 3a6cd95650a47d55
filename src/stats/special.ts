/** The special functions behind the distributions: log gamma, incomplete gamma, incomplete beta. */

/**
 * ln Γ(x) for x > 0, by Stirling's series (Abramowitz and Stegun 6.1.41) with the argument raised above 15 by
 * Γ(x + 1) = x Γ(x); its first neglected term is below 1e-17 there.
 */
export function lnGamma(x: number): number {
  let raised = x;
  let product = 1;
  while (raised < 15) {
    product *= raised;
    raised += 1;
  }
  const inverse = 1 / (raised * raised);
  const series =
    (1 / 12 -
      inverse *
        (1 / 360 -
          inverse *
            (1 / 1260 -
              inverse * (1 / 1680 - inverse * (1 / 1188 - inverse * (691 / 360360 - inverse / 156)))))) /
    raised;
  return (
    (raised - 0.5) * Math.log(raised) - raised + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product)
  );
}

/**
 * Regularised incomplete gamma functions P(a, x), Q(a, x) = 1 − P for a > 0, x ≥ 0: the series for P left of a + 1,
 * the continued fraction for Q right of it (Abramowitz and Stegun 6.5.29, 6.5.31), so that the smaller of the two
 * is good to about 1e-15·(1 + a ln a) of itself, the rounding of the logarithms in front.
 */
export function incompleteGamma(a: number, x: number): { readonly p: number; readonly q: number } {
  if (x === 0) return { p: 0, q: 1 };
  if (x === Number.POSITIVE_INFINITY) return { p: 1, q: 0 };
  const scale = Math.exp(a * Math.log(x) - x - lnGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; term > sum * Number.EPSILON * 0.1; n++) {
      term *= x / (a + n);
      sum += term;
    }
    const p = sum * scale;
    return { p, q: 1 - p };
  }
  const fraction = continuedFraction(x + 1 - a, (n) => [-n * (n - a), x + 2 * n + 1 - a]);
  const q = scale / fraction;
  return { p: 1 - q, q };
}

/**
 * Regularised incomplete beta function I_x(a, b) for a, b > 0 and 0 ≤ x ≤ 1, by its continued fraction
 * (Abramowitz and Stegun 26.5.8) on the side of the mean where that converges fast. Rounding as for the
 * gamma function, with a + b for a.
 */
export function incompleteBeta(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(b, a, 1 - x);
  const scale = Math.exp(a * Math.log(x) + b * Math.log1p(-x) + lnGamma(a + b) - lnGamma(a) - lnGamma(b)) / a;
  const fraction = continuedFraction(1, (n) => {
    const m = Math.floor(n / 2);
    const numerator =
      n % 2 === 0
        ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
        : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    return [numerator, 1];
  });
  return scale / fraction;
}

/** b0 + a1/(b1 + a2/(b2 + ...)) with `term(n)` = [a_n, b_n], by Lentz's method as modified by Thompson and Barnett. */
function continuedFraction(first: number, term: (n: number) => readonly [number, number]): number {
  const tiny = 1e-300;
  let value = first === 0 ? tiny : first;
  let c = value;
  let d = 0;
  for (let n = 1; n < 10_000; n++) {
    const [a, b] = term(n);
    d = 1 / (b + a * d || tiny);
    c = b + a / c || tiny;
    const step = c * d;
    value *= step;
    if (Math.abs(step - 1) < Number.EPSILON) break;
  }
  return value;
}
