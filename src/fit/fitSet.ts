/**
 * One evaluation set, up to its draws: every law that can model it, the competition out of sample, the noise around the
 * laws, and how far they drift beyond the pilots.
 */
import { round10 } from '../documents/canonical.ts';
import type { FitEval, FitMember } from '../documents/fit.ts';
import type { Law } from '../laws/law.ts';
import { knowsMixture, lawsFor } from '../laws/registry.ts';
import { atBound, brokenPromise, fewAgree, lawDrifts, noiseAssumed, noLawFits } from '../problems/fit.ts';
import { type Problem, Refusal } from '../problems/problem.ts';
import { repeatGroups } from '../runs/noise.ts';
import type { Runs } from '../runs/runs.ts';
import {
  type Discrepancy,
  type DiscrepancyDirection,
  estimateDiscrepancy,
  NO_DISCREPANCY,
} from './discrepancy.ts';
import { type EvalData, evalData } from './evalData.ts';
import { type FittedLaw, fitLaw, freeParameters, type LawFit, robustScale, sensitivities } from './fitLaw.ts';
import { type HoldoutError, holdoutErrors } from './holdout.ts';
import { lawWeights } from './lawWeights.ts';
import { estimateNoise, type NoiseModel, runWeights } from './noise.ts';
import type { ObjectiveChoice } from './objective.ts';
import { boxOf } from './pilots.ts';
import { brokenPromises } from './promises.ts';

/** A law that errs more than on this share of simulated pilots, which is all of them, is said to drift. */
const SURPRISING = 0.995;
/** Weight of a law that most draws stem from. */
const MAIN = 0.5;

/** What of the options of a fit decides its point estimates. */
export interface SetOptions {
  readonly objective: ObjectiveChoice;
  /** Laws to try; undefined = all that can model a set's role. */
  readonly laws: readonly Law[] | undefined;
  readonly seed: number;
}

/** One evaluation set, fitted: what its draws are made from, and its part of the document. */
export interface SetFit {
  readonly data: EvalData;
  /** Factor on each row's loss, from the effective number of observations of its run. */
  readonly weight: Float64Array;
  readonly noise: NoiseModel;
  /** In the order of the members of the document, best first. */
  readonly fitted: readonly FittedLaw[];
  /** Without intervals of parameters, which come from draws. */
  readonly document: FitEval;
  readonly problems: readonly Problem[];
}

/** Fits one evaluation set. Throws a `Refusal` (exit 1) where no law can be fitted that knows the mixture. */
export function fitSet(runs: Runs, index: number, { objective, laws: asked, seed }: SetOptions): SetFit {
  const data = evalData(runs, index);
  const laws = lawsFor(data.role).filter((law) => asked === undefined || asked.includes(law));
  const even = new Float64Array(data.n).fill(1);
  const first = laws.map((law) => fitLaw(law, data, even, objective));
  const notFitted = first.flatMap((fit) => (fit.kind === 'fitted' ? [] : [reasonOf(fit)]));
  const usable = first.filter((fit) => fit.kind === 'fitted');
  // A law that knows no mixture is a yardstick beside the others; alone it would answer for all ratios alike.
  const contends = usable.map(({ law }) => asked !== undefined || knowsMixture(law));
  if (!contends.includes(true)) throw new Refusal([noLawFits({ set: data.name, reasons: notFitted })], 1);

  const holdouts = usable.map((fit) => holdoutErrors(fit, data, even));
  const lawWeight = lawWeights(holdouts, contends);
  const order = [...usable.keys()].sort((a, b) => lawWeight[b] - lawWeight[a] || a - b);
  const best = usable[order[0]];
  const noise = estimateNoise(data, best.residual, sensitivities(best, data), repeatGroups(runs));
  const weight = runWeights(data, noise);
  const uneven = weight.some((w) => Math.abs(w - 1) > 1e-9);
  const fitted = order.map((at) => {
    const again = uneven ? fitLaw(usable[at].law, data, weight, objective) : usable[at];
    return again.kind === 'fitted' ? again : usable[at];
  });

  const box = boxOf(runs);
  const drift = (fit: FittedLaw, direction: DiscrepancyDirection) =>
    rounded(estimateDiscrepancy(fit, data, weight, noise, direction, seed));
  const members = fitted.map((fit, rank) => {
    const at = order[rank];
    const counts = lawWeight[at] > 0;
    return memberOf(fit, weight, lawWeight[at], holdouts[at], brokenPromises(fit, data.role, box), {
      tokens: counts ? drift(fit, 'tokens') : rounded(NO_DISCREPANCY),
      params: counts ? drift(fit, 'params') : rounded(NO_DISCREPANCY),
    });
  });
  const { name, role, unit } = data;
  return {
    data,
    weight,
    noise,
    fitted,
    document: { name, role, unit, noise: { ...noise }, members, notFitted },
    problems: remarks(name, members, noise),
  };
}

function reasonOf(fit: Exclude<LawFit, FittedLaw>): FitEval['notFitted'][number] {
  const reason = fit.kind === 'notConverged' ? fit.reason : `needs ${fit.missing.join(', ')}`;
  return { law: fit.law.id, reason };
}

function rounded({ perEfold, byRatio, surprise }: Discrepancy): FitMember['discrepancy']['tokens'] {
  return {
    perEfold: round10(perEfold),
    byRatio: byRatio.map((each) => ({ ratio: each.ratio, perEfold: round10(each.perEfold) })),
    surprise,
  };
}

/** What people should know about the laws that count. */
function remarks(set: string, members: readonly FitMember[], noise: NoiseModel): Problem[] {
  const problems: Problem[] = [];
  for (const { law, weight, parameters, discrepancy, brokenPromises: broken, starts } of members) {
    if (weight === 0) continue;
    if (weight >= MAIN) for (const trend of broken) problems.push(brokenPromise({ law, set, trend }));
    const stuck = parameters.filter((parameter) => parameter.atBound !== null).map(({ name }) => name);
    if (stuck.length > 0) problems.push(atBound({ law, set, parameters: stuck }));
    for (const direction of ['tokens', 'params'] as const) {
      const { surprise, perEfold } = discrepancy[direction];
      if (surprise >= SURPRISING && weight >= MAIN)
        problems.push(lawDrifts({ law, set, direction, perEfold }));
    }
    const { tried, agreeing } = starts;
    if (tried > 2 && agreeing === 1) problems.push(fewAgree({ law, set, tried, agreeing }));
  }
  if (noise.priorShare > 0.5) {
    problems.push(noiseAssumed({ set, share: noise.priorShare, runNoise: noise.run }));
  }
  return problems;
}

function memberOf(
  fit: FittedLaw,
  weight: Float64Array,
  lawWeight: number,
  holdout: readonly HoldoutError[],
  broken: readonly string[],
  discrepancy: FitMember['discrepancy'],
): FitMember {
  return {
    law: fit.law.id,
    formula: fit.law.formula,
    parameters: fit.law.parameters.map(({ name, unit, pinned }, k) => ({
      name,
      value: fit.natural[k],
      unit,
      interval: null,
      atBound:
        pinned !== undefined || fit.active[k] === 0
          ? null
          : fit.active[k] < 0
            ? ('lower' as const)
            : ('upper' as const),
      pinned: pinned !== undefined,
    })),
    objective: { ...fit.objective, value: fit.value },
    starts: { ...fit.starts },
    weight: lawWeight,
    holdout: holdout.map((each) => ({ ...each, left: { ...each.left } })),
    residualScale: robustScale(fit.residual, weight, freeParameters(fit.law)),
    discrepancy,
    brokenPromises: [...broken],
  };
}
