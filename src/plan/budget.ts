/** What a budget buys, in tokens of one model. */
import { type Accelerator, accelerator as findAccelerator } from '../hardware/accelerators.ts';
import { type FlopsPerToken, flopsPerToken, flopsPerTokenFromSize } from '../hardware/flops.ts';
import { memoryProblem } from '../hardware/memory.ts';
import type { Ranged } from '../hardware/provenance.ts';
import { countParameters, type ModelShape } from '../hardware/shapes.ts';
import {
  expectedThroughput,
  gpuHoursNeeded,
  measuredThroughput,
  type Throughput,
  tokensBought,
  wallClockHours,
} from '../hardware/throughput.ts';
import { budgetNeeds } from '../problems/plan.ts';
import { type Problem, Refusal } from '../problems/problem.ts';
import { type Budget, budget as budgetUnit } from '../units/budget.ts';

export interface BudgetRequest {
  readonly budget: Budget;
  readonly params: number;
  /** Shape of the model where it is known; otherwise 6N × 1.1 with ±25%. */
  readonly shape: ModelShape | undefined;
  readonly sequenceLength: number | undefined;
  readonly gpu: string | undefined;
  readonly gpus: number | undefined;
  readonly mfu: number | undefined;
  /** Measured tokens a second and GPU. */
  readonly throughput: number | undefined;
  readonly goodput: number;
  /** Dollars a GPU-hour. */
  readonly price: number | undefined;
}

export interface Purchase {
  readonly asked: string;
  readonly tokens: Ranged;
  readonly gpuHours: Ranged | null;
  readonly throughput: Throughput | null;
  readonly flops: FlopsPerToken;
  readonly accelerator: Accelerator | undefined;
  readonly gpus: number | undefined;
  readonly wallClockHours: Ranged | null;
  readonly dollars: Ranged | null;
  readonly problems: readonly Problem[];
}

const DEFAULT_SEQUENCE_LENGTH = 4096;

/**
 * Tokens that the budget buys, with the band that assumed hardware figures leave. Throws a `Refusal` naming what is
 * missing: hardware or a measured throughput for GPU-hours, a price for money.
 */
export function purchase(request: BudgetRequest): Purchase {
  const { budget, gpus: gpusGiven, price } = request;
  const part = request.gpu === undefined ? undefined : findAccelerator(request.gpu);
  const flops = flopsOf(request);
  const throughput = throughputOf(request, part, flops);
  const gpus = budget.kind === 'gpuTime' ? budget.gpus : gpusGiven;
  const { tokens, gpuHours } = buy(budget, throughput, flops, price);
  const problems: Problem[] = [...(throughput?.notes ?? [])];
  if (part !== undefined && gpus !== undefined) {
    const total = request.shape === undefined ? request.params : countParameters(request.shape).total;
    const memory = memoryProblem(total, part, gpus);
    if (memory !== undefined) problems.push(memory);
  }
  return {
    asked: budgetUnit.format(budget),
    tokens,
    gpuHours,
    throughput,
    flops,
    accelerator: part,
    gpus,
    wallClockHours: gpuHours === null || gpus === undefined ? null : wallClockHours(gpuHours, gpus),
    dollars: gpuHours === null || price === undefined ? null : scale(gpuHours, price),
    problems,
  };
}

/** GPU-hours, wall-clock and money that `tokens` of the purchase's model cost; null where no throughput is known. */
export function costOf(bought: Purchase, tokens: number, price: number | undefined) {
  if (bought.throughput === null) return { gpuHours: null, wallClockHours: null, dollars: null };
  const gpuHours = gpuHoursNeeded(bought.throughput, tokens);
  return {
    gpuHours,
    wallClockHours: bought.gpus === undefined ? null : wallClockHours(gpuHours, bought.gpus),
    dollars: price === undefined ? null : scale(gpuHours, price),
  };
}

function flopsOf({ shape, params, sequenceLength }: BudgetRequest): FlopsPerToken {
  return shape === undefined
    ? flopsPerTokenFromSize(params)
    : flopsPerToken(shape, sequenceLength ?? DEFAULT_SEQUENCE_LENGTH);
}

function throughputOf(
  request: BudgetRequest,
  part: Accelerator | undefined,
  flops: FlopsPerToken,
): Throughput | null {
  const { throughput, goodput, mfu, sequenceLength, shape } = request;
  if (throughput !== undefined) return measuredThroughput(throughput, goodput);
  if (part === undefined) return null;
  return expectedThroughput({ accelerator: part, flops, mfu, goodput, sequenceLength, shape });
}

function buy(
  budget: Budget,
  throughput: Throughput | null,
  flops: FlopsPerToken,
  price: number | undefined,
): { tokens: Ranged; gpuHours: Ranged | null } {
  const exactly = (value: number): Ranged => ({ value, low: value, high: value });
  switch (budget.kind) {
    case 'tokens':
      return {
        tokens: exactly(budget.tokens),
        gpuHours: throughput === null ? null : gpuHoursNeeded(throughput, budget.tokens),
      };
    case 'flop': {
      const value = budget.flop / flops.value;
      const error = flops.relativeError;
      const tokens = { value, low: value / (1 + error), high: value / (1 - error) };
      return { tokens, gpuHours: throughput === null ? null : gpuHoursNeeded(throughput, value) };
    }
    case 'money': {
      if (price === undefined)
        throw new Refusal([budgetNeeds({ budget: budgetUnit.format(budget), missing: 'price' })]);
      return buy({ kind: 'gpuHours', gpuHours: budget.dollars / price }, throughput, flops, price);
    }
    case 'gpuTime':
      return buy({ kind: 'gpuHours', gpuHours: budget.hours * budget.gpus }, throughput, flops, price);
    case 'gpuHours': {
      if (throughput === null) {
        throw new Refusal([budgetNeeds({ budget: budgetUnit.format(budget), missing: 'throughput' })]);
      }
      return { tokens: tokensBought(throughput, budget.gpuHours), gpuHours: exactly(budget.gpuHours) };
    }
  }
}

function scale({ value, low, high }: Ranged, by: number): Ranged {
  return { value: value * by, low: low * by, high: high * by };
}
