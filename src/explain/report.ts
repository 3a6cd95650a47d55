/** What a report says beyond the command line: the answer in one sentence, its figures, what was set aside. */
import type { FitDocument } from '../documents/fit.ts';
import type { PlanDocument } from '../documents/plan.ts';
import { findProblemKind } from '../problems/catalogue.ts';
import { displayNumber } from '../units/number.ts';
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
import { cautions } from './plan.ts';
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
  const turns = critical.definition === 'turning-point' ? 'ends general loss rising and ' : '';
  const share = within === null ? '' : `, which ${turns}keeps ${kept} in ${shareText(within)} of new runs`;
  return `Train ${modelText(plan.model)} on ${tokensText(run.tokens)} tokens at domain ratio ${ratioText(run.phases[0].domainRatio)}${share}; ${sure}.`;
}

/** What must be known with the answer: why the laws, the losses or the confidence are worth less than they seem. */
export function caveatsOf(plan: PlanDocument): string[] {
  const why = whyNoPromise(plan.problems);
  return [...cautions(plan), ...(why === undefined ? [] : [`The confidence is no promise: ${why}.`])];
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
      ? spentOf(budget.flop, 'FLOP', flopText)
      : spentOf(budget.gpuHours, 'GPU-hours', (hours) => displayNumber(hours, 3));
  const dollars = budget.dollars === null ? '' : `, $${bandText(budget.dollars)}`;
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
    { name: 'Cost', value: spent.value, detail: `${spent.detail}${dollars}` },
  ];
}

/** An amount in large type, its unit and its band beside it. */
function spentOf(
  { value, low, high }: { readonly value: number; readonly low: number; readonly high: number },
  unit: string,
  text: (amount: number) => string,
): Pick<Figure, 'value' | 'detail'> {
  return { value: text(value), detail: low === high ? unit : `${unit} [${text(low)}, ${text(high)}]` };
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
