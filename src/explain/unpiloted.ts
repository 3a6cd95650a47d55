/** Sentences that plans without pilots share. */
import type { UnpilotedPlanDocument } from '../documents/unpiloted.ts';
import { displayNumber } from '../units/number.ts';
import { bandText, listed, modelText, ratioText, tokensText } from './numbers.ts';

/** What to train, and what that costs. */
export function runSentence({ model, budget, runs: [run] }: UnpilotedPlanDocument): string {
  const [general, domain] = run.corpora;
  const named = modelText(model);
  const cost = [
    ...(budget.gpuHours === null ? [] : [`${bandText(budget.gpuHours)} GPU-hours`]),
    ...(budget.wallClockHours === null
      ? []
      : [`${bandText(budget.wallClockHours)} h on ${budget.gpus} GPUs`]),
    ...(budget.dollars === null ? [] : [`$${bandText(budget.dollars)}`]),
  ];
  return (
    `Train ${named} on ${tokensText(run.tokens)} tokens at domain ratio ${ratioText(domain.share)} (replay ${ratioText(general.share)}): ` +
    `${tokensText(domain.tokens)} domain and ${tokensText(general.tokens)} general tokens${cost.length === 0 ? '' : `, ${listed(cost)}`}.`
  );
}

/** What the budget buys, and how much of it the plan uses. */
export function spentText({ budget, runs: [run] }: UnpilotedPlanDocument): string[] {
  const { throughput, tokens, asked } = budget;
  const spread =
    tokens.low === tokens.high ? '' : ` (${tokensText(tokens.low)} to ${tokensText(tokens.high)})`;
  const used = run.tokens < 0.995 * tokens.value ? `, of which the plan uses ${tokensText(run.tokens)}` : '';
  const speed =
    throughput === null
      ? ''
      : `: ${displayNumber(throughput.tokensPerGpuSecond, 3)} tokens a second and GPU at goodput ${throughput.goodput} (${throughput.provenance})`;
  return [`${asked} buys ${tokensText(tokens.value)} tokens${spread}${used}${speed}.`];
}
