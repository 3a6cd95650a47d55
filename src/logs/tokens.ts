/** How many tokens a run had seen at a step of its log. */
import { tokensDisagree } from '../problems/logs.ts';
import { formatNumber } from '../units/number.ts';
import { type Outlet, type RunToAssemble, requireMetric } from './oneRun.ts';
import type { Trace } from './trace.ts';

export interface TokenCount {
  /** Tokens seen at a step as the log counts it, whole. */
  readonly at: (step: number) => number;
  readonly origin: string;
  /** NaN = not known. */
  readonly batchTokens: number;
  readonly batchOrigin: string;
}

/** How far two counts of the same tokens may be apart, as a share. */
const SAME_TOKENS = 0.01;

/** Tokens by step: as logged, else from logged samples, else from the batch. */
export function tokensOf(
  one: RunToAssemble,
  number: (fact: string) => number,
  { report, lack }: Outlet,
): TokenCount | undefined {
  const { name, format, log, factOf } = one;
  const { traces } = log;
  const start = number('start_step') || 0;
  const length = number('sequence_length');
  const batch = batchOf(one, number);
  const accumulation = format.steps === 'microBatches' ? number('accumulation') : 1;
  const count = (raw: (step: number) => number, origin: string): TokenCount => {
    // The step that was logged when as many had been taken as the base model had.
    const baseStep = start - format.stepOffset;
    const before = start > 0 ? raw(baseStep) : 0;
    const at = (step: number): number => (step <= baseStep ? 0 : Math.max(0, Math.round(raw(step) - before)));
    return { at, origin, batchTokens: batch.tokens, batchOrigin: batch.origin };
  };
  const fromBatch = (step: number): number => ((step + format.stepOffset) * batch.tokens) / accumulation;
  const logged = factOf('tokens')?.text;
  if (logged !== undefined) requireMetric(one, 'tokens', report);
  const countedTokens = counter(traces.tokens, format.stepOffset);
  if (countedTokens !== undefined) {
    const last = traces.tokens.points().at(-1)?.step ?? 0;
    const [seen, expected] = [countedTokens(last), fromBatch(last)];
    if (Math.abs(seen - expected) > SAME_TOKENS * Math.max(seen, expected))
      report(tokensDisagree({ run: name, step: last, logged: seen, expected, batchTokens: batch.tokens }));
    return count(countedTokens, logged === undefined ? 'logged tokens' : `metric ${logged}`);
  }
  const countedSamples = counter(traces.samples, format.stepOffset);
  if (countedSamples !== undefined && !Number.isNaN(length))
    return count(
      (step) => countedSamples(step) * length,
      `logged samples × sequence_length ${formatNumber(length)}`,
    );
  if (Number.isNaN(batch.tokens)) {
    const fact =
      countedSamples !== undefined || traces.batchSize.points().length > 0
        ? 'sequence_length'
        : 'batch_tokens';
    if (factOf(fact) === undefined) lack({ run: name, fact, settings: log.settings });
    return undefined;
  }
  if (Number.isNaN(accumulation)) {
    if (factOf('accumulation') === undefined)
      lack({ run: name, fact: 'accumulation', settings: log.settings });
    return undefined;
  }
  return count(fromBatch, `steps × ${formatNumber(batch.tokens / accumulation)} tokens`);
}

/** What a trace counts at any step; a single point is taken for a steady count from nothing. Undefined without a point. */
function counter(trace: Trace, offset: number): ((step: number) => number) | undefined {
  const points = trace.points();
  if (points.length > 1) return trace.at;
  const [only] = points;
  if (only === undefined || only.step + offset <= 0) return undefined;
  return (step) => (only.value * (step + offset)) / (only.step + offset);
}

/** Tokens in a global batch: as told, or sequences as told or logged, times their length. */
function batchOf(
  { log, factOf }: RunToAssemble,
  number: (fact: string) => number,
): { tokens: number; origin: string } {
  const told = factOf('batch_tokens');
  if (told !== undefined) return { tokens: number('batch_tokens'), origin: told.origin };
  const length = number('sequence_length');
  const size = number('batch_size');
  if (!Number.isNaN(size)) return { tokens: size * length, origin: `batch_size × sequence_length` };
  const logged = log.traces.batchSize.points();
  const constant = logged.length > 0 && logged.every(({ value }) => value === logged[0].value);
  return {
    tokens: constant ? logged[0].value * length : Number.NaN,
    origin: 'logged batch × sequence_length',
  };
}
