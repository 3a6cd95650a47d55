/**
 * Runs drawn from a truth: any design, with the layers of real noise. Every random number has an address made of the
 * seed and what it is for, so that a simulated table does not depend on the order in which it is made.
 */
import type { BaseInfo, EvalColumn, RunInfo, Runs } from '../runs/runs.ts';
import { stream } from '../stats/streams.ts';
import { formatScaled } from '../units/number.ts';
import type { TrueEval, Truth } from './truth.ts';

/** One run to simulate. */
export interface DesignedRun {
  readonly id: string;
  readonly params: number;
  readonly domainRatio: number;
  readonly seed: string | undefined;
  /** Tokens of its evaluations, ascending, without 0. */
  readonly checkpoints: readonly number[];
  /** NaN = not said. */
  readonly warmupTokens: number;
  /** Peak learning rate; NaN = not said. */
  readonly lr: number;
}

export interface Design {
  readonly runs: readonly DesignedRun[];
  /** Chance that an evaluation is a spike, and how far at most it lifts the loss, as a share of it. */
  readonly spikes: { readonly chance: number; readonly size: number };
  /** Runs that diverge, by id: from half of their evaluations on, the loss climbs away from the law by 10% and more. */
  readonly diverged: readonly string[];
}

export const NO_SPIKES: Design['spikes'] = { chance: 0, size: 0 };
/** Warm-up of a design that says none, as a share of the run. */
export const WARMUP = 0.01;

/** All pairs of sizes and ratios, each with some seeds. */
export function gridDesign(
  sizes: readonly number[],
  ratios: readonly number[],
  checkpoints: readonly number[],
  seeds: readonly number[] = [1],
): Design {
  const shared = { checkpoints, warmupTokens: WARMUP * checkpoints[checkpoints.length - 1], lr: 3e-5 };
  const runs = sizes.flatMap((params) =>
    ratios.flatMap((domainRatio) =>
      seeds.map((seed) => ({
        id: `${params}-${domainRatio}-${seed}`,
        params,
        domainRatio,
        seed: String(seed),
        ...shared,
      })),
    ),
  );
  return { runs, spikes: NO_SPIKES, diverged: [] };
}

/**
 * A runs table as `readRuns` would give it, every run marked as simulated. Base rows carry the true base loss: it is
 * the reference that all runs of a base share, so its own error cannot be told from the base effect.
 */
export function simulateRuns(truth: Truth, design: Design, seed: number): Runs {
  const sizes = [...new Set(design.runs.map(({ params }) => params))].sort((a, b) => a - b);
  const bases: BaseInfo[] = sizes.map((params) => ({
    id: `base-${formatScaled(params)}`,
    params,
    loss: truth.evals.map(({ baseLoss }) => baseLoss(params)),
    rows: 1,
  }));
  const runs: RunInfo[] = design.runs.map((run) => ({
    id: run.id,
    base: sizes.indexOf(run.params),
    params: run.params,
    domainRatio: run.domainRatio,
    seed: run.seed,
    schedule: 'constant',
    lr: run.lr,
    warmupTokens: run.warmupTokens,
    lastTokens: run.checkpoints[run.checkpoints.length - 1],
    simulated: true,
  }));
  const byRow = (value: (run: number, tokens: number) => number): number[] =>
    design.runs.flatMap(({ checkpoints }, run) => checkpoints.map((tokens) => value(run, tokens)));
  const run = Int32Array.from(byRow((index) => index));
  const n = run.length;
  const inputs = {
    n,
    params: Float64Array.from(byRow((index) => runs[index].params)),
    tokens: Float64Array.from(byRow((_, tokens) => tokens)),
    domainRatio: Float64Array.from(byRow((index) => runs[index].domainRatio)),
  };
  const evals: EvalColumn[] = truth.evals.map((each) => ({
    name: each.name,
    role: each.role,
    unit: each.unit,
    loss: noisyLosses(each, each.losses(inputs), design, seed),
  }));
  return {
    run,
    runs,
    bases,
    ...inputs,
    columns: {},
    evals,
    files: ['simulated'],
    file: new Int32Array(n),
    line: Int32Array.from({ length: n }, (_, row) => row + 2),
    setAside: [],
    problems: [],
  };
}

function noisyLosses(each: TrueEval, exact: Float64Array, design: Design, seed: number): Float64Array {
  const { noise, name } = each;
  const fresh = Math.sqrt(1 - noise.rho ** 2);
  const losses = new Float64Array(exact.length);
  let row = 0;
  for (const run of design.runs) {
    const length = run.checkpoints.length;
    const wider = 1 + each.spread * run.domainRatio;
    const ofRun = stream(seed, `run ${run.id} on ${name}`);
    const level = 1 + wider * (baseEffect(each, run.params, seed) + noise.run * ofRun.normal());
    const ofSpikes = stream(seed, `spikes of ${run.id} on ${name}`);
    const diverged = design.diverged.includes(run.id);
    let wobble = ofRun.normal();
    for (let at = 0; at < length; at++, row++) {
      if (at > 0) wobble = noise.rho * wobble + fresh * ofRun.normal();
      losses[row] = exact[row] * (level + wider * noise.evaluation * wobble);
      if (ofRun.uniform() < design.spikes.chance) losses[row] *= 1 + design.spikes.size * ofSpikes.uniform();
      const late = (at + 1) / length - 0.5;
      if (diverged && late > 0) losses[row] *= 1.1 + late;
    }
  }
  return losses;
}

/** Effect of a base model on all its runs, as a share of the loss. */
export function baseEffect({ name, noise }: TrueEval, params: number, seed: number): number {
  return noise.base * stream(seed, `base ${params} on ${name}`).normal();
}
