/** The charts of a report, in the order in which they are told. */
import { budgetChart } from '../charts/budget.ts';
import type { Chart } from '../charts/chart.ts';
import { criticalRatioChart } from '../charts/criticalRatio.ts';
import { lawsChart } from '../charts/laws.ts';
import { lossAgainstRatio } from '../charts/lossAgainstRatio.ts';
import { publishedCurveChart, publishedEvidenceChart } from '../charts/published.ts';
import { reachChart } from '../charts/reach.ts';
import { repeatsChart } from '../charts/repeats.ts';
import { residualsChart, residualsChartId } from '../charts/residuals.ts';
import { runsChart, runsChartId } from '../charts/runs.ts';
import { tradeOffChart } from '../charts/tradeOff.ts';
import { trajectoryChart } from '../charts/trajectory.ts';
import type { FitDocument } from '../documents/fit.ts';
import type { PlanDocument } from '../documents/plan.ts';
import type { UnpilotedPlanDocument } from '../documents/unpiloted.ts';
import type { WatchDocument } from '../documents/watch.ts';
import { residualsOf } from '../mixture/explanation.ts';
import { type PlanEvidence, runsEvidence } from './evidence.ts';

/** The charts of a plan, for users of the library. */
export interface PlanCharts {
  /** Undefined without the fit of the plan. */
  readonly tradeOff: Chart | undefined;
  readonly ratios: readonly Chart[];
  readonly budget: readonly Chart[];
  readonly trajectory: Chart;
  readonly fit: FitCharts | undefined;
}

export interface FitCharts {
  readonly reach: Chart;
  readonly runs: readonly Chart[];
  readonly laws: readonly Chart[];
  readonly residuals: readonly Chart[];
}

/** The fit that a plan names, with what it draws; undefined where it is not at hand. */
export type FitOfPlan = { readonly fit: FitDocument; readonly evidence: PlanEvidence } | undefined;

/**
 * What a plan shows with its fit; without it, what it shows alone.
 * @param watched the verdict on the run that carries it out, drawn over its predicted path
 */
export function planCharts(plan: PlanDocument, from: FitOfPlan, watched?: WatchDocument): PlanCharts {
  const { tradeOff, ratios, budget, repeats, trajectory, ...ofFit } = chartsOfPlan(plan, from, { watched });
  return {
    tradeOff: tradeOff[0],
    ratios,
    budget: [...budget, ...repeats],
    trajectory: trajectory[0],
    fit: from && { ...ofFit, reach: ofFit.reach[0] },
  };
}

export function fitCharts(fit: FitDocument, plan?: Parameters<typeof reachChart>[1]): FitCharts {
  const { reach, ...others } = chartsOfFit(fit, plan);
  return { ...others, reach: reach[0] };
}

/** Charts by the part of a report that they stand in; the parts of a fit are empty without it. */
type ByPart<Parts extends string> = { readonly [Part in Parts]: readonly Chart[] };
export type ChartsOfFit = ByPart<'reach' | 'runs' | 'laws' | 'residuals'>;
export type ChartsOfPlan = ChartsOfFit & ByPart<'tradeOff' | 'ratios' | 'budget' | 'repeats' | 'trajectory'>;

/** Whether the chart of an id is wanted: nothing is computed for the others. */
export type Wanted = (id: string) => boolean;

export interface PlanShown {
  readonly wanted?: Wanted | undefined;
  /** The verdict on the run that carries out the plan. */
  readonly watched?: WatchDocument | undefined;
}

export function chartsOfPlan(
  plan: PlanDocument,
  from: FitOfPlan,
  { wanted, watched }: PlanShown = {},
): ChartsOfPlan {
  const alone = {
    budget: made('budget', () => budgetChart(plan), wanted),
    repeats: made('repeats', () => repeatsChart(plan), wanted),
    trajectory: made('trajectory', () => trajectoryChart(plan, watched), wanted),
  };
  if (from === undefined)
    return { tradeOff: [], ratios: [], ...alone, reach: [], runs: [], laws: [], residuals: [] };
  const { fit, evidence } = from;
  const againstSize = (): Chart | undefined =>
    evidence.againstSize && criticalRatioChart(evidence.againstSize);
  const { params } = plan.model;
  const { tokens } = plan.runs[0];
  return {
    tradeOff: made('trade-off', () => tradeOffChart(plan, evidence.ratios), wanted),
    ratios: [
      ...made('loss-against-ratio', () => lossAgainstRatio(evidence.ratios), wanted),
      ...made('critical-against-tokens', () => criticalRatioChart(evidence.againstTokens), wanted),
      ...made('critical-against-size', againstSize, wanted),
    ],
    ...alone,
    ...chartsOfFit(fit, { params, tokens, times: plan.extrapolation }, wanted),
  };
}

export function chartsOfFit(
  fit: FitDocument,
  plan?: Parameters<typeof reachChart>[1],
  wanted?: Wanted,
): ChartsOfFit {
  return {
    reach: made('reach', () => reachChart(fit, plan), wanted),
    runs: fit.evals.flatMap(({ name }, e) =>
      made(runsChartId(name), () => runsChart(runsEvidence(fit, e)), wanted),
    ),
    laws: made('laws', () => lawsChart(fit), wanted),
    residuals: fit.evals.flatMap(({ name }, e) =>
      made(residualsChartId(name), () => residualsChart(residualsOf(fit, e)), wanted),
    ),
  };
}

export const unpilotedChart = (plan: UnpilotedPlanDocument): Chart =>
  plan.basis === 'publishedCurve' ? publishedCurveChart(plan) : publishedEvidenceChart(plan);

/** The chart where it is wanted and there is one. */
function made(id: string, make: () => Chart | undefined, wanted: Wanted = () => true): Chart[] {
  const chart = wanted(id) ? make() : undefined;
  return chart === undefined ? [] : [chart];
}
