/** The run of a plan, out of a table of what was logged so far. */
import type { PlanDocument } from '../documents/plan.ts';
import { sameSize } from '../mixture/predictor.ts';
import { type Problem, Refusal } from '../problems/problem.ts';
import {
  baseOfAnotherModel,
  noSetOfPlan,
  otherRunThanPlanned,
  otherUnitThanPlanned,
  setsNotOfPlan,
  watchedRunUnknown,
  watchNeedsRun,
} from '../problems/watch.ts';
import type { RunInfo, Runs } from '../runs/runs.ts';

/** One evaluation of a run. */
export interface Evaluation {
  readonly tokens: number;
  /** By set; sets that were not evaluated there are absent. */
  readonly losses: Readonly<Record<string, number>>;
}

export interface RunSoFar {
  readonly name: string;
  /** By tokens, on the sets of the plan alone. */
  readonly evaluations: readonly Evaluation[];
  /** Sets of the plan that the table has. */
  readonly sets: readonly string[];
  /** Tokens of a batch at its newest evaluation; 0 where the table does not tell. */
  readonly batchTokens: number;
  /** Losses of the base model that the table has, by set. */
  readonly base: Readonly<Record<string, number>>;
  readonly problems: readonly Problem[];
}

/** Logged shares and those of a plan may differ by rounding, and by whole sequences in a batch. */
const SAME_RATIO = 0.005;
/** Evaluations of one base model on one set agree to this share of the loss. */
const SAME_BASE = 0.01;

/** Throws a `Refusal` where the table does not have the run, or has another one than was planned. */
export function runSoFar(runs: Runs, plan: PlanDocument, name: string | undefined): RunSoFar {
  const at = chosenRun(runs, plan, name);
  const info = runs.runs[at];
  const known = Object.keys(plan.predicted);
  const columns = runs.evals.filter((each) => known.includes(each.name));
  const faults = [
    ...differences(info, plan),
    ...columns.flatMap(({ name: set, unit }) =>
      unit === plan.units[set] ? [] : [otherUnitThanPlanned({ set, unit, planned: plan.units[set] })],
    ),
    ...(columns.length === 0 ? [noSetOfPlan({ found: runs.evals.map((each) => each.name), known })] : []),
  ];
  if (faults.length > 0) throw new Refusal(faults);
  const rows = [...runs.run.keys()].filter((row) => runs.run[row] === at);
  const evaluations = rows.map((row) => ({
    tokens: runs.tokens[row],
    losses: Object.fromEntries(
      columns.flatMap(({ name: set, loss }) => (Number.isNaN(loss[row]) ? [] : [[set, loss[row]]])),
    ),
  }));
  const others = runs.evals.filter((each) => !known.includes(each.name)).map((each) => each.name);
  const base = Object.fromEntries(
    columns.flatMap(({ name: set }) => {
      const loss = runs.bases[info.base].loss[runs.evals.findIndex((each) => each.name === set)];
      return Number.isNaN(loss) ? [] : [[set, loss]];
    }),
  );
  return {
    name: info.id,
    evaluations: evaluations.filter(({ losses }) => Object.keys(losses).length > 0),
    sets: columns.map((each) => each.name),
    batchTokens: runs.columns.batch_tokens?.[rows[rows.length - 1]] || 0,
    base,
    problems: [...(others.length === 0 ? [] : [setsNotOfPlan({ sets: others })]), ...otherBase(base, plan)],
  };
}

function chosenRun({ runs }: Runs, plan: PlanDocument, name: string | undefined): number {
  const names = runs.map(({ id }) => id);
  if (name !== undefined) {
    const at = names.indexOf(name);
    if (at < 0) throw new Refusal([watchedRunUnknown({ run: name, runs: names })]);
    return at;
  }
  if (names.length === 1) return 0;
  const planned = names.indexOf(plan.runs[0].name);
  if (planned >= 0) return planned;
  throw new Refusal([watchNeedsRun({ runs: names })]);
}

function differences({ id, params, domainRatio }: RunInfo, plan: PlanDocument): Problem[] {
  const ratio = plan.runs[0].phases[0].domainRatio;
  return [
    ...(sameSize(params, plan.model.params)
      ? []
      : [otherRunThanPlanned({ run: id, what: 'parameters', found: params, planned: plan.model.params })]),
    ...(Math.abs(domainRatio - ratio) <= SAME_RATIO
      ? []
      : [otherRunThanPlanned({ run: id, what: 'domain ratio', found: domainRatio, planned: ratio })]),
  ];
}

/** A base model that evaluates otherwise than the plan was told: another model, another text, another unit. */
function otherBase(base: RunSoFar['base'], plan: PlanDocument): Problem[] {
  return Object.entries(base).flatMap(([set, found]) => {
    const { loss, source } = plan.base[set];
    return source === 'assumed' || Math.abs(found / loss - 1) <= SAME_BASE
      ? []
      : [baseOfAnotherModel({ set, found, planned: loss })];
  });
}
