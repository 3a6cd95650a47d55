/** The factors that the laws are made of, each with its exact derivatives. */
import { expColumn, logRatioColumn } from './elementary.ts';
import type { Factor, Variable } from './law.ts';

/** x^(sign·θ). At x = 0: 0 for a positive exponent, Infinity for a negative one. */
export function power(variable: Variable, theta: string, sign: 1 | -1): Factor {
  return {
    on: [variable],
    theta: [theta],
    power: { variable, sign },
    bind:
      ({ count, log }) =>
      (t, value, gradient) => {
        const exponent = sign * t[0];
        const lnX = log[0];
        // 0⁰ = 1, where 0·(−Infinity) would be NaN.
        if (exponent === 0) value.fill(1);
        else expColumn(exponent, lnX, value, count);
        if (gradient === null) return;
        const byTheta = gradient[0];
        // x^θ·ln x → 0 as x → 0 for θ > 0, where 0·(−Infinity) would be NaN; at θ = 0 it has no limit, and 0 keeps
        // a fit that stands at that bound going.
        for (let i = 0; i < count; i++)
          byTheta[i] = value[i] === 0 || lnX[i] === -Infinity ? 0 : sign * lnX[i] * value[i];
      },
  };
}

/** (x^s − 1) / s, which is ln x at s = 0 (Box and Cox 1964): one curve for powers of either sign. */
export function boxCox(variable: Variable, exponent: string): Factor {
  return {
    on: [variable],
    theta: [exponent],
    bind:
      ({ count, log }) =>
      (t, value, gradient) => {
        const s = t[0];
        const lnX = log[0];
        for (let i = 0; i < count; i++) value[i] = s === 0 ? lnX[i] : Math.expm1(s * lnX[i]) / s;
        if (gradient === null) return;
        const byExponent = gradient[0];
        for (let i = 0; i < count; i++) byExponent[i] = boxCoxSlope(s, lnX[i]);
      },
  };
}

/** d/ds of (e^{sℓ} − 1) / s = ℓ² · h(sℓ), h(u) = (u·eᵘ − eᵘ + 1) / u², which cancels near u = 0. */
function boxCoxSlope(s: number, lnX: number): number {
  const u = s * lnX;
  // x = 0: the value is −1/s for s > 0.
  if (lnX === -Infinity) return s > 0 ? 1 / (s * s) : -Infinity;
  if (Math.abs(u) > 1) return (u * Math.exp(u) - Math.expm1(u)) / (s * s);
  // h(u) = Σ_k u^k / (k! (k + 2)): at |u| ≤ 1 the term left out is below 1e-17.
  let term = 1;
  let sum = 0.5;
  for (let k = 1; k <= 17; k++) {
    term *= u / k;
    sum += term / (k + 2);
  }
  return lnX * lnX * sum;
}

/** Between small shares, where (x + ε)^−γ bends, and the others: measured from here its coefficient is nearly free of ε and γ. */
const MIDDLE_SHARE = 0.2;

/**
 * (x + ε)^−γ of a share x, ε a parameter; its values come as ((x + ε) / (0.2 + ε))^−γ. Their logarithms are kept while ε
 * stays the same, as it does where ε is pinned.
 */
export function shiftedPower(variable: Variable, shift: string, exponent: string): Factor {
  return {
    on: [variable],
    theta: [shift, exponent],
    lnDivisor: ([epsilon, gamma]) => -gamma * Math.log(MIDDLE_SHARE + epsilon),
    bind: ({ count, value: x }) => {
      const v = x[0];
      const lnShifted = new Float64Array(count);
      let lastShift = Number.NaN;
      return (t, value, gradient) => {
        const [shiftBy, gamma] = t;
        const middle = MIDDLE_SHARE + shiftBy;
        if (shiftBy !== lastShift) {
          for (let i = 0; i < count; i++) lnShifted[i] = Math.log((v[i] + shiftBy) / middle);
          lastShift = shiftBy;
        }
        expColumn(-gamma, lnShifted, value, count);
        if (gradient === null) return;
        const [byShift, byGamma] = gradient;
        for (let i = 0; i < count; i++) {
          byShift[i] = -gamma * value[i] * (1 / (v[i] + shiftBy) - 1 / middle);
          byGamma[i] = -lnShifted[i] * value[i];
        }
      };
    },
  };
}

/** x itself, without a parameter. */
export function linear(variable: Variable): Factor {
  return {
    on: [variable],
    theta: [],
    bind:
      ({ count, value: x }) =>
      (_t, value) => {
        const v = x[0];
        for (let i = 0; i < count; i++) value[i] = v[i];
      },
  };
}

/** ln(1 + x/k): starts linearly at x = 0 and turns logarithmic at x ≈ k. */
export function logGrowth(variable: Variable, scale: string): Factor {
  return {
    on: [variable],
    theta: [scale],
    bind:
      ({ count, value: x }) =>
      (t, value, gradient) => {
        const k = t[0];
        const v = x[0];
        for (let i = 0; i < count; i++) value[i] = Math.log(1 + v[i] / k);
        if (gradient === null) return;
        const byScale = gradient[0];
        for (let i = 0; i < count; i++) byScale[i] = -v[i] / (k * (k + v[i]));
      },
  };
}

/** x / (x + k): a rise from 0 that saturates at 1. */
export function saturation(variable: Variable, scale: string): Factor {
  return {
    on: [variable],
    theta: [scale],
    bind:
      ({ count, value: x }) =>
      (t, value, gradient) => {
        const k = t[0];
        const v = x[0];
        for (let i = 0; i < count; i++) value[i] = v[i] / (v[i] + k);
        if (gradient === null) return;
        const byScale = gradient[0];
        for (let i = 0; i < count; i++) byScale[i] = -v[i] / (v[i] + k) ** 2;
      },
  };
}

/**
 * ln(1 + y·(x²/(x + d)/k)^b): starts as a power of x and turns logarithmic once y·(x/k)^b ≈ 1; below d, x counts little.
 * Zero where x or y is 0; b is positive.
 */
export function logGrowthOfPower(
  x: Variable,
  y: Variable,
  scale: string,
  exponent: string,
  delay: string,
): Factor {
  return {
    on: [x, y],
    theta: [scale, exponent, delay],
    bind: ({ count, value: [vX, vY] }) => {
      // Token counts are few beside ratios: their powers are taken once each.
      const { distinct, indexOf } = distinctValues(vX);
      const lnCounted = new Float64Array(distinct.length);
      const powers = new Float64Array(distinct.length);
      let lastDelay = Number.NaN;
      return (t, value, gradient) => {
        const [k, b, d] = t;
        const lnK = Math.log(k);
        if (d !== lastDelay) {
          for (let j = 0; j < distinct.length; j++)
            lnCounted[j] = Math.log((distinct[j] * distinct[j]) / (distinct[j] + d));
          lastDelay = d;
        }
        for (let j = 0; j < powers.length; j++) powers[j] = Math.exp(b * (lnCounted[j] - lnK));
        if (gradient === null) {
          if (powers.length === 1) logRatioColumn(1, powers[0], 1, 0, vY, value, count);
          else for (let i = 0; i < count; i++) value[i] = Math.log(1 + vY[i] * powers[indexOf[i]]);
          return;
        }
        const [byK, byB, byD] = gradient;
        for (let i = 0; i < count; i++) {
          const grown = vY[i] * powers[indexOf[i]];
          const slope = grown / (1 + grown);
          byK[i] = (-slope * b) / k;
          byB[i] = slope === 0 ? 0 : slope * (lnCounted[indexOf[i]] - lnK);
          byD[i] = slope === 0 ? 0 : (-slope * b) / (vX[i] + d);
          value[i] = Math.log(1 + grown);
        }
      };
    },
  };
}

/** The distinct values of a column, and for each row which of them it has. */
function distinctValues(column: Float64Array): { distinct: Float64Array; indexOf: Int32Array } {
  const distinct = Float64Array.from(new Set(column));
  const at = new Map(Array.from(distinct, (value, index) => [value, index]));
  return { distinct, indexOf: Int32Array.from(column, (value) => at.get(value)!) };
}

/** Names of the parameters of `logBalance`. */
export interface BalanceParameters {
  readonly scale: string;
  readonly counterweight: string;
  readonly exponent: string;
  readonly reference: string;
}

/**
 * ln(1 + (N/m)^−a · R·D / (k + c·(1 − R)·D)): what R·D tokens of the domain undo, held in balance by c·(1 − R)·D tokens
 * of replay. Linear at first, logarithmic in D without replay, and with it level at the logarithm of the odds R/(1 − R).
 */
export function logBalance({ scale, counterweight, exponent, reference }: BalanceParameters): Factor {
  return {
    on: ['params', 'tokens', 'ratio'],
    theta: [scale, counterweight, exponent, reference],
    bind: ({ count, value: [size, tokens, ratio] }) => {
      // Sizes are few: their powers are taken once each.
      const { distinct: lnSize, indexOf: sizeOf } = distinctValues(size.map((each) => Math.log(each)));
      const power = new Float64Array(lnSize.length);
      const onlyRatioVaries = lnSize.length === 1 && tokens.every((each) => each === tokens[0]);
      const learnt = tokens.map((each, i) => ratio[i] * each);
      const replayed = tokens.map((each, i) => (1 - ratio[i]) * each);
      return (t, value, gradient) => {
        const [k, c, a, m] = t;
        const lnM = Math.log(m);
        for (let s = 0; s < power.length; s++) power[s] = Math.exp(-a * (lnSize[s] - lnM));
        if (gradient === null && onlyRatioVaries) {
          const [d] = tokens;
          logRatioColumn(k + c * d, (power[0] - c) * d, k + c * d, -c * d, ratio, value, count);
          return;
        }
        if (gradient === null) {
          for (let i = 0; i < count; i++) {
            value[i] = Math.log(1 + (power[sizeOf[i]] * learnt[i]) / (k + c * replayed[i]));
          }
          return;
        }
        const [byScale, byCounterweight, byExponent, byReference] = gradient;
        for (let i = 0; i < count; i++) {
          const balance = k + c * replayed[i];
          const undone = (power[sizeOf[i]] * learnt[i]) / balance;
          const slope = undone / (1 + undone);
          value[i] = Math.log(1 + undone);
          byScale[i] = -slope / balance;
          byCounterweight[i] = (-slope * replayed[i]) / balance;
          byExponent[i] = -slope * (lnSize[sizeOf[i]] - lnM);
          byReference[i] = (slope * a) / m;
        }
      };
    },
  };
}
