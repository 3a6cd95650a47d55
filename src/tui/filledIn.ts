/** What is asked at the start, and the same for twice the budget. */
import type { Budget } from '../units/budget.ts';
import type { Source } from './source.ts';
import type { Values } from './values.ts';

/** What is asked, with what a plan needs at least where it was not told: the longest and largest pilots, and 3%. */
export function filledIn(asked: Values, { fit }: Source): Values {
  const { range } = fit.pilots;
  const told = asked.params ?? asked.model ?? asked.family;
  const goal = asked.budget ?? asked.targetDomainLoss ?? asked.targetGain;
  return {
    ...asked,
    ...(told === undefined ? { params: [range.params[1]] } : {}),
    ...(goal === undefined
      ? { budget: { kind: 'tokens', tokens: Number(range.tokens[1].toPrecision(3)) } as const }
      : {}),
    tolerance: asked.tolerance ?? { kind: 'everySet', tolerance: { kind: 'relative', share: 0.03 } },
  };
}

/** The same question for twice the budget; undefined where there is no budget. */
export function twice(values: Values): Values | undefined {
  return values.budget === undefined ? undefined : { ...values, budget: doubled(values.budget) };
}

function doubled(budget: Budget): Budget {
  switch (budget.kind) {
    case 'tokens':
      return { ...budget, tokens: 2 * budget.tokens };
    case 'flop':
      return { ...budget, flop: 2 * budget.flop };
    case 'money':
      return { ...budget, dollars: 2 * budget.dollars };
    case 'gpuHours':
      return { ...budget, gpuHours: 2 * budget.gpuHours };
    case 'gpuTime':
      return { ...budget, hours: 2 * budget.hours };
  }
}
