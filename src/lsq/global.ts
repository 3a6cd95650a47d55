/**
 * When the solve from somebody's start ends in a doubtful place: a seeded search around it.
 *
 * A local solution is doubted for one of three reasons: it did not converge; a combination of parameters has no
 * effect there (one has run away to where the model ignores it); or a parameter changed its sign, which for models
 * with mirrored optima (a peak's width and height) is an equal fit that means something else. A changed sign costs
 * one more solve that keeps the signs of the start. The other two start a search: quasi-random points around the
 * start, each given a few steps, the better quarter a few more, and the best of those solved to the end
 * (successive halving, Jamieson and Talwalkar 2016). The steps solve for linear parameters by themselves, so the
 * search has to hit the basin in the nonlinear ones only.
 */
import { covarianceOf } from './covariance.ts';
import type { Bounds, ResidualProblem } from './problem.ts';
import { type Solution, type SolveOptions, solve } from './solve.ts';
import { stopMeanings } from './stop.ts';
import { createWorkspace } from './workspace.ts';

export type Doubt = 'notConverged' | 'notIdentifiable' | 'signsChanged';

export type Search =
  /** The solve from the start gave no reason for doubt. */
  | { readonly kind: 'notNeeded' }
  /** Another place was better, or as good with the signs of the start. */
  | { readonly kind: 'replaced'; readonly doubt: Doubt; readonly solves: number }
  /** Nothing better was found. */
  | { readonly kind: 'kept'; readonly doubt: Doubt; readonly solves: number };

export interface GlobalOptions extends SolveOptions {
  /** Seed of the search, a whole number from 0 to 1e9. Default 1. */
  readonly seed?: number;
}

export interface GlobalSolution extends Solution {
  readonly search: Search;
}

const CANDIDATES = 64;
/** Evaluations each candidate gets before the better quarter goes on. */
const STAGES = [10, 40] as const;
const FINALISTS = 4;
/** How far unbounded candidates lie from the start: so many powers of ten up and down. */
const DECADES = 2;
/** Part of the candidates with the other sign, for each unbounded parameter. */
const OTHER_SIGN = 0.25;
/** Objectives that agree to this part count as equal. */
const EQUAL = 1e-9;

/** `solve`, and where its answer is doubtful a search for a better one. Equal seeds give equal answers. */
export function solveGlobally(
  problem: ResidualProblem,
  start: ArrayLike<number>,
  options: GlobalOptions = {},
): GlobalSolution {
  const workspace = options.workspace ?? createWorkspace(problem.n, problem.m);
  const local = solve(problem, start, { ...options, workspace });
  const doubt = doubtOf(problem, start, local, options);
  if (doubt === undefined) return { ...local, search: { kind: 'notNeeded' } };

  if (doubt === 'signsChanged') {
    const twin = solve(problem, start, { ...options, workspace, bounds: orthantOf(start, options.bounds) });
    // At a bound that only keeps the sign it is no optimum of the problem that was asked.
    const asGood =
      isSuccess(twin) && twin.objective <= local.objective * (1 + EQUAL) && restsAlike(twin, local);
    if (asGood) return { ...twin, search: { kind: 'replaced', doubt, solves: 2 } };
    return { ...local, search: { kind: 'kept', doubt, solves: 2 } };
  }

  let solves = 1;
  let pool = candidatesAround(start, options.bounds, options.seed ?? 1);
  for (const maxEvaluations of STAGES) {
    const stage = pool.map((x) => solve(problem, x, { ...options, workspace, maxEvaluations }));
    solves += stage.length;
    pool = byObjective(stage)
      .slice(0, Math.ceil(stage.length / 4))
      .map((solution) => solution.x);
  }
  const finals = pool.slice(0, FINALISTS).map((x) => solve(problem, x, { ...options, workspace }));
  solves += finals.length;
  const found = byObjective(finals).find(isSuccess);
  const better =
    found !== undefined &&
    (found.objective < local.objective * (1 - EQUAL) ||
      (!isSuccess(local) && found.objective <= local.objective));
  if (better) return { ...found, search: { kind: 'replaced', doubt, solves } };
  return { ...local, search: { kind: 'kept', doubt, solves } };
}

function doubtOf(
  problem: ResidualProblem,
  start: ArrayLike<number>,
  local: Solution,
  options: SolveOptions,
): Doubt | undefined {
  if (!isSuccess(local)) return 'notConverged';
  if (covarianceOf(problem, local.x, local.active, options).kind === 'notIdentifiable')
    return 'notIdentifiable';
  return local.x.some((value, k) => value * start[k] < 0) ? 'signsChanged' : undefined;
}

function isSuccess(solution: Solution): boolean {
  return stopMeanings[solution.stop.kind].success;
}

function byObjective(solutions: readonly Solution[]): Solution[] {
  const finite = solutions.filter((solution) => Number.isFinite(solution.objective));
  return finite.sort((a, b) => a.objective - b.objective);
}

function restsAlike(a: Solution, b: Solution): boolean {
  return a.active.every((side, k) => side === b.active[k]);
}

/** The bounds, cut to the signs of the start. */
function orthantOf(start: ArrayLike<number>, bounds: Bounds | undefined): Bounds {
  return {
    lower: Float64Array.from(start, (value, k) =>
      Math.max(bounds?.lower[k] ?? -Infinity, value > 0 ? 0 : -Infinity),
    ),
    upper: Float64Array.from(start, (value, k) =>
      Math.min(bounds?.upper[k] ?? Infinity, value < 0 ? 0 : Infinity),
    ),
  };
}

/**
 * Low-discrepancy points (Kronecker sequence on powers of 1/g, g the root of g^(m+1) = g + 1, the generalised
 * golden ratio; each seed takes its own stretch), spread around the start or over the box.
 */
function candidatesAround(
  start: ArrayLike<number>,
  bounds: Bounds | undefined,
  seed: number,
): Float64Array[] {
  const m = start.length;
  let golden = 1.5;
  for (let iteration = 0; iteration < 60; iteration++) golden = (1 + golden) ** (1 / (m + 1));
  return Array.from({ length: CANDIDATES }, (_, j) =>
    Float64Array.from(start, (value, k) => {
      const u = ((seed * CANDIDATES + j + 0.5) * golden ** -(k + 1)) % 1;
      return spread(u, value, bounds?.lower[k] ?? -Infinity, bounds?.upper[k] ?? Infinity);
    }),
  );
}

/** One coordinate of a candidate from u in [0, 1). */
function spread(u: number, start: number, lower: number, upper: number): number {
  if (lower > -Infinity && upper < Infinity) {
    // Over a box of one sign that spans powers of ten evenly in the logarithm, else evenly.
    return lower > 0 && upper > 10 * lower ? lower * (upper / lower) ** u : lower + u * (upper - lower);
  }
  const flipped = u < OTHER_SIGN;
  const v = flipped ? u / OTHER_SIGN : (u - OTHER_SIGN) / (1 - OTHER_SIGN);
  const size = (start || 1) * 10 ** (DECADES * (2 * v - 1));
  const value = flipped ? -size : size;
  // A point beyond the one bound there is goes as far to its other side.
  return value < lower ? 2 * lower - value : value > upper ? 2 * upper - value : value;
}
