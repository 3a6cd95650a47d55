/**
 * One evaluation set of a run against what is expected of it, one evaluation at a time.
 *
 * Under draw k the loss after D tokens is M_k(D) + p(D)·(u + w(D)): M_k its path, p the path of the plan, u ~ N(0, offset²)
 * one offset of the whole run, w evaluation noise of variance evaluation² whose correlation falls as rho^(gap/cadence) with the
 * tokens between two evaluations. Residuals r_k = (y − M_k)/p are whitened by the evaluation before, (r − φ r')/(σ √(1 − φ²)), and
 * what is linear in them is integrated out in closed form: u, and the size of a departure (departures.ts), each normal
 * beforehand. Draws are so reweighted by the likelihood of all evaluations so far (importance weights).
 *
 * Evidence that the run has left its prediction is the Bayes factor of all departures, equally likely beforehand, against
 * none. While the prediction holds it is a martingale that starts at 1, so it ever reaches 1/α with a chance of at most α,
 * however often one looks (Ville 1939; Robbins 1970, Annals of Mathematical Statistics 41, 1397).
 */
import { type Departure, departuresOf, SIZES } from './departures.ts';
import type { ExpectedSet } from './expected.ts';
import type { Mixture } from './mixture.ts';

export interface Tracker {
  /** Evaluations must come in order of tokens, each later than the one before. */
  observe(tokens: number, loss: number): Seen;
  /** Losses after some tokens by the plan alone, before anything was seen. */
  prior(tokens: number): Ahead;
  /**
   * Losses to come, given what was seen.
   * @param tokens not before the last evaluation
   * @param paths losses of the draws there, where they are not those of the plan's own path
   */
  ahead(tokens: number, paths?: Float64Array): Ahead;
  /** What the run does if it has left its prediction. */
  likeliest(): Diagnosis;
}

export interface Seen {
  /** Standard deviations from what was expected of this evaluation, given those before it. */
  readonly surprise: number;
  /** Natural logarithm of the evidence that the run has left its prediction. */
  readonly evidence: number;
}

export interface Ahead extends Mixture {
  /** Draw that each normal stems from. */
  readonly draw: Int32Array;
}

export interface Diagnosis {
  readonly kind: Departure['kind'];
  /** Tokens at which it begins, as far as the grid of departures tells. */
  readonly from: number;
  /** Loss it has added by the last evaluation, as a share of the loss. */
  readonly size: number;
}

/** Chance, before anything is seen, that a run leaves its prediction. Only weighs what is to come, never the evidence. */
const DEPARTURES = 0.05;
/** Draws that weigh less than this share of their mean weight are left out of what is to come. */
const NEGLIGIBLE_DRAW = 1e-6;
/**
 * A loss that misses what is expected by more than this many times that is taken for one that misses by so much: it tells no more,
 * and the sums of squares would lose the differences between draws, or leave the range of doubles.
 */
const WILDEST = 1000;
/** Departures that all draws together give less weight than this are left out too. */
const NEGLIGIBLE_DEPARTURE = 1e-3;

export function makeTracker(set: ExpectedSet, planTokens: number): Tracker {
  const { count, noise } = set;
  const departures = departuresOf(planTokens);
  const lnPrior = -Math.log(departures.length * SIZES.length);
  const odds = Math.log(DEPARTURES / (1 - DEPARTURES)) + lnPrior;
  const variances = SIZES.map((size) => (size * noise.evaluation) ** 2);

  // Sums of products over whitened evaluations. Of the offset's regressor: with itself (A, and its precision beforehand) and with
  // the residuals (B); of a departure's: with itself (F), with the offset's (C) and with the residuals (G); of residuals (Q).
  let A = 1 / noise.offset ** 2;
  const B = new Float64Array(count);
  const Q = new Float64Array(count);
  const C = new Float64Array(departures.length);
  const F = new Float64Array(departures.length);
  const G = departures.map(() => new Float64Array(count));

  /** Normalised weights of the draws, given that the run follows its prediction, and their logarithms. */
  const weight = new Float64Array(count).fill(1 / count);
  const lnWeight = new Float64Array(count).fill(-Math.log(count));
  let last: { readonly tokens: number; readonly residual: Float64Array } | undefined;
  const terms = new Float64Array(count);

  const correlation = (tokens: number): number =>
    last === undefined ? 0 : noise.rho ** ((tokens - last.tokens) / noise.cadence);

  /** How much of departure j the offset cannot follow. */
  const free = (j: number): number => F[j] - C[j] ** 2 / A;

  /**
   * Into `terms`, by draw: the logarithm of its weight times the Bayes factor of a departure of one prior variance. Returns
   * that of their sum.
   */
  const lnFactors = (j: number, variance: number): number => {
    const precision = free(j) + 1 / variance;
    const held = C[j] / A;
    const half = 0.5 / precision;
    const g = G[j];
    for (let k = 0; k < count; k++) terms[k] = lnWeight[k] + half * (g[k] - held * B[k]) ** 2;
    const cost = 0.5 * Math.log(precision * variance);
    for (let k = 0; k < count; k++) terms[k] -= cost;
    return lnSum(terms);
  };

  const reweight = (): void => {
    for (let k = 0; k < count; k++) terms[k] = -0.5 * (Q[k] - B[k] ** 2 / A);
    const total = lnSum(terms);
    for (let k = 0; k < count; k++) {
      lnWeight[k] = terms[k] - total;
      weight[k] = Math.exp(lnWeight[k]);
    }
  };

  const surpriseOf = (residual: Float64Array, phi: number): number => {
    const variance = (1 - phi) ** 2 / A + noise.evaluation ** 2 * (1 - phi ** 2);
    const off = residual.map((r, k) => {
      const before = last === undefined ? 0 : phi * last.residual[k];
      return r - before - ((1 - phi) * B[k]) / A;
    });
    const mean = off.reduce((sum, each, k) => sum + weight[k] * each, 0);
    const between = off.reduce((sum, each, k) => sum + weight[k] * (each - mean) ** 2, 0);
    return mean / Math.sqrt(variance + between);
  };

  const add = (tokens: number, residual: Float64Array, phi: number): void => {
    const scale = 1 / (noise.evaluation * Math.sqrt(1 - phi ** 2));
    const ofOffset = (1 - phi) * scale;
    A += ofOffset ** 2;
    const white = residual.map((r, k) => (r - (last === undefined ? 0 : phi * last.residual[k])) * scale);
    for (let k = 0; k < count; k++) {
      Q[k] += white[k] ** 2;
      B[k] += ofOffset * white[k];
    }
    departures.forEach(({ shape }, j) => {
      const of = (shape(tokens) - (last === undefined ? 0 : phi * shape(last.tokens))) * scale;
      if (of === 0) return;
      F[j] += of ** 2;
      C[j] += of * ofOffset;
      const g = G[j];
      for (let k = 0; k < count; k++) g[k] += of * white[k];
    });
    last = { tokens, residual };
  };

  /** Departures that have begun, with the logarithm of their weight against a run that follows its prediction. */
  const begun = () =>
    departures.flatMap((departure, j) =>
      F[j] === 0
        ? []
        : variances.map((variance) => {
            return { departure, j, variance, lnWeight: odds + lnFactors(j, variance) };
          }),
    );

  /** Size of a departure under draw k: its mean and variance afterwards. */
  const sizeOf = (j: number, k: number, variance: number) => {
    const precision = free(j) + 1 / variance;
    return { mean: (G[j][k] - (C[j] * B[k]) / A) / precision, variance: 1 / precision };
  };

  return {
    observe(tokens, loss) {
      const { point, draws } = set.at(tokens);
      const residual = draws.map((expected) => Math.min((loss - expected) / point, WILDEST));
      const phi = correlation(tokens);
      const surprise = surpriseOf(residual, phi);
      add(tokens, residual, phi);
      reweight();
      const factors = departures.flatMap((_, j) =>
        variances.map((variance) => lnPrior + (F[j] === 0 ? 0 : lnFactors(j, variance))),
      );
      return { surprise, evidence: lnSum(Float64Array.from(factors)) };
    },
    prior(tokens) {
      const { point, draws } = set.at(tokens);
      const sd = point * Math.hypot(noise.offset, noise.evaluation);
      return {
        draw: Int32Array.from(draws.keys()),
        weight: draws.map(() => 1 / count),
        mean: draws,
        sd: draws.map(() => sd),
      };
    },
    ahead(tokens, paths) {
      const { point, draws: own } = set.at(tokens);
      const draws = paths ?? own;
      const phi = correlation(tokens);
      const fresh = noise.evaluation ** 2 * (1 - phi ** 2);
      const residual = (k: number): number => (last === undefined ? 0 : phi * last.residual[k]);
      const normals = {
        draw: [] as number[],
        weight: [] as number[],
        mean: [] as number[],
        sd: [] as number[],
      };
      const put = (k: number, of: number, off: number, variance: number): void => {
        normals.draw.push(k);
        normals.weight.push(of);
        normals.mean.push(draws[k] + point * off);
        normals.sd.push(point * Math.sqrt(variance));
      };
      const others = begun();
      const total = lnSum(Float64Array.from([0, ...others.map((other) => other.lnWeight)]));
      for (let k = 0; k < count; k++) {
        const of = weight[k] * Math.exp(-total);
        if (of * count > NEGLIGIBLE_DRAW)
          put(k, of, residual(k) + ((1 - phi) * B[k]) / A, (1 - phi) ** 2 / A + fresh);
      }
      for (const { departure, j, variance, lnWeight: ofAll } of others) {
        if (Math.exp(ofAll - total) < NEGLIGIBLE_DEPARTURE) continue;
        const rest = departure.shape(tokens) - (last === undefined ? 0 : phi * departure.shape(last.tokens));
        // The offset given the size is B/A − size·C/A, so the size moves the outcome by `rest` less what the offset takes back.
        const slope = rest - ((1 - phi) * C[j]) / A;
        lnFactors(j, variance);
        for (let k = 0; k < count; k++) {
          const of = Math.exp(odds + terms[k] - total);
          if (of * count <= NEGLIGIBLE_DRAW) continue;
          const size = sizeOf(j, k, variance);
          const off = residual(k) + ((1 - phi) * B[k]) / A + slope * size.mean;
          put(k, of, off, (1 - phi) ** 2 / A + slope ** 2 * size.variance + fresh);
        }
      }
      const sum = normals.weight.reduce((a, b) => a + b, 0);
      return {
        draw: Int32Array.from(normals.draw),
        weight: Float64Array.from(normals.weight, (of) => of / sum),
        mean: Float64Array.from(normals.mean),
        sd: Float64Array.from(normals.sd),
      };
    },
    likeliest() {
      const all = begun();
      const best = all.reduce((a, b) => (b.lnWeight > a.lnWeight ? b : a));
      const { departure, j, variance } = best;
      const total = lnFactors(j, variance);
      let size = 0;
      for (let k = 0; k < count; k++) size += Math.exp(terms[k] - total) * sizeOf(j, k, variance).mean;
      return { kind: departure.kind, from: departure.from, size: size * departure.shape(last?.tokens ?? 0) };
    },
  };
}

/** ln Σ exp, without leaving the range of doubles. */
function lnSum(values: Float64Array): number {
  let greatest = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value > greatest) greatest = value;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - greatest);
  return greatest + Math.log(sum);
}
