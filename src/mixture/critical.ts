/**
 * The critical ratio by tolerance: the upper end of the acceptable set of domain ratios that is connected to the
 * lowest pilot ratio, at given size and tokens, searched between the lowest and the highest pilot ratio.
 *
 * Every draw has one, "none" counted as 0 and "all" as 1; with the noise of a new run in it, the draws answer
 * where a new run would land, without it where the mean curve crosses.
 */

import { ascending, outerBound, quantileOfSorted } from '../stats/quantiles.ts';
import type { Tolerance } from '../units/tolerance.ts';
import type { Predictor, TokensPredictor } from './predictor.ts';

/** Accepted rises, for some general sets of the fit; absolute ones in the unit of their set. */
export interface Constraint {
  /** Index of the set in the fit. */
  readonly evalIndex: number;
  readonly tolerance: Tolerance;
}

export interface CriticalRatio {
  readonly tokens: number;
  /** Of the fit itself. */
  readonly point: Outcome;
  /** Where new runs would cross: one per draw, ascending; 0 = none, 1 = all. */
  readonly newRun: Float64Array;
  /** Where the mean curve crosses, likewise. */
  readonly mean: Float64Array;
  /** At the level of the fit; null without draws. */
  readonly interval: readonly [number, number] | null;
  readonly meanInterval: readonly [number, number] | null;
  /** Set whose tolerance binds in most draws; undefined where none ever does. */
  readonly binding: number | undefined;
}

export type Outcome =
  | { readonly kind: 'at'; readonly ratio: number }
  | { readonly kind: 'none' }
  | { readonly kind: 'all' };

/** Ratios between which crossings are interpolated. */
const GRID = 201;

/** A condition on one set: up to which ratio it holds, connected to the lowest, 0 = nowhere, 1 = everywhere. */
export interface Condition {
  readonly evalIndex: number;
  /** By the fit itself. */
  ofPoint(): number;
  /** By draw k, for a run whose losses are `noise` times those of the mean curve. */
  ofDraw(k: number, noise: number): number;
}

export interface Fineness {
  /** Fewer ratios are quicker and good for a search; crossings are then good to about (24 / grid)^4 × 1e-4. */
  readonly grid?: number;
  /** Crossings beside the ratio that is planned with this confidence are found to the last digits. */
  readonly confidence?: number;
}

/** Ratios in the narrow windows in which crossings are found to the last digits. */
const WINDOW = 9;
/** Each window is a quarter of the width of the one before: from 1/100 to about 1e-5 of the ratios, whose cubic is exact. */
const WINDOWS = 6;
/** Change of the planned ratio from one window to the next below which it is found. */
const SETTLED = 1e-11;

export function criticalRatio(
  predictor: Predictor,
  at: TokensPredictor,
  constraints: readonly Constraint[],
  fineness?: Fineness,
): CriticalRatio {
  const within = (ratios: Float64Array): Condition[] =>
    constraints.map((constraint) => withinTolerance(predictor, at, ratios, constraint));
  return criticalWhere(predictor, at.tokens, within, fineness);
}

/**
 * Crossings were interpolated between the ratios of a grid. Those of the draws beside the planned ratio are looked for again,
 * on ever finer grids around it: a plan stands on its limit, and shall not pass it by what interpolation is off.
 */
function sharpenCrossings(
  { newRun }: Predictor,
  crossings: Float64Array,
  searched: Float64Array,
  confidence: number,
  within: (ratios: Float64Array) => readonly Condition[],
): void {
  const [least, greatest] = [searched[0], searched[searched.length - 1]];
  let halfWidth = searched[1] - least;
  let before = Number.NaN;
  for (let round = 0; round < WINDOWS && crossings.length > 0; round++, halfWidth /= 4) {
    const planned = outerBound(ascending(crossings), 1 - confidence, 'lower');
    if (!(planned > least && planned < greatest) || Math.abs(planned - before) < SETTLED) return;
    before = planned;
    const low = Math.max(least, planned - halfWidth);
    const high = Math.min(greatest, planned + halfWidth);
    const ratios = Float64Array.from({ length: WINDOW }, (_, i) => low + ((high - low) * i) / (WINDOW - 1));
    const conditions = within(ratios);
    for (let k = 0; k < crossings.length; k++) {
      if (crossings[k] < low || crossings[k] > high) continue;
      // 0 where it is passed before the window, 1 where within it never is.
      const ends = conditions.map(({ evalIndex, ofDraw }) => ofDraw(k, newRun[evalIndex][k]));
      crossings[k] = Math.min(Math.max(Math.min(...ends), low), high);
    }
  }
}

/** The ratios of a search, from the lowest to the highest of the pilots. */
export function searchedRatios({ fit }: Predictor, grid = GRID): Float64Array {
  const [least, greatest] = fit.pilots.range.domainRatio;
  return Float64Array.from({ length: grid }, (_, i) => least + ((greatest - least) * i) / (grid - 1));
}

/** The loss stays within a rise over the base. */
export function withinTolerance(
  { base, target }: Predictor,
  at: TokensPredictor,
  ratios: Float64Array,
  { evalIndex, tolerance }: Constraint,
): Condition {
  const { point, draws } = at.losses(evalIndex, ratios);
  return {
    evalIndex,
    ofPoint: () => connectedEnd(point, 0, ratios, limitOf(target.base[evalIndex].loss, tolerance)),
    // The noise multiplies the loss, so dividing the limit by it is the same and leaves the curve alone.
    ofDraw: (k, noise) =>
      connectedEnd(draws, k * ratios.length, ratios, limitOf(base[evalIndex][k], tolerance) / noise),
  };
}

/**
 * The critical ratio under some conditions, all of which have to hold.
 * @param conditionsAt the conditions as they are known from the losses at some ratios
 */
export function criticalWhere(
  predictor: Predictor,
  tokens: number,
  conditionsAt: (ratios: Float64Array) => readonly Condition[],
  { grid, confidence }: Fineness = {},
): CriticalRatio {
  const { fit, count, newRun } = predictor;
  const ratios = searchedRatios(predictor, grid);
  const [least, greatest] = fit.pilots.range.domainRatio;
  const ofNewRun = new Float64Array(count).fill(1);
  const ofMean = new Float64Array(count).fill(1);
  /** Set that bounds each draw; −1 where none does. */
  const boundBy = new Int32Array(count).fill(-1);
  let pointRatio = 1;
  let pointBinding: number | undefined;
  for (const { evalIndex, ofPoint, ofDraw } of conditionsAt(ratios)) {
    const byPoint = ofPoint();
    if (byPoint < pointRatio) {
      pointRatio = byPoint;
      pointBinding = evalIndex;
    }
    for (let k = 0; k < count; k++) {
      ofMean[k] = Math.min(ofMean[k], ofDraw(k, 1));
      const noisy = ofDraw(k, newRun[evalIndex][k]);
      if (noisy < ofNewRun[k]) {
        ofNewRun[k] = noisy;
        boundBy[k] = evalIndex;
      }
    }
  }
  if (confidence !== undefined) sharpenCrossings(predictor, ofNewRun, ratios, confidence, conditionsAt);
  const binds = fit.evals.map((_, e) => boundBy.reduce((sum, each) => sum + (each === e ? 1 : 0), 0));
  const most = binds.indexOf(Math.max(...binds));
  const sortedNewRun = sortedDraws(ofNewRun);
  const sortedMean = sortedDraws(ofMean);
  return {
    tokens,
    point:
      pointRatio === 0
        ? { kind: 'none' }
        : pointRatio === 1
          ? { kind: 'all' }
          : { kind: 'at', ratio: pointRatio },
    newRun: sortedNewRun,
    mean: sortedMean,
    interval: outward(intervalOf(sortedNewRun, fit.level), least, greatest),
    meanInterval: outward(intervalOf(sortedMean, fit.level), least, greatest),
    binding: binds[most] > 0 ? most : pointBinding,
  };
}

/**
 * The ratio a plan may use with the given confidence: the (1 − confidence) quantile of the critical ratios of new
 * runs, from the safe side, within the pilots' ratios. 0 = none.
 */
export function plannedRatio(
  critical: CriticalRatio,
  confidence: number,
  [least, greatest]: readonly number[],
): number {
  if (critical.newRun.length === 0) {
    return critical.point.kind === 'none'
      ? 0
      : critical.point.kind === 'all'
        ? greatest
        : critical.point.ratio;
  }
  const bound = Math.min(outerBound(critical.newRun, 1 - confidence, 'lower'), greatest);
  return bound >= least && bound > 0 ? bound : 0;
}

/** Share of new runs that would keep the tolerance at a ratio. */
export function shareWithin(critical: CriticalRatio, ratio: number): number {
  const { newRun } = critical;
  let below = 0;
  while (below < newRun.length && newRun[below] < ratio) below++;
  return newRun.length === 0 ? Number.NaN : 1 - below / newRun.length;
}

/** The loss that a tolerance leads to. An absolute one must be in the unit of the loss, as `inUnitOf` makes it. */
export function limitOf(baseLoss: number, tolerance: Tolerance): number {
  if (tolerance.kind === 'relative') return baseLoss * (1 + tolerance.share);
  return baseLoss + (tolerance.kind === 'absolute' ? tolerance.nats : tolerance.bitsPerByte);
}

/** Draws in order, for quantiles of them; there may be none. */
export function sortedDraws(draws: Float64Array): Float64Array {
  return draws.length === 0 ? draws : ascending(draws);
}

/**
 * An interval of critical ratios whose ends are ratios that were searched, or 0 (none) and 1 (all): a quantile between two
 * draws may fall between such a code and the nearest ratio, where no crossing can lie, and is moved outwards.
 */
function outward(
  interval: readonly [number, number] | null,
  least: number,
  greatest: number,
): readonly [number, number] | null {
  if (interval === null) return null;
  const [low, high] = interval;
  return [
    low < least ? 0 : Math.min(low, low === 1 ? 1 : greatest),
    high > greatest ? 1 : high === 0 ? 0 : Math.max(high, least),
  ];
}

/** Central interval of sorted draws; null where there are none. */
export function intervalOf(sorted: Float64Array, level: number): readonly [number, number] | null {
  if (sorted.length === 0) return null;
  const tail = (1 - level) / 2;
  return [quantileOfSorted(sorted, tail), quantileOfSorted(sorted, 1 - tail)];
}

/**
 * First crossing of the limit along one curve, from the left: 0 where the curve starts above it, 1 where it never
 * passes it. Between two grid points the curve is taken as the cubic through the four around it, solved by the
 * secant method from its linear crossing.
 */
export function connectedEnd(curve: Float64Array, from: number, ratios: Float64Array, limit: number): number {
  const n = ratios.length;
  // Not <=: an unknown limit or loss is not acceptable.
  if (!(curve[from] <= limit)) return 0;
  let i = 1;
  while (i < n && curve[from + i] <= limit) i++;
  if (i === n) return 1;
  const step = ratios[i] - ratios[i - 1];
  const left = i >= 2 ? curve[from + i - 2] : 2 * curve[from + i - 1] - curve[from + i];
  const right = i + 1 < n ? curve[from + i + 1] : 2 * curve[from + i] - curve[from + i - 1];
  const a = curve[from + i - 1];
  const b = curve[from + i];
  let t = (limit - a) / (b - a);
  let low = 0;
  let high = 1;
  for (let round = 0; round < 8; round++) {
    const value = cubicThrough(left, a, b, right, t);
    if (value > limit) high = t;
    else low = t;
    const next = t - (value - limit) / (b - a);
    // At the crossing itself the step is 0 and stays on the edge of the bracket.
    t = next >= low && next <= high ? next : 0.5 * (low + high);
  }
  return ratios[i - 1] + t * step;
}

/** Lagrange's cubic through values at −1, 0, 1, 2. */
function cubicThrough(p: number, q: number, r: number, s: number, t: number): number {
  return (
    (-p * t * (t - 1) * (t - 2)) / 6 +
    (q * (t + 1) * (t - 1) * (t - 2)) / 2 -
    (r * (t + 1) * t * (t - 2)) / 2 +
    (s * (t + 1) * t * (t - 1)) / 6
  );
}
