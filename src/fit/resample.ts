/**
 * Pilots as they might have turned out, for refits. Every scheme keeps the design: resampling whole runs with
 * replacement would leave most replicates without one of the ratios, and rows of one run are not independent.
 */
import { type Stream, stream } from '../stats/streams.ts';
import type { EvalData } from './evalData.ts';
import { longRunFactor, type NoiseModel } from './noise.ts';

/** Pilots that were measured and fitted, from which replicates are made. */
export interface FittedPilots {
  readonly data: EvalData;
  /** Loss of the fitted law, per row. */
  readonly fitted: Float64Array;
  /** Factor on each row's loss in the fit. */
  readonly weight: Float64Array;
  readonly noise: NoiseModel;
  readonly seed: number;
}

/**
 * Fills `loss` and `weight` (one per row) with what replicate k is refitted to. The same (seed, set, k) gives the same
 * numbers on any thread and after any other replicate.
 */
export type Resampler = (replicate: number, loss: Float64Array, weight: Float64Array) => void;

/** A way to make replicates, as data: what people choose it by, and what its intervals rest on. */
export interface ResamplingScheme {
  readonly id: string;
  readonly title: string;
  /** One sentence. */
  readonly assumes: string;
  /** Whether its replicates shift the runs of a base together, by `baseEffects`. */
  readonly shiftsBases: boolean;
  readonly bind: (pilots: FittedPilots) => Resampler;
}

export const RESAMPLING_SCHEMES = [
  {
    id: 'layered-parametric',
    title: 'pilots simulated from the fit and its noise model',
    assumes: 'the law holds, and noise is normal in three layers: base, run and autocorrelated evaluations',
    shiftsBases: true,
    bind: ({ data, fitted, weight, noise, seed }) => {
      const pilots = layeredParametric(data, fitted, noise, seed);
      return (replicate, loss, rowWeight) => {
        pilots.fill(replicate, loss);
        rowWeight.set(weight);
      };
    },
  },
  {
    id: 'wild-by-run',
    title: 'the residuals of each run, kept or turned over as a whole',
    assumes:
      'the law holds; residuals of a run may have any shape and size of their own, and are as likely above as below',
    shiftsBases: true,
    bind: wildByRun,
  },
  {
    id: 'dirichlet-by-run',
    title: 'the losses as measured, runs weighted at random (Bayesian bootstrap)',
    assumes:
      'there are many runs and bases for each parameter: what the fit has absorbed of their noise is not put back',
    shiftsBases: false,
    bind: dirichletByRun,
  },
] as const satisfies readonly ResamplingScheme[];

export type ResamplingId = (typeof RESAMPLING_SCHEMES)[number]['id'];

export const DEFAULT_RESAMPLING: ResamplingId = 'layered-parametric';

export function resamplingScheme(id: ResamplingId): ResamplingScheme {
  return RESAMPLING_SCHEMES.find((scheme) => scheme.id === id)!;
}

/** Whether the draws of a document stem from a scheme that shifts bases; draws of other origin do not. */
export function shiftsBases(resampling: string): boolean {
  return RESAMPLING_SCHEMES.some((scheme) => scheme.id === resampling && scheme.shiftsBases);
}

/**
 * How far each base shifts all its runs in a replicate, as shares of the loss, in the order of `Runs.bases`. A new run from
 * one of these bases shares its shift, so whoever asks about such a run needs the same numbers.
 */
export function baseEffects(
  set: string,
  sd: number,
  bases: number,
  seed: number,
): (replicate: number) => Float64Array {
  const effects = new Float64Array(bases);
  return (replicate) => {
    stream(seed, `bases of ${set}`, replicate).fillNormal(effects, sd);
    return effects;
  };
}

/** Pilots drawn from a law with noise around it. */
export interface SimulatedPilots {
  /** Fills `loss` (one per row) with replicate k. The same (seed, set, k) gives the same losses on any thread. */
  fill(replicate: number, loss: Float64Array): void;
}

/** Parametric bootstrap: fitted losses times one plus base, run and autocorrelated evaluation noise. */
export function layeredParametric(
  data: EvalData,
  fitted: Float64Array,
  noise: NoiseModel,
  seed: number,
): SimulatedPilots {
  const spans = spansOfRuns(data);
  const effects = baseEffects(data.name, noise.base, Math.max(...data.base) + 1, seed);
  const fresh = Math.sqrt(1 - noise.rho ** 2);
  const drawRun = (numbers: Stream, ofBase: number, { from, to }: Span, loss: Float64Array): void => {
    const level = 1 + ofBase + noise.run * numbers.normal();
    let wobble = numbers.normal();
    for (let i = from; i < to; i++) {
      if (i > from) wobble = noise.rho * wobble + fresh * numbers.normal();
      loss[i] = fitted[i] * (level + noise.evaluation * wobble);
    }
  };
  return {
    fill(replicate, loss) {
      const numbers = stream(seed, `pilots of ${data.name}`, replicate);
      const ofBase = effects(replicate);
      for (const span of spans) drawRun(numbers, ofBase[data.base[span.from]], span, loss);
    },
  };
}

/**
 * Wild bootstrap by clusters (Liu 1988; Cameron, Gelbach and Miller 2008): the residuals of a run all times +1 or all times
 * −1 (Rademacher), so that autocorrelation, drifts within a run and runs that scatter more than others survive as they
 * are. The sign is the same on all sets, since a run that went badly went badly on all of them.
 *
 * A fit absorbs the levels of bases, and of runs where there are few for each parameter, so residuals show less of both
 * than new pilots would. Base noise is therefore drawn from the noise model, and so is as much run noise as the residuals
 * lack.
 */
function wildByRun({ data, fitted, weight, noise, seed }: FittedPilots): Resampler {
  const spans = spansOfRuns(data);
  const effects = baseEffects(data.name, noise.base, Math.max(...data.base) + 1, seed);
  const signs = new Float64Array(Math.max(...data.run) + 1);
  const residual = data.loss.map((loss, row) => loss - fitted[row]);

  let lacking = 0;
  for (const { from, to } of spans) {
    let level = 0;
    for (let row = from; row < to; row++) level += residual[row] / fitted[row] / (to - from);
    const ofEvaluations = (noise.evaluation ** 2 * longRunFactor(noise.rho, to - from)) / (to - from);
    lacking += (noise.run ** 2 + ofEvaluations - level ** 2) / spans.length;
  }
  const runNoise = Math.sqrt(Math.max(lacking, 0));

  return (replicate, loss, rowWeight) => {
    const coins = stream(seed, 'signs of runs', replicate);
    for (let run = 0; run < signs.length; run++) signs[run] = coins.below(2) === 0 ? -1 : 1;
    const numbers = stream(seed, `levels of ${data.name}`, replicate);
    const ofBase = effects(replicate);
    for (const { from, to } of spans) {
      const level = 1 + ofBase[data.base[from]] + runNoise * numbers.normal();
      const sign = signs[data.run[from]];
      for (let row = from; row < to; row++) loss[row] = fitted[row] * level + sign * residual[row];
    }
    rowWeight.set(weight);
  };
}

/**
 * Bayesian bootstrap (Rubin 1981) by runs: losses as measured, weights of runs from Dirichlet(1, ..., 1) times the number
 * of runs, so that their mean is 1. No run's weight is ever 0, so no ratio is ever left out. A run has the same
 * share on all sets.
 */
function dirichletByRun({ data, weight, seed }: FittedPilots): Resampler {
  const spans = spansOfRuns(data);
  const share = new Float64Array(Math.max(...data.run) + 1);
  return (replicate, loss, rowWeight) => {
    const numbers = stream(seed, 'weights of runs', replicate);
    for (let run = 0; run < share.length; run++) share[run] = numbers.exponential();
    let total = 0;
    for (const { from } of spans) total += share[data.run[from]];
    for (const { from, to } of spans) {
      const factor = (share[data.run[from]] * spans.length) / total;
      for (let row = from; row < to; row++) rowWeight[row] = weight[row] * factor;
    }
    loss.set(data.loss);
  };
}

/** Rows `from` to `to` − 1 of one run. */
interface Span {
  readonly from: number;
  readonly to: number;
}

function spansOfRuns({ n, run }: EvalData): Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (let row = 1; row <= n; row++) {
    if (row < n && run[row] === run[from]) continue;
    spans.push({ from, to: row });
    from = row;
  }
  return spans;
}
