/** What a plan is compared with: no law, fixed replay, other sizes, other budgets, a little less domain share. */
import type { PlanDocument } from '../documents/plan.ts';
import { findProblemKind } from '../problems/catalogue.ts';
import { displayNumber } from '../units/number.ts';
import {
  changeText,
  flopText,
  listed,
  lossText,
  modelText,
  paramsText,
  percentText,
  ratioText,
  shareText,
  tokensText,
} from './numbers.ts';
import type { Column, Section } from './section.ts';

export function comparisons(plan: PlanDocument): Section[] {
  return [
    baselines(plan),
    ...(plan.sizes.length > 1 ? [otherSizes(plan)] : []),
    ...(plan.frontier === null ? [] : [otherBudgets(plan, plan.frontier)]),
    lessDomain(plan),
  ];
}

const right = (title: string): Column => ({ title, align: 'right' });
const left = (title: string): Column => ({ title, align: 'left' });

/** `+0.012`, `−0.0056`: a difference of losses. */
function difference(value: number): string {
  return `${value < 0 ? '−' : '+'}${displayNumber(Math.abs(value), 2)}`;
}

function baselines(plan: PlanDocument): Section {
  const names = Object.keys(plan.predicted);
  const [, domain] = plan.runs[0].corpora;
  const row = (
    name: string,
    ratio: number,
    losses: Readonly<Record<string, { readonly loss: number }>>,
    within: number | null,
    regret: string,
  ): string[] => [
    name,
    ratioText(ratio),
    ...names.map(
      (each) => `${lossText(losses[each].loss)} (${changeText(losses[each].loss, plan.base[each].loss)})`,
    ),
    within === null ? '' : shareText(within),
    regret,
  ];
  const ends = Object.fromEntries(names.map((name) => [name, plan.predicted[name].end]));
  return {
    title: 'Compared with',
    sentences: [lawFreeText(plan), ...turningText(plan), ...outOfSampleText(plan)],
    table: {
      columns: [
        left('at the same tokens'),
        right('domain ratio'),
        ...names.map(right),
        right(byTurning(plan) ? 'turned, within tolerance' : 'within tolerance'),
        right('regret'),
      ],
      rows: [
        row('this plan', domain.share, ends, plan.within, ''),
        ...plan.alternatives.map(({ name, domainRatio, predicted, within, ratioInside, regret }) =>
          row(
            ratioInside ? name : `${name} (beyond every pilot)`,
            domainRatio,
            predicted,
            within,
            // What gains on the domain only by breaking the tolerance regrets that, and not a loss.
            regret < 0 && within !== null && within < plan.constraints.confidence
              ? 'too little replay'
              : difference(regret),
          ),
        ),
      ],
    },
  };
}

function lawFreeText({ lawFree }: PlanDocument): string {
  const reach = `the largest pilots (${paramsText(lawFree.params)} params, ${tokensText(lawFree.tokens)} tokens)`;
  if (lawFree.critical.kind === 'at') {
    return (
      `Without any law, ${reach} cross the tolerance at domain ratio ${ratioText(lawFree.critical.ratio)}, ` +
      `between the measured ratios ${lawFree.between![0]} and ${lawFree.between![1]}.`
    );
  }
  return lawFree.critical.kind === 'none'
    ? `Without any law, ${reach} pass the tolerance already at their lowest ratio.`
    : `Without any law, ${reach} stay within the tolerance at every ratio: no pilot lies beyond the limit.`;
}

const byTurning = ({ critical }: PlanDocument): boolean => critical.definition === 'turning-point';

/** Measured runs do not tell by themselves whether they have turned. */
function turningText(plan: PlanDocument): string[] {
  return byTurning(plan)
    ? ['That is by tolerance alone: whether general loss has stopped rising takes a law in tokens.']
    : [];
}

function outOfSampleText({ outOfSample }: PlanDocument): string[] {
  const known = Object.entries(outOfSample).flatMap(([set, { law, lawFree }]) =>
    law === null || lawFree === null
      ? []
      : [`${percentText(law)} on ${set} (a line between the others by ${percentText(lawFree)})`],
  );
  return known.length === 0 ? [] : [`On pilot ratios left out of the fit the laws err by ${listed(known)}.`];
}

function otherSizes(plan: PlanDocument): Section {
  const toTarget = plan.target !== null;
  return {
    title: 'Other sizes',
    sentences: [
      toTarget
        ? 'The fewest tokens at which each size reaches the target, and what that costs above the plan; sizes that do not reach it at their best.'
        : 'What each size does at its best for the same budget, and its domain loss above that of the plan.',
    ],
    table: {
      columns: [
        left('size'),
        right('tokens'),
        right('domain ratio'),
        right('domain loss'),
        right(toTarget ? 'more cost' : 'regret'),
        left(''),
      ],
      rows: plan.sizes.map((size): string[] => {
        const name = size.model.name ?? paramsText(size.model.params);
        if (size.kind === 'setAside')
          return [
            name,
            '',
            '',
            '',
            '',
            `set aside: ${findProblemKind(size.problem.code)?.title ?? size.problem.code}`,
          ];
        if (size.kind === 'infeasible') {
          const rise = `${percentText(size.rise)}`;
          const why = byTurning(plan)
            ? 'general loss turns at no ratio within its tolerance'
            : `${size.set} rises by up to ${rise} at best`;
          return [name, '', '', '', '', `infeasible: ${why}`];
        }
        const missed = toTarget && size.domainLoss > plan.target!.domainLoss * (1 + 1e-6);
        return [
          name,
          tokensText(size.tokens),
          ratioText(size.domainRatio),
          lossText(size.domainLoss),
          size.chosen || missed ? '' : toTarget ? `+${percentText(size.extraCost)}` : difference(size.regret),
          size.chosen ? 'chosen' : missed ? 'does not reach it' : '',
        ];
      }),
    },
  };
}

function otherBudgets(plan: PlanDocument, frontier: NonNullable<PlanDocument['frontier']>): Section {
  const priced = frontier.some(({ choice }) => choice?.cost.dollars !== null && choice !== null);
  return {
    title: 'What other budgets buy',
    table: {
      columns: [
        right(frontier[0].budget.unit === 'FLOP' ? 'FLOP' : 'GPU-hours'),
        ...(priced ? [right('dollars')] : []),
        left('size'),
        right('tokens'),
        right('domain ratio'),
        right('domain loss'),
      ],
      rows: frontier.map(({ budget, choice }) => {
        const amount = budget.unit === 'FLOP' ? flopText(budget.amount) : displayNumber(budget.amount, 3);
        if (choice === null)
          return [amount, ...(priced ? [''] : []), 'no plan keeps the tolerance', '', '', ''];
        return [
          amount,
          ...(priced ? [displayNumber(choice.cost.dollars?.value ?? Number.NaN, 3)] : []),
          choice.model.name ?? paramsText(choice.model.params),
          tokensText(choice.tokens),
          ratioText(choice.domainRatio),
          lossText(choice.domainLoss),
        ];
      }),
    },
    sentences: [
      `Each is the best plan that costs no more, as ${modelText(plan.model)} above is for its own.`,
    ],
  };
}

function lessDomain({ tradeOff: { perPoint, smallest }, units }: PlanDocument): Section {
  const unit = (set: string): string => (units[set] === 'bpb' ? ' bits per byte' : '');
  const changes = Object.entries(perPoint).map(
    ([set, change]) => `${difference(change)}${unit(set)} on ${set}`,
  );
  return {
    title: 'What the last of the domain share buys',
    sentences: [
      `One more percentage point of domain share changes the loss by ${listed(changes)}.`,
      `A domain ratio of ${ratioText(smallest.domainRatio)} already keeps ${shareText(smallest.gainKept)} of the domain gain.`,
    ],
  };
}
