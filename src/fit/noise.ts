/**
 * The noise around a law, in layers, all as shares of the loss: evaluations scatter about their run with
 * autocorrelation, runs scatter about the law, bases (sizes) scatter as a whole. Rows are not independent, and a
 * resampling that treats them so gives intervals that are far too narrow.
 *
 * A layer that the data cannot show (no repeated runs, few bases) rests on a stated prior, and the answer says how
 * much of the variance does.
 */
import { madScale, median } from '../stats/robust.ts';
import { leftByFit } from './absorbed.ts';
import type { EvalData } from './evalData.ts';

export interface NoiseModel {
  /** Standard deviation of one evaluation about its run, share of the loss. */
  readonly evaluation: number;
  /** Lag-one autocorrelation of evaluations within a run. */
  readonly rho: number;
  /** Standard deviation of a run about the law, share of the loss. */
  readonly run: number;
  /** Standard deviation of a base (all its runs together) about the law, share of the loss. */
  readonly base: number;
  /** Share of the variance of one new evaluation that rests on priors and not on these pilots, 0..1. */
  readonly priorShare: number;
}

/** What is believed of a layer before seeing data: its size, and how many observations that belief is worth. */
interface Prior {
  readonly sd: number;
  readonly degreesOfFreedom: number;
}

/** Run to run: 0.3% of the loss, the middle of published seed repeats; worth two comparisons. */
export const RUN_PRIOR: Prior = { sd: 0.003, degreesOfFreedom: 2 };
/** Base to base, beyond what the law's size term explains. Assumed; nothing public measures it. */
export const BASE_PRIOR: Prior = { sd: 0.002, degreesOfFreedom: 2 };

/**
 * @param residual predicted − observed, per row of `data`
 * @param sensitivities derivatives of the fitted losses by each fitted parameter, relative to the loss: scatter of runs and
 *   bases that they can follow, the fit has already taken away
 * @param repeats groups of runs that differ in the seed only, as indices into `Runs.runs`
 */
export function estimateNoise(
  data: EvalData,
  residual: Float64Array,
  sensitivities: readonly Float64Array[],
  repeats: readonly (readonly number[])[],
): NoiseModel {
  const relative = Float64Array.from(residual, (r, i) => r / data.loss[i]);
  const runs = clipSpikes(groupsOf(data.run, relative));
  const { evaluation, rho } = withinRuns([...runs.values()]);

  const means = new Map([...runs].map(([run, values]) => [run, mean(values)]));
  const varianceOfMean = new Map(
    [...runs].map(([run, { length }]) => [run, (evaluation ** 2 / length) * longRunFactor(rho, length)]),
  );

  // Repeats show run noise without any law; the scatter of all runs about the law also holds what the law misses.
  let repeatSquares = 0;
  let repeatFreedom = 0;
  for (const group of repeats) {
    const members = group.filter((run) => means.has(run));
    if (members.length < 2) continue;
    const centre = mean(members.map((run) => means.get(run)!));
    for (const run of members)
      repeatSquares += (means.get(run)! - centre) ** 2 - varianceOfMean.get(run)! * (1 - 1 / members.length);
    repeatFreedom += members.length - 1;
  }

  // Runs are taken about the mean of their base, whose own scatter is a layer of its own.
  const ofRun = [...means.values()];
  const ofMeans = [...varianceOfMean.values()];
  const { run: rowRun, base: runBase } = numbered(data, [...means.keys()]);
  const bases = groupsOf(runBase, Float64Array.from(ofRun));
  const left = leftByFit(rowRun, runBase, sensitivities);
  let aboutLaw = 0;
  for (const values of bases.values()) {
    const centre = mean(values);
    for (const value of values) aboutLaw += (value - centre) ** 2;
  }
  aboutLaw -= sum(left.runsByRun, ofMeans) + BASE_PRIOR.sd ** 2 * sum(left.runsByBase);
  const fromRepeats = pooled(RUN_PRIOR, repeatSquares, repeatFreedom);
  const fromLaw = pooled(RUN_PRIOR, aboutLaw, sum(left.runsByRun));
  const fromRuns = repeatFreedom > 0 && fromRepeats.variance > fromLaw.variance ? fromRepeats : fromLaw;
  const run = Math.sqrt(fromRuns.variance);

  let aboutZero = 0;
  for (const values of bases.values()) aboutZero += mean(values) ** 2;
  aboutZero -= sum(left.basesByRun, ofMeans) + run ** 2 * sum(left.basesByRun);
  const fromBases = pooled(BASE_PRIOR, aboutZero, sum(left.basesByBase));
  const base = Math.sqrt(fromBases.variance);

  const variance = evaluation ** 2 + run ** 2 + base ** 2;
  const priorShare = (run ** 2 * fromRuns.priorShare + base ** 2 * fromBases.priorShare) / variance;
  return { evaluation, rho, run, base, priorShare };
}

/**
 * By how much autocorrelation widens the variance of a mean of `count` evaluations, first order:
 * Σ_k (1 − |k|/count) ρ^|k|.
 */
export function longRunFactor(rho: number, count: number): number {
  let sum = 1;
  let power = 1;
  for (let lag = 1; lag < count; lag++) {
    power *= rho;
    if (power < 1e-12) break;
    sum += 2 * (1 - lag / count) * power;
  }
  return sum;
}

/**
 * Weights that let a run count by its effective number of observations, so that 200 logged points do not outvote
 * 20: per row 1 / (σ_run² n + σ_e² f), the inverse variance of the run's mean divided over its rows; mean 1.
 */
export function runWeights(data: EvalData, { evaluation, rho, run }: NoiseModel): Float64Array {
  const counts = new Map<number, number>();
  for (const index of data.run) counts.set(index, (counts.get(index) ?? 0) + 1);
  const weight = Float64Array.from(data.run, (index) => {
    const count = counts.get(index)!;
    return 1 / (run ** 2 * count + evaluation ** 2 * longRunFactor(rho, count));
  });
  const middle = mean(weight);
  return weight.map((w) => w / middle);
}

/**
 * Brings values within three standard deviations of the median of their run. A single spike would otherwise move
 * the mean of its run by more than runs differ, and decide the autocorrelation.
 */
function clipSpikes(runs: ReadonlyMap<number, readonly number[]>): Map<number, number[]> {
  const centres = new Map([...runs].map(([run, values]) => [run, median(values)]));
  const deviations = [...runs].flatMap(([run, values]) =>
    values.length < 2 ? [] : values.map((value) => value - centres.get(run)!),
  );
  const reach = deviations.length === 0 ? 0 : 3 * madScale(deviations);
  return new Map(
    [...runs].map(([run, values]) => {
      const centre = centres.get(run)!;
      return [run, values.map((value) => Math.min(Math.max(value, centre - reach), centre + reach))];
    }),
  );
}

function withinRuns(runs: readonly (readonly number[])[]): { evaluation: number; rho: number } {
  const centred: number[][] = [];
  let degreesOfFreedom = 0;
  for (const values of runs) {
    if (values.length < 2) continue;
    const centre = mean(values);
    centred.push(values.map((value) => value - centre));
    degreesOfFreedom += values.length - 1;
  }
  const all = centred.flat();
  if (all.length === 0) return { evaluation: 0, rho: 0 };
  const scale = madScale(all) * Math.sqrt(all.length / degreesOfFreedom);
  let products = 0;
  let squares = 0;
  let weightedLength = 0;
  for (const values of centred) {
    for (let i = 0; i < values.length; i++) {
      squares += values[i] ** 2;
      if (i > 0) products += values[i] * values[i - 1];
    }
    weightedLength += values.length ** 2;
  }
  const length = weightedLength / all.length;
  const lagOne = squares > 0 ? products / squares : 0;
  // Centring on the run's own mean biases it downward (Kendall 1954): ρ ≈ r + (1 + 3r)/length.
  const rho = Math.min(Math.max(lagOne + (1 + 3 * lagOne) / length, 0), 0.95);
  return { evaluation: scale, rho };
}

/** Scaled-inverse-chi-squared pooling of squares with a prior; squares that other layers outweigh count as none. */
function pooled(
  prior: Prior,
  squares: number,
  degreesOfFreedom: number,
): { variance: number; priorShare: number } {
  const own = prior.degreesOfFreedom * prior.sd ** 2;
  const seen = Math.max(squares, 0);
  return {
    variance: (own + seen) / (prior.degreesOfFreedom + degreesOfFreedom),
    priorShare: own / (own + seen),
  };
}

/** Σ a, or Σ a·b. */
function sum(a: Float64Array, b?: readonly number[]): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i] * (b === undefined ? 1 : b[i]);
  return total;
}

function groupsOf(key: ArrayLike<number>, values: Float64Array): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (let i = 0; i < values.length; i++) {
    const group = groups.get(key[i]);
    if (group === undefined) groups.set(key[i], [values[i]]);
    else group.push(values[i]);
  }
  return groups;
}

/** Rows by the place of their run in `runs`, and those by the place of their base among those that occur. */
function numbered(data: EvalData, runs: readonly number[]): { run: Int32Array; base: Int32Array } {
  const placeOfRun = new Map(runs.map((run, place) => [run, place]));
  const run = data.run.map((each) => placeOfRun.get(each)!);
  const baseOf = new Map<number, number>();
  data.run.forEach((each, row) => void baseOf.set(each, data.base[row]));
  const placeOfBase = new Map([...new Set(baseOf.values())].map((base, place) => [base, place]));
  return { run, base: Int32Array.from(runs, (each) => placeOfBase.get(baseOf.get(each)!)!) };
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}
