/**
 * One law fitted to one evaluation set: bind, screen the whole grid, polish every local minimum of it on the exact
 * objective, keep the best. No starting values are asked for, and the answer says how many starts agree.
 */

import { bindLaw, dataScale, type Kernel } from '../laws/kernel.ts';
import type { DataScale, Law } from '../laws/law.ts';
import { minimizeNewton, type NewtonWorkspace, newtonWorkspace } from '../lsq/newton.ts';
import type { ResidualProblem } from '../lsq/problem.ts';
import { type ScreenCandidate, screenSeparable } from '../lsq/separable.ts';
import { median, NORMAL_CONSISTENCY } from '../stats/robust.ts';
import type { EvalData } from './evalData.ts';
import {
  HUBER_EFFICIENT,
  LITERATURE_DELTA,
  lossOf,
  type Objective,
  type ObjectiveChoice,
  type ObjectiveKind,
} from './objective.ts';
import { thinned } from './thin.ts';

export interface FittedLaw {
  readonly kind: 'fitted';
  readonly law: Law;
  readonly kernel: Kernel;
  /** Internal coordinates of `kernel`. */
  readonly x: Float64Array;
  /** Parameters as the formula has them. */
  readonly natural: Float64Array;
  readonly objective: Objective;
  /** Σ w·ρ at the answer. */
  readonly value: number;
  /** −1 at the lower bound, 1 at the upper, 0 free; one per parameter. */
  readonly active: Int8Array;
  /** How many local minima of the screen were polished, and how many of them ended in the best place. */
  readonly starts: { readonly tried: number; readonly agreeing: number };
  /** Predicted minus observed loss, per row. */
  readonly residual: Float64Array;
}

export type LawFit =
  | FittedLaw
  | { readonly kind: 'notConverged'; readonly law: Law; readonly reason: string }
  | { readonly kind: 'notIdentifiable'; readonly law: Law; readonly missing: readonly string[] };

/** Local minima of the screen that are polished at most; fewer once enough of them end in the same place. */
const STARTS = 8;
const ENOUGH_AGREE = 2;
/** Relative difference of objectives that counts as the same place. */
const AGREE = 1e-6;
/** The scatter about a fit, from which its corner is set, is known to a per cent a tenth of a standard error away. */
const SETTLING_TOLERANCE = 0.1;
/** Starts are compared once they are this many standard errors from their minimum: the objective is then settled to 1e-6. */
const COARSE_TOLERANCE = 1e-2;
/** Point estimates are polished to this many standard errors. */
const POINT_TOLERANCE = 1e-7;
const REFIT_TOLERANCE = 1e-3;
const REFIT_ITERATIONS = 150;
const PART_STARTS = 2;
/** A fit to a part that takes longer walks along a valley: the part does not hold it, and its error will show that. */
const PART_ITERATIONS = 60;

/**
 * @param weight factor on each row's loss, length `data.n`
 */
export function fitLaw(law: Law, data: EvalData, weight: Float64Array, choice: ObjectiveChoice): LawFit {
  const missing = missingVariation(law, data);
  if (missing.length > 0) return { kind: 'notIdentifiable', law, missing };
  const pivot = dataScale(data.inputs);
  const few = thinned(data, weight);
  const whole = problemOn(law, data, weight, choice.kind, pivot);
  const search = few.data === data ? whole : problemOn(law, few.data, few.weight, choice.kind, pivot);
  const candidates = screenStarts(search.kernel, few.data, few.weight, choice.kind, STARTS);
  if (candidates.length === 0)
    return { kind: 'notConverged', law, reason: 'no point of the search grid is finite' };

  const { kernel } = whole;
  const roughly = settleObjective(search, candidates[0].x, choice);
  const settled = search === whole ? roughly : settleObjective(whole, roughly.x, choice);
  const starts = [roughly.x, ...candidates.slice(1).map(({ x }) => x)];
  const places = findPlaces(search, starts, roughly.objective);
  if (places.length === 0) return { kind: 'notConverged', law, reason: 'predictions are not finite' };
  // One place of the search may lead on to another on all rows, or two of them to the same.
  const floors = places.map(({ x, starts }, at) => {
    const from = at === 0 ? settled.x : x;
    return { starts, ...polish(whole, from, settled.objective, COARSE_TOLERANCE) };
  });
  const lowest = floors.reduce((a, b) => (b.objective < a.objective ? b : a));
  const agreeing = floors.filter((floor) => samePlace(floor.objective, lowest.objective));
  const best = polish(whole, lowest.x, settled.objective, POINT_TOLERANCE);
  if (best.stop === 'notFinite') return { kind: 'notConverged', law, reason: 'predictions are not finite' };
  // Where the data leave a direction open the last digits never settle; what matters is how far predictions still go.
  if (best.stop === 'tooManyIterations' && best.lastStep > REFIT_TOLERANCE) {
    return {
      kind: 'notConverged',
      law,
      reason: `still ${best.lastStep.toPrecision(2)} standard errors to go`,
    };
  }
  const natural = new Float64Array(kernel.m);
  kernel.toNatural(best.x, natural);
  const residual = new Float64Array(data.n);
  kernel.evaluate(best.x, residual, null);
  for (let i = 0; i < data.n; i++) residual[i] -= data.loss[i];
  return {
    kind: 'fitted',
    law,
    kernel,
    x: best.x,
    natural,
    objective: settled.objective,
    value: best.objective,
    active: best.active,
    starts: { tried: totalStarts(floors), agreeing: totalStarts(agreeing) },
    residual,
  };
}

/**
 * The same law and objective on part of the data, searched for anew: a start from the whole fit would remember what was
 * left out wherever the part does not identify the law. Fewer starts and less polish than a fit of its own.
 * @returns natural parameters, or null where the part does not offer the variation that the law needs
 */
export function fitPart(
  { law, objective }: FittedLaw,
  data: EvalData,
  weight: Float64Array,
): Float64Array | null {
  if (missingVariation(law, data).length > 0) return null;
  const pivot = dataScale(data.inputs);
  const few = thinned(data, weight);
  const whole = problemOn(law, data, weight, objective.kind, pivot);
  const search = few.data === data ? whole : problemOn(law, few.data, few.weight, objective.kind, pivot);
  const candidates = screenStarts(search.kernel, few.data, few.weight, objective.kind, PART_STARTS);
  const starts = candidates.map(({ x }) => x);
  const polished = findPlaces(search, starts, objective, PART_ITERATIONS).map(({ x }) =>
    polish(whole, x, objective, COARSE_TOLERANCE, PART_ITERATIONS),
  );
  const finite = polished.filter(({ stop }) => stop !== 'notFinite');
  if (finite.length === 0) return null;
  const best = finite.reduce((a, b) => (b.objective < a.objective ? b : a));
  const natural = new Float64Array(whole.kernel.m);
  whole.kernel.toNatural(best.x, natural);
  return natural;
}

/** A law's residuals on some rows, with memory to minimise them in. */
interface FitProblem {
  readonly kernel: Kernel;
  readonly model: ResidualProblem;
  readonly weight: Float64Array;
  readonly work: NewtonWorkspace;
}

function problemOn(
  law: Law,
  data: EvalData,
  weight: Float64Array,
  kind: ObjectiveKind,
  pivot: DataScale,
): FitProblem {
  const kernel = bindLaw(law, data.inputs, data.role, pivot);
  const model = residualModel(kernel, data.loss, kind === 'log-huber');
  return { kernel, model, weight, work: newtonWorkspace(data.n, kernel.m) };
}

/** A minimum of the objective, and how many starts led there. */
interface Place {
  readonly x: Float64Array;
  readonly objective: number;
  readonly starts: number;
}

/** Where the starts lead; no further ones are tried once enough of them have led to the lowest place. */
function findPlaces(
  problem: FitProblem,
  starts: readonly Float64Array[],
  objective: Objective,
  maxIterations?: number,
): Place[] {
  const places: Place[] = [];
  for (const start of starts) {
    const reached = polish(problem, start, objective, COARSE_TOLERANCE, maxIterations);
    if (!Number.isFinite(reached.objective)) continue;
    const known = places.findIndex((place) => samePlace(place.objective, reached.objective));
    if (known < 0) places.push({ x: reached.x, objective: reached.objective, starts: 1 });
    else places[known] = { ...places[known], starts: places[known].starts + 1 };
    const lowest = places.reduce((a, b) => (b.objective < a.objective ? b : a));
    if (lowest.starts >= ENOUGH_AGREE) break;
  }
  return places;
}

function samePlace(a: number, b: number): boolean {
  return Math.abs(a - b) <= AGREE * Math.min(a, b) + 1e-300;
}

function totalStarts(places: readonly { readonly starts: number }[]): number {
  return places.reduce((sum, { starts }) => sum + starts, 0);
}

/**
 * Refits for resampling: same design and objective, other losses, started from the point estimate. The returned
 * function fills `natural` and says whether it converged; it reuses its memory, so one is made per worker and law.
 */
export function makeRefitter(
  fitted: FittedLaw,
  weight: Float64Array,
  stepTolerance = REFIT_TOLERANCE,
): (loss: Float64Array, natural: Float64Array) => boolean {
  const { kernel, objective } = fitted;
  const loss = new Float64Array(kernel.n);
  const model = residualModel(kernel, loss, objective.kind === 'log-huber');
  const work = newtonWorkspace(kernel.n, kernel.m);
  const options = {
    lower: kernel.lower,
    upper: kernel.upper,
    weight,
    loss: lossOf(objective),
    stepTolerance,
    maxIterations: REFIT_ITERATIONS,
  };
  return (resampled, natural) => {
    loss.set(resampled);
    const result = minimizeNewton(model, fitted.x, options, work);
    kernel.toNatural(result.x, natural);
    return result.stop === 'converged';
  };
}

/** The best local minima of the screen, as starts for a polish. A relative objective is screened by relative errors. */
export function screenStarts(
  kernel: Kernel,
  data: EvalData,
  weight: Float64Array,
  kind: ObjectiveKind,
  keep: number,
): ScreenCandidate[] {
  const squares = kind === 'log-huber' ? weight.map((w, i) => w / data.loss[i] ** 2) : weight;
  return screenSeparable(
    kernel,
    data.loss,
    squares,
    internalGrids(kernel.law, dataScale(data.inputs), kernel),
    keep,
  );
}

/** Residuals predicted − observed, of losses or of their logarithms. Observations are read at each call. */
export function residualModel(kernel: Kernel, loss: Float64Array, logarithmic: boolean): ResidualProblem {
  const { n, m } = kernel;
  if (!logarithmic) {
    return {
      n,
      m,
      evaluate(x, residual, jacobian) {
        kernel.evaluate(x, residual, jacobian);
        for (let i = 0; i < n; i++) residual[i] -= loss[i];
      },
    };
  }
  return {
    n,
    m,
    evaluate(x, residual, jacobian) {
      kernel.evaluate(x, residual, jacobian);
      if (jacobian !== null) {
        for (let k = 0; k < m; k++) for (let i = 0; i < n; i++) jacobian[k * n + i] /= residual[i];
      }
      for (let i = 0; i < n; i++) residual[i] = Math.log(residual[i] / loss[i]);
    },
  };
}

/**
 * The corner of Huber's loss. Given or literature: as it is. Otherwise from the scatter around the fit, which
 * depends on the corner in turn: two rounds settle it to a fraction of a per cent.
 */
function settleObjective(
  problem: FitProblem,
  start: Float64Array,
  { kind, delta }: ObjectiveChoice,
): { objective: Objective; x: Float64Array } {
  if (kind === 'squared') return { objective: { kind, delta: 0 }, x: start };
  if (kind === 'log-huber') return { objective: { kind, delta: delta ?? LITERATURE_DELTA }, x: start };
  if (delta !== undefined) return { objective: { kind, delta }, x: start };
  const { model, weight } = problem;
  const residual = new Float64Array(model.n);
  let x = start;
  let corner = 0;
  for (let round = 0; round < 3; round++) {
    model.evaluate(x, residual, null);
    corner = HUBER_EFFICIENT * robustScale(residual, weight, model.m);
    x = polish(problem, x, { kind, delta: corner }, SETTLING_TOLERANCE).x;
  }
  return { objective: { kind, delta: corner }, x };
}

/**
 * Polishes on the exact objective. A corner far below the scatter makes the objective nearly L1, whose valleys are
 * found by walking the corner down to its value.
 */
function polish(
  { model, kernel: { lower, upper }, weight, work }: FitProblem,
  start: Float64Array,
  objective: Objective,
  stepTolerance: number,
  maxIterations = 300,
) {
  const residual = new Float64Array(model.n);
  model.evaluate(start, residual, null);
  const corners = [objective.delta];
  if (objective.kind !== 'squared') {
    const scatter = robustScale(residual, weight, model.m);
    while (corners[0] < scatter) corners.unshift(corners[0] * 2.5);
  }
  let x = start;
  for (const [at, delta] of corners.entries()) {
    const last = at === corners.length - 1;
    const result = minimizeNewton(
      model,
      x,
      {
        lower,
        upper,
        weight,
        loss: lossOf({ kind: objective.kind, delta }),
        stepTolerance: last ? stepTolerance : COARSE_TOLERANCE,
        maxIterations: last ? maxIterations : 40,
      },
      work,
    );
    if (last) return result;
    x = result.x;
  }
  throw new Error('unreachable: there is always one corner');
}

/**
 * Scale of residuals about 0 from the median of their sizes, over rows that count: the standard deviation for normal noise,
 * widened for the m parameters that were fitted.
 */
export function robustScale(residual: Float64Array, weight: Float64Array, m: number): number {
  const all = new Float64Array(residual.length);
  let rows = 0;
  for (let i = 0; i < residual.length; i++) if (weight[i] > 0) all[rows++] = Math.abs(residual[i]);
  const sizes = all.subarray(0, rows);
  const spread = NORMAL_CONSISTENCY * median(sizes) * Math.sqrt(sizes.length / Math.max(sizes.length - m, 1));
  // Noiseless data still needs a corner that is not zero.
  return Math.max(spread, 1e-12);
}

/** Grids in internal coordinates, within bounds; one value for what is pinned, none for coefficients. */
function internalGrids(law: Law, scale: DataScale, { lower, upper }: Kernel): number[][] {
  return law.parameters.map(({ linear, pinned, grid, log }, k) => {
    if (linear) return [];
    if (pinned !== undefined) return [lower[k]];
    const values = (grid?.(scale) ?? []).map((value) => (log === true ? Math.log(value) : value));
    return values.filter((value) => value >= lower[k] && value <= upper[k]);
  });
}

/** Derivatives of the fitted losses by each parameter that is free to move, relative to the losses measured, over the rows. */
export function sensitivities({ kernel, x, active }: FittedLaw, data: EvalData): Float64Array[] {
  const { n, m, lower, upper } = kernel;
  const jacobian = new Float64Array(n * m);
  kernel.evaluate(x, new Float64Array(n), jacobian);
  return Array.from({ length: m }, (_, k) => k)
    .filter((k) => active[k] === 0 && lower[k] < upper[k])
    .map((k) => jacobian.slice(k * n, (k + 1) * n).map((slope, i) => slope / data.loss[i]));
}

/** Parameters that a fit of the law has to find. */
export function freeParameters(law: Law): number {
  return law.parameters.filter(({ pinned }) => pinned === undefined).length;
}

/** Needs of the law that the data do not meet, in words. */
export function missingVariation(law: Law, data: EvalData): string[] {
  const columns = {
    params: data.inputs.params,
    tokens: data.inputs.tokens,
    domain_ratio: data.inputs.domainRatio,
  };
  const missing = law.needs
    .map(({ variable, distinct }) => ({ variable, distinct, found: new Set(columns[variable]).size }))
    .filter(({ found, distinct }) => found < distinct)
    .map(({ variable, distinct, found }) => `${distinct} distinct values of ${variable} (found ${found})`);
  if (law.predicts === 'change' && data.inputs.baseLoss.some(Number.isNaN)) {
    missing.push(`the loss of every base model on ${data.name} (a row with tokens = 0)`);
  }
  if (data.n <= law.parameters.length)
    missing.push(`more than ${law.parameters.length} observations (found ${data.n})`);
  return missing;
}
