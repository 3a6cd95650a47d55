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

export interface MeansRequest {
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

export interface BudgetRequest extends MeansRequest {
  readonly budget: Budget;
}

/** What training one model takes: the cost of a token in every currency that is known. */
export interface Means {
  readonly throughput: Throughput | null;
  readonly flops: FlopsPerToken;
  readonly accelerator: Accelerator | undefined;
  readonly gpus: number | undefined;
  readonly price: number | undefined;
  readonly problems: readonly Problem[];
}

/** What a budget buys. */
export interface Purchase extends Means {
  readonly asked: string;
  readonly tokens: Ranged;
  readonly gpuHours: Ranged | null;
  readonly wallClockHours: Ranged | null;
  readonly dollars: Ranged | null;
}

/** What some tokens cost; null where no throughput, number of GPUs or price is known. */
export interface Cost {
  readonly flop: Ranged;
  readonly gpuHours: Ranged | null;
  readonly wallClockHours: Ranged | null;
  readonly dollars: Ranged | null;
}

const DEFAULT_SEQUENCE_LENGTH = 4096;

/** What training takes on the hardware that is told of; unknown parts and figures that cannot be are a Refusal. */
export function meansOf(request: MeansRequest): Means {
  const { gpu, gpus, price, shape, params } = request;
  const accelerator = gpu === undefined ? undefined : findAccelerator(gpu);
  const flops = flopsOf(request);
  const throughput = throughputOf(request, accelerator, flops);
  const problems: Problem[] = [...(throughput?.notes ?? [])];
  if (accelerator !== undefined && gpus !== undefined) {
    const total = shape === undefined ? params : countParameters(shape).total;
    const memory = memoryProblem(total, accelerator, gpus);
    if (memory !== undefined) problems.push(memory);
  }
  return { throughput, flops, accelerator, gpus, price, problems };
}

/**
 * Tokens that the budget buys, with the band that assumed hardware figures leave. Throws a `Refusal` naming what is
 * missing: hardware or a measured throughput for GPU-hours, a price for money.
 */
export function purchase(request: BudgetRequest): Purchase {
  const { budget } = request;
  const gpus = budget.kind === 'gpuTime' ? budget.gpus : request.gpus;
  const means = meansOf({ ...request, gpus });
  const { tokens, gpuHours } = buy(budget, means);
  return { ...means, asked: budgetUnit.format(budget), tokens, gpuHours, ...spent(gpuHours, means) };
}

/** What `tokens` (above 0) cost. */
export function costOf(means: Means, tokens: number): Cost {
  const { flops, throughput } = means;
  const value = tokens * flops.value;
  const flop = {
    value,
    low: value * (1 - flops.relativeError),
    high: value * (1 + flops.relativeError),
  };
  const gpuHours = throughput === null ? null : gpuHoursNeeded(throughput, tokens);
  return { flop, gpuHours, ...spent(gpuHours, means) };
}

function spent(gpuHours: Ranged | null, { gpus, price }: Means): Pick<Cost, 'wallClockHours' | 'dollars'> {
  return {
    wallClockHours: gpuHours === null || gpus === undefined ? null : wallClockHours(gpuHours, gpus),
    dollars: gpuHours === null || price === undefined ? null : scale(gpuHours, price),
  };
}

/** What a token costs in the currency that sizes are compared in: GPU-hours where a throughput is known, else FLOP. */
export function tokenCost(means: Means): number {
  const { gpuHours, flop } = costOf(means, 1);
  return (gpuHours ?? flop).value;
}

function flopsOf({ shape, params, sequenceLength }: MeansRequest): FlopsPerToken {
  return shape === undefined
    ? flopsPerTokenFromSize(params)
    : flopsPerToken(shape, sequenceLength ?? DEFAULT_SEQUENCE_LENGTH);
}

function throughputOf(
  request: MeansRequest,
  part: Accelerator | undefined,
  flops: FlopsPerToken,
): Throughput | null {
  const { throughput, goodput, mfu, sequenceLength, shape } = request;
  if (throughput !== undefined) return measuredThroughput(throughput, goodput);
  if (part === undefined) return null;
  return expectedThroughput({ accelerator: part, flops, mfu, goodput, sequenceLength, shape });
}

function buy(budget: Budget, means: Means): { tokens: Ranged; gpuHours: Ranged | null } {
  const { throughput, flops, price } = means;
  const exactly = (value: number): Ranged => ({ value, low: value, high: value });
  const needs = (missing: 'price' | 'throughput'): Refusal =>
    new Refusal([budgetNeeds({ budget: budgetUnit.format(budget), missing })]);
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
    case 'money':
      if (price === undefined) throw needs('price');
      return buy({ kind: 'gpuHours', gpuHours: budget.dollars / price }, means);
    case 'gpuTime':
      return buy({ kind: 'gpuHours', gpuHours: budget.hours * budget.gpus }, means);
    case 'gpuHours':
      if (throughput === null) throw needs('throughput');
      return { tokens: tokensBought(throughput, budget.gpuHours), gpuHours: exactly(budget.gpuHours) };
  }
}

function scale({ value, low, high }: Ranged, by: number): Ranged {
  return { value: value * by, low: low * by, high: high * by };
}
