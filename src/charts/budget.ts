/** What other budgets buy: the best domain loss and its domain ratio. */
import type { PlanDocument } from '../documents/plan.ts';
import { flopText, lossText, paramsText, ratioText } from '../explain/numbers.ts';
import { displayNumber } from '../units/number.ts';
import { logX, lossY, UNIT_NAMES } from './axes.ts';
import type { Chart, JsonObject, Layout } from './chart.ts';
import { inline, rounded } from './marks.ts';
import { DOMAIN, PLAN } from './theme.ts';

/** Undefined where the plan has no frontier (`plan --curve`), or nothing on it is feasible. */
export function budgetChart(plan: PlanDocument): Chart | undefined {
  const found = (plan.frontier ?? []).flatMap(({ budget, choice }) =>
    choice === null ? [] : [{ budget, choice }],
  );
  if (found.length < 2) return undefined;
  const [first, last] = [found[0], found[found.length - 1]];
  const { unit } = first.budget;
  const text = (amount: number): string =>
    unit === 'FLOP' ? `${flopText(amount)} FLOP` : `${displayNumber(amount, 3)} GPU-hours`;
  const bare = (amount: number): string => (unit === 'FLOP' ? flopText(amount) : displayNumber(amount, 3));
  const sizes = new Set(found.map(({ choice }) => choice.model.params));
  const half = found.findLast(({ budget }) => budget.amount <= last.budget.amount / 2) ?? first;
  return {
    id: 'budget',
    title: `${text(half.budget.amount)} in place of ${bare(last.budget.amount)} cost ${displayNumber(half.choice.domainLoss - last.choice.domainLoss, 2)} of domain loss: ${lossText(half.choice.domainLoss)}, not ${lossText(last.choice.domainLoss)}`,
    subtitle: `Best plan within the tolerance for each budget, and its domain ratio.${sizes.size > 1 ? ' Numbers: size of the model.' : ''}`,
    description: found
      .map(
        ({ budget, choice }) =>
          `${text(budget.amount)}: ${paramsText(choice.model.params)} params, domain loss ${lossText(choice.domainLoss)} at domain ratio ${ratioText(choice.domainRatio)}`,
      )
      .join('; ')
      .concat('.'),
    small: true,
    body: (layout) => body(found, unit, unitOf(plan), layout),
  };
}

type Found = {
  readonly budget: { readonly unit: 'gpu-hours' | 'FLOP'; readonly amount: number };
  readonly choice: NonNullable<NonNullable<PlanDocument['frontier']>[number]['choice']>;
};

/** Unit of the weighted domain loss, where its sets share one. */
function unitOf({ objective, units }: PlanDocument): string {
  const names = new Set(Object.keys(objective).map((set) => UNIT_NAMES[units[set]]));
  return names.size === 1 ? ` (${[...names][0]})` : '';
}

function body(
  found: readonly Found[],
  unit: 'gpu-hours' | 'FLOP',
  lossUnit: string,
  layout: Layout,
): JsonObject {
  const amounts = found.map(({ budget }) => budget.amount);
  const span: [number, number] = [rounded(Math.min(...amounts)), rounded(Math.max(...amounts))];
  const rows = found.map(({ budget, choice }) => ({
    budget: rounded(budget.amount),
    loss: rounded(choice.domainLoss),
    ratio: rounded(choice.domainRatio),
  }));
  const x = logX(
    'budget',
    unit === 'FLOP' ? 'budget (FLOP)' : 'budget (GPU-hours)',
    span,
    unit === 'FLOP' ? { labelExpr: "replace(format(datum.value, '.0e'), '+', '')" } : {},
  );
  const line = (y: JsonObject, colour: string, height: number, across: JsonObject): JsonObject => ({
    width: layout === 'wide' ? 620 : 276,
    height,
    mark: {
      type: 'line',
      color: colour,
      strokeWidth: 2.25,
      point: { filled: true, size: 36, color: colour, opacity: 1 },
    },
    encoding: { x: across, y },
  });
  return {
    data: inline(rows),
    vconcat: [
      line(lossY('loss', `domain loss${lossUnit}`), DOMAIN, 140, { ...x, title: null }),
      line({ ...lossY('ratio', 'domain ratio'), axis: { tickCount: 4, format: '.2f' } }, PLAN, 80, x),
    ],
    spacing: 14,
  };
}
