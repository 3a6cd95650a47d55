/** What plans of every kind tell alike: the budget, and problems. */
import type { PlanDocument } from '../documents/plan.ts';
import type { Ranged } from '../hardware/provenance.ts';
import type { Problem } from '../problems/problem.ts';
import { costOf, type Means } from './budget.ts';

/**
 * What the run costs, beside what the whole budget buys.
 * @param tokens of the run
 */
export function budgetTold(
  means: Means,
  { asked, bought }: { readonly asked: string | null; readonly bought: Ranged },
  tokens: number,
): PlanDocument['budget'] {
  const { throughput, flops, accelerator, gpus } = means;
  return {
    asked,
    ...costOf(means, tokens),
    tokens: bought,
    throughput:
      throughput === null
        ? null
        : {
            tokensPerGpuSecond: throughput.tokensPerGpuSecond,
            goodput: throughput.goodput,
            mfu: throughput.mfu ?? null,
            flopPerToken: throughput.mfu === undefined ? null : flops.value,
            accelerator: accelerator?.id ?? null,
            provenance: throughput.provenance,
          },
    gpus: gpus ?? null,
  };
}

type ProblemTold = PlanDocument['problems'][number];

/** A problem as documents carry it. */
export function problemTold({ code, severity, message, hint }: Problem | ProblemTold): ProblemTold {
  return { code, severity, message, ...(hint === undefined ? {} : { hint }) };
}
