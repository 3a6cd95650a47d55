/** The charts of a report, in the order in which they are told. */
import { budgetChart } from '../charts/budget.ts';
import type { Chart } from '../charts/chart.ts';
import { criticalRatioChart } from '../charts/criticalRatio.ts';
import { lawsChart } from '../charts/laws.ts';
import { lossAgainstRatio } from '../charts/lossAgainstRatio.ts';
import { publishedCurveChart, publishedEvidenceChart } from '../charts/published.ts';
import { reachChart } from '../charts/reach.ts';
import { repeatsChart } from '../charts/repeats.ts';
import { residualsChart } from '../charts/residuals.ts';
import { runsChart } from '../charts/runs.ts';
import { tradeOffChart } from '../charts/tradeOff.ts';
import { trajectoryChart } from '../charts/trajectory.ts';
import type { ExplanationDocument } from '../documents/explanation.ts';
import type { FitDocument } from '../documents/fit.ts';
import type { PlanDocument } from '../documents/plan.ts';
import type { UnpilotedPlanDocument } from '../documents/unpiloted.ts';
import { explainedResiduals } from '../mixture/explanation.ts';
import { type PlanEvidence, runsEvidence } from './evidence.ts';

/** Charts by the part of a report that they stand in. */
export interface PlanCharts {
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

/** What a plan shows with its fit; without it, what it shows alone. */
export function planCharts(
  plan: PlanDocument,
  from: { readonly fit: FitDocument; readonly evidence: PlanEvidence } | undefined,
): PlanCharts {
  const shown = (charts: readonly (Chart | undefined)[]): Chart[] =>
    charts.filter((chart) => chart !== undefined);
  return {
    tradeOff: from === undefined ? undefined : tradeOffChart(plan, from.evidence.ratios),
    ratios:
      from === undefined
        ? []
        : shown([
            lossAgainstRatio(from.evidence.ratios),
            criticalRatioChart(from.evidence.againstTokens),
            from.evidence.againstSize && criticalRatioChart(from.evidence.againstSize),
          ]),
    budget: shown([budgetChart(plan), repeatsChart(plan)]),
    trajectory: trajectoryChart(plan),
    fit:
      from === undefined
        ? undefined
        : fitCharts(from.fit, {
            params: plan.model.params,
            tokens: plan.runs[0].tokens,
            times: plan.extrapolation,
          }),
  };
}

export function fitCharts(
  fit: FitDocument,
  plan?: Parameters<typeof reachChart>[1],
  residuals: ExplanationDocument['residuals'] = explainedResiduals(fit),
): FitCharts {
  const laws = lawsChart(fit);
  return {
    reach: reachChart(fit, plan),
    runs: runsEvidence(fit).map(runsChart),
    laws: laws === undefined ? [] : [laws],
    residuals: residuals.map(residualsChart),
  };
}

export const unpilotedChart = (plan: UnpilotedPlanDocument): Chart =>
  plan.basis === 'publishedCurve' ? publishedCurveChart(plan) : publishedEvidenceChart(plan);

/** All of them, in order. */
export function allCharts({ tradeOff, ratios, budget, trajectory, fit }: PlanCharts): Chart[] {
  return [
    ...(tradeOff === undefined ? [] : [tradeOff]),
    ...ratios,
    ...budget,
    ...(fit === undefined ? [] : [fit.reach]),
    trajectory,
    ...(fit === undefined ? [] : chartsOfFit(fit)),
  ];
}

export const chartsOfFit = ({ runs, laws, residuals }: FitCharts): Chart[] => [
  ...runs,
  ...laws,
  ...residuals,
];
