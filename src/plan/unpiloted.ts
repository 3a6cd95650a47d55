/** What plans without pilots have in common: the budget as documents carry it, and the run. */
import type { PlanDocument } from '../documents/plan.ts';
import type { TrainingRun } from '../documents/trainingRun.ts';
import type { Problem } from '../problems/problem.ts';
import { costOf, type Purchase } from './budget.ts';
import { replayOf } from './corpora.ts';

/** How often a run is evaluated. */
const EVALUATIONS = 50;

/** What the run costs, beside what the whole budget buys. */
export function budgetTold(bought: Purchase, tokens: number): PlanDocument['budget'] {
  const { throughput, flops, accelerator, gpus, asked } = bought;
  return {
    asked,
    ...costOf(bought, tokens),
    tokens: bought.tokens,
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

/** A run of one phase; its schedule is for whoever trains it to settle, but for a constant rate where that is a condition. */
export function plainRun(
  model: TrainingRun['model'],
  tokens: number,
  domainRatio: number,
  sequenceLength: number | undefined,
  schedule: 'constant' | 'unknown',
): TrainingRun {
  const whole = Math.round(tokens);
  const corpus = (name: 'general' | 'domain', share: number): TrainingRun['corpora'][number] => ({
    name,
    role: name,
    share,
    tokens: Math.round(share * whole),
    available: null,
    epochs: null,
  });
  return {
    name: 'plan',
    model,
    base: null,
    seed: null,
    corpora: [corpus('general', replayOf(domainRatio)), corpus('domain', domainRatio)],
    tokens: whole,
    batchTokens: null,
    steps: null,
    sequenceLength: sequenceLength ?? null,
    schedule: { kind: schedule, peakLr: null, warmupTokens: null, decayTokens: null, finalLrShare: null },
    phases: [{ fromTokens: 0, toTokens: whole, domainRatio }],
    evalEveryTokens: Math.max(Math.round(whole / EVALUATIONS), 1),
    evals: [
      { name: 'general', role: 'general' },
      { name: 'domain', role: 'domain' },
    ],
  };
}

/** A problem as documents carry it. */
export function plainProblem({ code, severity, message, hint }: Problem): PlanDocument['problems'][number] {
  return { code, severity, message, ...(hint === undefined ? {} : { hint }) };
}
