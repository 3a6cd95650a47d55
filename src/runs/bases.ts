/** Base models: the rows at tokens = 0, averaged per base, with a word where they disagree or are missing. */
import { baseMissing, basesDisagree } from '../problems/runs.ts';
import type { EvalSpec } from './evals.ts';
import { evaluationNoise } from './noise.ts';
import { byNumber, byText, groupBy } from './order.ts';
import type { Row } from './rows.ts';
import type { RunFacts } from './runFacts.ts';
import type { BaseInfo, Runs } from './runs.ts';
import type { Report } from './table.ts';

/**
 * Without an estimate of evaluation noise, evaluations of one base may differ by this part of the loss: the
 * same model on the same text differs by rounding only, and losses are logged to three digits or more.
 */
const ROUNDING = 1e-3;
/** A difference of two evaluations beyond this many of its standard deviations is no noise. */
const STANDARD_DEVIATIONS = 3;

/** All bases of the runs, by size and then by name. */
export function gatherBases(facts: readonly RunFacts[], evals: readonly EvalSpec[]): BaseInfo[] {
  const bases = [...groupBy(facts, ({ base }) => base)].map(([id, group]): BaseInfo => {
    const rows = baseRows(group).filter(({ losses }) => losses.some((loss) => !Number.isNaN(loss)));
    return {
      id,
      params: group.find(({ params }) => !Number.isNaN(params))?.params ?? Number.NaN,
      loss: evals.map((_, index) => mean(rows.map(({ losses }) => losses[index]))),
      rows: rows.length,
    };
  });
  return bases.sort((a, b) => byNumber(a.params, b.params) || byText(a.id, b.id));
}

const baseRows = (group: readonly RunFacts[]): Row[] =>
  group.flatMap(({ rows }) => rows.filter(({ tokens }) => tokens === 0));

/** Mean of the values that are there; exact for equal values and the same in whatever order they come. */
function mean(values: readonly number[]): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort(byNumber);
  if (sorted.length === 0) return Number.NaN;
  return sorted[0] + sorted.reduce((sum, value) => sum + (value - sorted[0]), 0) / sorted.length;
}

/** Warns of bases that runs start from and whose loss is not known, or known in too many ways. */
export function checkBases(runs: Runs, facts: readonly RunFacts[], report: Report): void {
  const groups = groupBy(facts, ({ base }) => base);
  const started = new Set(runs.runs.map(({ base }) => base));
  const noise = runs.evals.map((_, index) => evaluationNoise(runs, index).sd);
  runs.bases.forEach((base, baseIndex) => {
    const missing = runs.evals.filter((_, index) => Number.isNaN(base.loss[index])).map(({ name }) => name);
    if (missing.length > 0 && started.has(baseIndex)) report(baseMissing({ base: base.id, evals: missing }));
    const rows = baseRows(groups.get(base.id) ?? []);
    runs.evals.forEach(({ name }, index) => {
      const losses = rows
        .map(({ losses: all }) => all[index])
        .filter((loss) => !Number.isNaN(loss))
        .sort(byNumber);
      if (losses.length < 2) return;
      const [lowest, highest] = [losses[0], losses[losses.length - 1]];
      const difference = STANDARD_DEVIATIONS * Math.SQRT2 * noise[index];
      const allowed = Number.isNaN(difference)
        ? ROUNDING * lowest
        : Math.max(difference, Number.EPSILON * highest);
      if (highest - lowest > allowed)
        report(basesDisagree({ base: base.id, name, lowest, highest, allowed }));
    });
  });
}
