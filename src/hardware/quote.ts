/** Everything that hardware says about training one model on one part, in one answer. */
import { modelShapeUnknown } from '../problems/hardware.ts';
import { type Problem, Refusal } from '../problems/problem.ts';
import { params } from '../units/params.ts';
import type { Accelerator } from './accelerators.ts';
import { type FlopsPerToken, flopsPerToken, flopsPerTokenFromSize } from './flops.ts';
import { nearestIds } from './lookup.ts';
import { type MemoryNeed, memoryNeed, memoryProblem } from './memory.ts';
import type { Ranged } from './provenance.ts';
import { countParameters, findModelShape, type ModelShape, modelShapes } from './shapes.ts';
import {
  expectedThroughput,
  impliedMfu,
  measuredThroughput,
  type Stack,
  type Throughput,
  tokensBought,
} from './throughput.ts';

export interface QuoteRequest {
  readonly accelerator: Accelerator;
  /** A model of the catalogue, or a number of parameters such as `7B`. */
  readonly model: string;
  /** Tokens a sequence. */
  readonly sequenceLength: number;
  readonly gpus?: number | undefined;
  /** A utilisation of one's own, a share of the dense bf16 peak in the palm convention. */
  readonly mfu?: number | undefined;
  /** Measured; goes before `mfu`. */
  readonly tokensPerSecondPerGpu?: number | undefined;
  readonly goodput?: number | undefined;
  readonly stack?: Stack | undefined;
}

export interface Quote {
  readonly model: string;
  /** Undefined where only a size was given. */
  readonly shape: ModelShape | undefined;
  readonly totalParams: number;
  readonly flopPerToken: number;
  readonly throughput: Throughput;
  /** Share of the dense bf16 peak while training: assumed, given, or what the measured throughput comes to. */
  readonly mfu: number;
  readonly tokensPerGpuHour: Ranged;
  /** On all GPUs, where their number was given. */
  readonly tokensPerDay: Ranged | undefined;
  readonly memory: MemoryNeed;
  /** What was assumed, and an error where the states do not fit the GPUs. */
  readonly problems: readonly Problem[];
}

/** Prices one model on one part; unknown models and figures that cannot be are a Refusal. */
export function quote(request: QuoteRequest): Quote {
  const { accelerator, sequenceLength, gpus, tokensPerSecondPerGpu, goodput } = request;
  const { shape, totalParams, flops } = sizeUp(request.model, sequenceLength);
  const measured = tokensPerSecondPerGpu !== undefined;
  const throughput = measured
    ? measuredThroughput(tokensPerSecondPerGpu, goodput)
    : expectedThroughput({ ...request, flops, shape });
  const fit = gpus === undefined ? undefined : memoryProblem(totalParams, accelerator, gpus);
  return {
    model: shape?.name ?? `A model of ${params.display(totalParams)} parameters`,
    shape,
    totalParams,
    flopPerToken: flops.value,
    throughput,
    mfu: throughput.mfu ?? impliedMfu(throughput.tokensPerGpuSecond / throughput.goodput, accelerator, flops),
    tokensPerGpuHour: tokensBought(throughput, 1),
    tokensPerDay: gpus === undefined ? undefined : tokensBought(throughput, 24 * gpus),
    memory: memoryNeed(totalParams, accelerator),
    problems: [...throughput.notes, ...(fit === undefined ? [] : [fit])],
  };
}

function sizeUp(
  model: string,
  sequenceLength: number,
): { shape: ModelShape | undefined; totalParams: number; flops: FlopsPerToken } {
  const shape = findModelShape(model);
  if (shape !== undefined) {
    return { shape, totalParams: countParameters(shape).total, flops: flopsPerToken(shape, sequenceLength) };
  }
  const totalParams = readSize(model);
  return { shape, totalParams, flops: flopsPerTokenFromSize(totalParams) };
}

/** A model that is not in the catalogue must at least be a size. */
function readSize(model: string): number {
  try {
    return params.parse(model);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal([modelShapeUnknown({ given: model, nearest: nearestIds(modelShapes, model) })]);
  }
}
