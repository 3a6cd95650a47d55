/**
 * The loss of the target's base model, which every tolerance is counted from: given by the user, measured because the
 * target is one of the piloted bases, or, only when told to, assumed from a size law over the other bases.
 */
import type { FitDocument } from '../documents/fit.ts';
import { baseLossAssumed, baseLossUnknown, baseLossUnlikely } from '../problems/plan.ts';
import { type Problem, Refusal } from '../problems/problem.ts';
import { studentTQuantile } from '../stats/distributions.ts';
import { sameSize } from './predictor.ts';
import type { BaseLoss } from './scenario.ts';

/** Beyond what the bases show, a size law is trusted to 1% of the loss per e-fold of size. Assumed. */
const DRIFT_PER_EFOLD = 0.01;

/**
 * One base loss per set of the fit.
 * @param given losses named by the user, by set
 * @param assumeFromSizes whether a size law may stand in
 */
export function baseLosses(
  fit: FitDocument,
  params: number,
  given: Readonly<Record<string, number>>,
  assumeFromSizes: boolean,
): BaseLoss[] {
  return fit.evals.map(({ name }) => {
    if (given[name] !== undefined) return { loss: given[name], source: 'given', sd: 0 };
    const known = knownBases(fit, name);
    const same = known.filter((base) => sameSize(base.params, params));
    if (same.length > 0) {
      return { loss: same.reduce((sum, { loss }) => sum + loss, 0) / same.length, source: 'measured', sd: 0 };
    }
    if (assumeFromSizes && known.length >= 2) return { ...sizeLaw(known, params), source: 'assumed' };
    return { loss: Number.NaN, source: 'unknown', sd: 0 };
  });
}

/** Bases of other sizes seldom differ by more than these factors; a given loss beyond them is asked about. Assumed. */
const UNLIKELY = { below: 0.6, above: 1.25 } as const;
/** Two evaluations of one base on one set agree to this share of the loss. Assumed. */
const SAME_BASE = 0.02;

/**
 * Warnings about base losses that are assumed, or given and far from what the pilots started from. Throws a `Refusal`
 * naming every set whose base loss is not known although changes are counted from it.
 * @param needed whether an answer counts from the base loss of this set; all are needed unless said
 * @param several whether other sizes are asked for beside this one
 */
export function baseLossProblems(
  fit: FitDocument,
  params: number,
  base: readonly BaseLoss[],
  assumeFromSizes: boolean,
  needed: (evalIndex: number) => boolean = () => true,
  several = false,
): Problem[] {
  const unknown = base.flatMap(({ source }, e) => {
    if (source !== 'unknown' || !needed(e)) return [];
    const canAssume = !assumeFromSizes && knownBases(fit, fit.evals[e].name).length >= 2;
    return [baseLossUnknown({ set: fit.evals[e].name, params, canAssume, several })];
  });
  if (unknown.length > 0) throw new Refusal(unknown);
  return base.flatMap(({ source, loss, sd }, e) => {
    const { name: set } = fit.evals[e];
    if (source === 'assumed') return needed(e) ? [baseLossAssumed({ set, params, loss, sd, several })] : [];
    return source === 'given' ? unlikely(fit, params, set, loss) : [];
  });
}

function unlikely(fit: FitDocument, params: number, set: string, loss: number): Problem[] {
  const known = knownBases(fit, set);
  if (known.length === 0) return [];
  const same = known.filter((base) => sameSize(base.params, params));
  const losses = (same.length > 0 ? same : known).map((base) => base.loss);
  const least = Math.min(...losses);
  const greatest = Math.max(...losses);
  const { below, above } = same.length > 0 ? { below: 1 - SAME_BASE, above: 1 + SAME_BASE } : UNLIKELY;
  return loss < below * least || loss > above * greatest
    ? [baseLossUnlikely({ set, loss, least, greatest })]
    : [];
}

/** Sizes and losses of the piloted bases that were evaluated on a set. */
function knownBases(fit: FitDocument, set: string): { params: number; loss: number }[] {
  return fit.pilots.bases.flatMap(({ params, loss }) => {
    const known = loss[set];
    return known === null || known === undefined ? [] : [{ params, loss: known }];
  });
}

/**
 * ln loss linear in ln params, by least squares over the bases, each of another architecture and data order. Its
 * standard deviation joins the scatter about the line (widened for its few degrees of freedom) with a drift that
 * grows with the distance from the bases, since a power law without a floor bends sooner or later.
 */
function sizeLaw(
  bases: readonly { params: number; loss: number }[],
  params: number,
): { loss: number; sd: number } {
  const n = bases.length;
  const x = bases.map((base) => Math.log(base.params));
  const y = bases.map((base) => Math.log(base.loss));
  const middle = x.reduce((a, b) => a + b, 0) / n;
  const level = y.reduce((a, b) => a + b, 0) / n;
  const spread = x.reduce((sum, each) => sum + (each - middle) ** 2, 0);
  const slope =
    spread > 0 ? x.reduce((sum, each, i) => sum + (each - middle) * (y[i] - level), 0) / spread : 0;
  const at = Math.log(params);
  const loss = Math.exp(level + slope * (at - middle));
  const squares = x.reduce((sum, each, i) => sum + (y[i] - level - slope * (each - middle)) ** 2, 0);
  const freedom = n - 2;
  const leverage = 1 + 1 / n + (spread > 0 ? (at - middle) ** 2 / spread : 0);
  // Quantiles of Student's t brought to the scale of a normal at 90%, the level intervals are read at.
  const scatter =
    freedom > 0
      ? Math.sqrt((squares / freedom) * leverage) * (studentTQuantile(0.95, freedom) / 1.6448536269514722)
      : 0;
  const beyond =
    Math.max(Math.max(...x), at) - Math.max(...x) + Math.min(...x) - Math.min(Math.min(...x), at);
  return { loss, sd: loss * Math.hypot(scatter, DRIFT_PER_EFOLD * beyond) };
}
