/** What a report says beyond the command line: the answer in one sentence, its figures, what was set aside. */
import type { FitDocument } from '../documents/fit.ts';
import type { PlanDocument } from '../documents/plan.ts';
import { findProblemKind } from '../problems/catalogue.ts';
import {
  bandText,
  boundText,
  changeText,
  flopText,
  listed,
  lossText,
  modelText,
  outcomeText,
  ratioText,
  shareText,
  tokensText,
  toleranceText,
} from './numbers.ts';
import { whyNoPromise } from './promise.ts';
import type { Section } from './section.ts';

/** The answer in one sentence, with its interval. */
export function answerSentence(plan: PlanDocument): string {
  const { critical, constraints, level, within } = plan;
  const run = plan.runs[0];
  const kept = listed(Object.entries(constraints.tolerance).map(([set, each]) => toleranceText(set, each)));
  const sure =
    critical.interval === null
      ? `the predicted limit is ${outcomeText(critical.point)}, without an interval`
      : `the limit lies between ${boundText(critical.interval[0])} and ${boundText(critical.interval[1])} for ${shareText(level)} of ${within === null ? 'new runs' : 'them'}`;
  const share = within === null ? '' : `, which keeps ${kept} in ${shareText(within)} of new runs`;
  return `Train ${modelText(plan.model)} on ${tokensText(run.tokens)} tokens at domain ratio ${ratioText(run.phases[0].domainRatio)}${share}; ${sure}.`;
}

/** Why the confidence of a plan is no promise, as a sentence; undefined where it is one. */
export function caveatSentence({ problems }: PlanDocument): string | undefined {
  const why = whyNoPromise(problems);
  return why === undefined ? undefined : `The confidence is no promise: ${why}.`;
}

/** A number that a reader looks for first. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly detail: string;
}

export function figuresOf(plan: PlanDocument): Figure[] {
  const run = plan.runs[0];
  const ratio = run.phases[0].domainRatio;
  const { interval, point } = plan.critical;
  const { budget } = plan;
  const spent =
    budget.gpuHours === null
      ? { value: bandText(budget.flop, flopText), detail: 'FLOP' }
      : {
          value: bandText(budget.gpuHours),
          detail: budget.dollars === null ? 'GPU-hours' : `GPU-hours, $${bandText(budget.dollars)}`,
        };
  return [
    {
      name: 'Domain ratio',
      value: ratioText(ratio),
      detail: `replay ${ratioText(1 - ratio)}; limit ${outcomeText(point)}${interval === null ? '' : ` [${boundText(interval[0])}, ${boundText(interval[1])}]`}`,
    },
    {
      name: 'Tokens',
      value: tokensText(run.tokens),
      detail: listed(run.corpora.map(({ name, tokens }) => `${tokensText(tokens)} ${name}`)),
    },
    ...run.evals.map(({ name, role }): Figure => {
      const { end } = plan.predicted[name];
      const base = plan.base[name].loss;
      const range =
        end.interval === null ? '' : ` [${lossText(end.interval[0])}, ${lossText(end.interval[1])}]`;
      return {
        name: `${name.charAt(0).toUpperCase()}${name.slice(1)} loss${role === 'domain' && name !== 'domain' ? ' (domain)' : ''}`,
        value: changeText(end.loss, base),
        detail: `${lossText(base)} to ${lossText(end.loss)}${range}`,
      };
    }),
    { name: 'Cost', ...spent },
  ];
}

/** What was set aside and why, by kind. */
export function setAsideSection({ pilots }: FitDocument): Section {
  const counts = new Map<string, { rows: number; runs: Set<string> }>();
  for (const { code, run } of pilots.setAside) {
    const found = counts.get(code) ?? { rows: 0, runs: new Set<string>() };
    found.rows += 1;
    found.runs.add(run);
    counts.set(code, found);
  }
  if (counts.size === 0) return { title: 'Set aside', sentences: ['No evaluation was set aside.'] };
  return {
    title: 'Set aside',
    sentences: [...counts.keys()].flatMap((code) => {
      const kind = findProblemKind(code);
      return kind === undefined ? [] : [`${code}: ${kind.explanation}`];
    }),
    table: {
      columns: [
        { title: 'why', align: 'left' },
        { title: 'code', align: 'left' },
        { title: 'evaluations', align: 'right' },
        { title: 'of runs', align: 'right' },
      ],
      rows: [...counts].map(([code, { rows, runs }]) => [
        findProblemKind(code)?.title ?? code,
        code,
        String(rows),
        String(runs.size),
      ]),
    },
  };
}

/** What the safe ratio would be under other tolerances. */
export function toleranceSection(
  rows: readonly {
    readonly accepted: string;
    readonly safe: number;
    readonly limit: number;
    readonly planned: boolean;
  }[],
  confidence: number,
): Section {
  return {
    title: 'Another tolerance',
    sentences: ['At the size and tokens of the plan:'],
    table: {
      columns: [
        { title: 'accepted rise', align: 'left' },
        { title: `safe ratio, ${shareText(confidence)} of new runs`, align: 'right' },
        { title: 'predicted limit', align: 'right' },
        { title: '', align: 'left' },
      ],
      rows: rows.map(({ accepted, safe, limit, planned }) => [
        accepted,
        boundText(safe),
        boundText(limit),
        planned ? 'this plan' : '',
      ]),
    },
  };
}
