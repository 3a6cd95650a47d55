/**
 * The critical ratio by turning point (Gu et al. 2024, arXiv 2407.17467, section 3.1): general loss has stopped rising
 * before the end of the run, and ends within 0.05 nats of its base. Along the fitted law a ratio is acceptable where
 *
 *   dL_gen/dlnD ≤ 0  or  L_gen ≤ L_base      the rise has peaked before D, or there is none,
 *   L_gen ≤ L_base + 0.05 nats               (or another rise that is accepted).
 *
 * A run that is noisy as a whole is shifted along its whole path, so noise does not move its peak; it moves where the run
 * ends. This is the paper's λ → ∞; a finite λ, which weighs domain loss in, is `weighedTurningPoint` of laws/slices.
 */
import type { FitDocument } from '../documents/fit.ts';
import { evalDataOf, selectRows } from '../fit/evalData.ts';
import { fitLaw } from '../fit/fitLaw.ts';
import { lawById } from '../laws/registry.ts';
import { criticalRatioSlice } from '../laws/slices/criticalRatio.ts';
import { cmrGeneralPath } from '../laws/slices/paths.ts';
import { type TurningPoint, turningPoint } from '../laws/slices/turningPoint.ts';
import type { Problem } from '../problems/problem.ts';
import { turningPointUndefined } from '../problems/published.ts';
import {
  type Condition,
  type Constraint,
  type CriticalRatio,
  connectedEnd,
  criticalWhere,
  type Fineness,
  withinTolerance,
} from './critical.ts';
import { type Predictor, sameSize } from './predictor.ts';

/** Rise over the base that the definition accepts at the end, in nats (section 5.1 of the paper). */
export const TURNED = { kind: 'absolute', nats: 0.05 } as const;

/** Slopes are taken over this share of the tokens to either side. */
const STEP = 1e-4;
/** Ratios and points that the paper's own fits need. */
const FEWEST = { ratios: 4, points: 4 } as const;

/** Critical ratio by turning point at a token count. Check `turningPointProblems` first. */
export function turningPointRatio(
  predictor: Predictor,
  tokens: number,
  constraints: readonly Constraint[],
  fineness?: Fineness,
): CriticalRatio {
  const at = predictor.atTokens(tokens);
  const turned = (ratios: Float64Array): Condition[] =>
    constraints.flatMap((constraint) => [
      hasTurned(predictor, tokens, ratios, constraint.evalIndex),
      withinTolerance(predictor, at, ratios, constraint),
    ]);
  return criticalWhere(predictor, tokens, turned, fineness);
}

/** General loss does not rise any more at `tokens`, or lies at or below its base. */
function hasTurned(predictor: Predictor, tokens: number, ratios: Float64Array, evalIndex: number): Condition {
  const n = ratios.length;
  const here = predictor.atTokens(tokens).losses(evalIndex, ratios);
  const before = predictor.atTokens(tokens * (1 - STEP)).losses(evalIndex, ratios);
  const after = predictor.atTokens(tokens * (1 + STEP)).losses(evalIndex, ratios);
  const least = new Float64Array(n);
  /** The slope per e-fold of tokens or the rise over the base, whichever is less: acceptable up to 0. */
  const lesser = (which: 'point' | 'draws', from: number, noise: number, base: number): number => {
    for (let i = 0; i < n; i++) {
      const slope = (after[which][from + i] - before[which][from + i]) / (2 * STEP);
      least[i] = Math.min(slope, here[which][from + i] * noise - base);
    }
    return connectedEnd(least, 0, ratios, 0);
  };
  return {
    evalIndex,
    ofPoint: () => lesser('point', 0, 1, predictor.target.base[evalIndex].loss),
    ofDraw: (k, noise) => lesser('draws', k * n, noise, predictor.base[evalIndex][k]),
  };
}

/** Why the turning point is not defined for some general sets of a fit; nothing where it is. */
export function turningPointProblems(fit: FitDocument, constraints: readonly Constraint[]): Problem[] {
  const { runs, observations } = fit.pilots;
  const used = new Set(observations.run);
  const schedules = [...new Set([...used].map((run) => runs[run].schedule))];
  const ratios = new Set([...used].map((run) => runs[run].domainRatio)).size;
  return constraints.flatMap(({ evalIndex }) => {
    const { name: set, members } = fit.evals[evalIndex];
    const monotone = members.flatMap(({ law: id, weight }) =>
      weight > 0 && lawById(id)?.promises.some(({ variable }) => variable === 'tokens') ? [id] : [],
    );
    const problems: Problem[] = [];
    if (monotone.length > 0) {
      const reason = `by ${monotone.join(' and ')} its loss moves one way in tokens, whatever the ratio`;
      const hint =
        'Fit with a law that can rise and fall (--law change-general,change-domain), or ask by --tolerance.';
      problems.push(turningPointUndefined({ set, reason, hint }));
    }
    const other = schedules.filter((schedule) => schedule !== 'constant');
    if (other.length > 0) {
      const reason = `runs have a learning rate that is ${other.join(' or ')}, and a peak in tokens needs a constant one`;
      const hint =
        'Say so in a column schedule where it was constant after warm-up; otherwise ask by --tolerance.';
      problems.push(turningPointUndefined({ set, reason, hint }));
    }
    if (ratios < FEWEST.ratios) {
      const reason = `the pilots have ${ratios} domain ratio${ratios === 1 ? '' : 's'}, and it takes ${FEWEST.ratios}`;
      problems.push(turningPointUndefined({ set, reason, hint: 'Add pilots at other ratios.' }));
    }
    return problems;
  });
}

export interface RunTurningPoint {
  readonly domainRatio: number;
  readonly turns: TurningPoint;
  /** Tokens of the longest run at this ratio: a turning point beyond them is extrapolated. */
  readonly longest: number;
}

/**
 * Turning points of the pilots of one size, ratio by ratio, by the paper's own slice in tokens and without a law across
 * ratios. Empty for a size that was not piloted; ratios whose path is too short for the slice are left out.
 */
export function turningPointsOfRuns(fit: FitDocument, evalIndex: number, params: number): RunTurningPoint[] {
  const data = evalDataOf(fit, evalIndex);
  const { params: sizes, tokens, domainRatio } = data.inputs;
  const ofSize = [...data.loss.keys()].filter((row) => sameSize(sizes[row], params));
  const ratios = [...new Set(ofSize.map((row) => domainRatio[row]))].sort((a, b) => a - b);
  return ratios.flatMap((ratio) => {
    const path = selectRows(data, (row) => sameSize(sizes[row], params) && domainRatio[row] === ratio);
    const fitted = fitLaw(cmrGeneralPath, path, new Float64Array(path.n).fill(1), SQUARED);
    if (fitted.kind !== 'fitted') return [];
    const [, rise, fall, p, q, reference] = fitted.natural;
    const turns = turningPoint([
      { slope: rise, exponent: p },
      { slope: -fall, exponent: q },
    ]);
    const longest = Math.max(...ofSize.flatMap((row) => (domainRatio[row] === ratio ? [tokens[row]] : [])));
    const counted = turns.kind === 'at' ? { kind: turns.kind, tokens: turns.tokens * reference } : turns;
    return [{ domainRatio: ratio, turns: counted, longest }];
  });
}

const SQUARED = { kind: 'squared', delta: undefined } as const;

/** R_CMR(T) = alpha·(D / unit)^s + beta through critical ratios at some token counts. */
export interface CriticalCurve {
  readonly alpha: number;
  readonly s: number;
  readonly beta: number;
  readonly unitTokens: number;
  /** Token counts that it was fitted to, least and greatest. */
  readonly tokens: readonly [number, number];
  /** Largest distance from a ratio it was fitted to. */
  readonly error: number;
}

/**
 * The paper's curve through critical ratios at one size; null where fewer than four are between none and all, where they
 * do not rise, or where the fit does not settle.
 */
export function criticalCurve(
  points: readonly { readonly tokens: number; readonly point: CriticalRatio['point'] }[],
  params: number,
): CriticalCurve | null {
  const found = points.flatMap(({ tokens, point }) =>
    point.kind === 'at' ? [{ tokens, ratio: point.ratio }] : [],
  );
  if (found.length < FEWEST.points) return null;
  const n = found.length;
  const fill = (value: number): Float64Array => new Float64Array(n).fill(value);
  const data = {
    name: 'critical ratio',
    role: 'general',
    unit: 'nats',
    n,
    inputs: {
      n,
      params: fill(params),
      tokens: Float64Array.from(found, ({ tokens }) => tokens),
      domainRatio: fill(0),
      baseLoss: fill(Number.NaN),
    },
    loss: Float64Array.from(found, ({ ratio }) => ratio),
    run: Int32Array.from(found.keys()),
    base: new Int32Array(n),
  } as const;
  const fitted = fitLaw(criticalRatioSlice, data, fill(1), SQUARED);
  if (fitted.kind !== 'fitted') return null;
  const [b, a, s, unitTokens] = fitted.natural;
  if (!(a > 0) || s === 0) return null;
  return {
    alpha: a / s,
    s,
    beta: b - a / s,
    unitTokens,
    tokens: [Math.min(...data.inputs.tokens), Math.max(...data.inputs.tokens)],
    error: Math.max(...fitted.residual.map(Math.abs)),
  };
}
