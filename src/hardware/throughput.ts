/**
 * GPU-hours to tokens and back:
 *
 *   tokens = GPU-hours × 3600 × peak × MFU × goodput / (FLOP per token)
 *
 * or, where somebody has measured it, GPU-hours × 3600 × (tokens per second of one GPU) × goodput. Goodput is
 * the share of the paid wall clock that trains: the rest is start-up, checkpoints, evaluation and failures.
 */
import { hardwareNumberOutOfRange, mfuAssumed, mixtureOfExpertsAssumed } from '../problems/hardware.ts';
import { type Problem, Refusal } from '../problems/problem.ts';
import type { Accelerator } from './accelerators.ts';
import type { FlopsPerToken } from './flops.ts';
import { type Provenance, type Ranged, worst } from './provenance.ts';
import { countParameters, type ModelShape } from './shapes.ts';

export const defaultGoodput = 0.95;
/** Half-width of the band around an assumed utilisation, as a share of it. */
export const assumedMfuRelativeError = 0.25;

/** How a training stack compares with the tuned Megatron- and torchtitan-class ones that the defaults are for. */
export const stackFactors = { tuned: 1, trainer: 0.75 } as const;
export type Stack = keyof typeof stackFactors;

const mixtureOfExpertsFactor = 0.5;
const longSequence = { tokens: 32_768, factor: 0.7 } as const;

/** What one GPU (one chip of a TPU) gets through in one paid second. */
export interface Throughput {
  /** Tokens per GPU and second of the paid wall clock, goodput included. */
  readonly tokensPerGpuSecond: number;
  /** Half-width of the band around it, as a share of it; 0 where it was measured. */
  readonly relativeError: number;
  readonly provenance: Provenance;
  readonly goodput: number;
  /** Share of the dense bf16 peak that it rests on; undefined where tokens per second were measured. */
  readonly mfu?: number;
  /** Notes for the reader of a plan: what was assumed. */
  readonly notes: readonly Problem[];
}

/**
 * Throughput from tokens per second that one GPU was seen to train on (above zero), while it was training;
 * `goodput` (0..1) takes off the rest of the wall clock. Anything else is a Refusal.
 */
export function measuredThroughput(tokensPerSecondPerGpu: number, goodput = defaultGoodput): Throughput {
  refuse([
    ...unlessPositive('throughput in tokens per second and GPU', tokensPerSecondPerGpu),
    ...unlessShare('goodput', goodput),
  ]);
  return {
    tokensPerGpuSecond: tokensPerSecondPerGpu * goodput,
    relativeError: 0,
    provenance: 'measured',
    goodput,
    notes: [],
  };
}

export interface ExpectedThroughputOptions {
  readonly accelerator: Accelerator;
  readonly flops: FlopsPerToken;
  /** A utilisation of one's own (0..1, in the convention of `flops`) instead of the part's default. */
  readonly mfu?: number | undefined;
  readonly goodput?: number | undefined;
  /** Adjusts the default utilisation only; so do the two below. */
  readonly stack?: Stack | undefined;
  readonly sequenceLength?: number | undefined;
  /** The shape, so that a mixture of experts is known as one. */
  readonly shape?: ModelShape | undefined;
}

/**
 * Throughput from the peak rate of a part and a utilisation. With no `mfu` given, the part's default is taken,
 * × 0.75 for Trainer-class stacks, × 0.7 from 32k tokens a sequence, × 0.5 for mixtures of experts, ±25%;
 * that band and the one of `flops` combine as independent errors. Shares outside 0..1 are a Refusal.
 */
export function expectedThroughput(options: ExpectedThroughputOptions): Throughput {
  const { accelerator, flops, mfu: given, goodput = defaultGoodput, shape } = options;
  refuse([
    ...unlessShare('goodput', goodput),
    ...(given === undefined ? [] : unlessShare('utilisation (MFU)', given)),
  ]);
  const assumed = given === undefined ? assumedMfu(options) : undefined;
  const mfu = given ?? assumed!.value;
  const notes: Problem[] = [...flops.notes];
  if (assumed !== undefined) {
    notes.push(
      mfuAssumed({
        accelerator: accelerator.name,
        mfu,
        bandPercent: 100 * assumedMfuRelativeError,
        note: assumed.because,
      }),
    );
    if (shape?.experts !== undefined) {
      const { active } = countParameters(shape);
      notes.push(
        mixtureOfExpertsAssumed({ model: shape.name, activeParams: active, factor: mixtureOfExpertsFactor }),
      );
    }
  }
  return {
    tokensPerGpuSecond: (accelerator.peakTflops * 1e12 * mfu * goodput) / flops.value,
    relativeError: Math.hypot(flops.relativeError, given === undefined ? assumedMfuRelativeError : 0),
    provenance: worst(flops.provenance, given === undefined ? 'assumed' : 'measured'),
    goodput,
    mfu,
    notes,
  };
}

/** The default utilisation of the part, changed by what is known to change it, and the reasons in words. */
function assumedMfu({ accelerator, stack = 'tuned', sequenceLength = 0, shape }: ExpectedThroughputOptions): {
  value: number;
  because: string;
} {
  const { value, note } = accelerator.defaultMfu;
  const changes: (readonly [applies: boolean, factor: number, why: string])[] = [
    [stack !== 'tuned', stackFactors[stack], 'for a Trainer-class stack'],
    [sequenceLength >= longSequence.tokens, longSequence.factor, 'for long sequences'],
    [shape?.experts !== undefined, mixtureOfExpertsFactor, 'for a mixture of experts'],
  ];
  const applied = changes.filter(([applies]) => applies);
  return {
    value: applied.reduce((product, [, factor]) => product * factor, value),
    because: [note, ...applied.map(([, factor, why]) => `× ${factor} ${why}`)].join(', '),
  };
}

/** Tokens that a number of GPU-hours (above zero; else a Refusal) buys. */
export function tokensBought(throughput: Throughput, gpuHours: number): Ranged {
  refuse(unlessPositive('budget in GPU-hours', gpuHours));
  const value = gpuHours * 3600 * throughput.tokensPerGpuSecond;
  const { relativeError } = throughput;
  return { value, low: value * (1 - relativeError), high: value * (1 + relativeError) };
}

/** GPU-hours that a number of tokens (above zero; else a Refusal) costs: the inverse of `tokensBought`. */
export function gpuHoursNeeded(throughput: Throughput, tokens: number): Ranged {
  refuse(unlessPositive('number of tokens', tokens));
  const value = tokens / (3600 * throughput.tokensPerGpuSecond);
  const { relativeError } = throughput;
  return { value, low: value / (1 + relativeError), high: value / (1 - relativeError) };
}

/** Hours on the wall clock that GPU-hours take on `gpus` GPUs (both above zero; else a Refusal). */
export function wallClockHours(gpuHours: Ranged, gpus: number): Ranged {
  refuse(unlessPositive('number of GPUs', gpus));
  return { value: gpuHours.value / gpus, low: gpuHours.low / gpus, high: gpuHours.high / gpus };
}

/**
 * The utilisation (share of the dense bf16 peak, in the convention of `flops`) that a measured throughput in
 * tokens per second and GPU comes to. Above 1 it cannot be, and says that the shape, the part or the precision
 * is another one.
 */
export function impliedMfu(tokensPerSecondPerGpu: number, part: Accelerator, flops: FlopsPerToken): number {
  refuse(unlessPositive('throughput in tokens per second and GPU', tokensPerSecondPerGpu));
  return (tokensPerSecondPerGpu * flops.value) / (part.peakTflops * 1e12);
}

function unlessPositive(what: string, given: number): Problem[] {
  if (given > 0 && Number.isFinite(given)) return [];
  return [hardwareNumberOutOfRange({ what, given, expected: 'above zero' })];
}

function unlessShare(what: string, given: number): Problem[] {
  if (given > 0 && given <= 1) return [];
  return [hardwareNumberOutOfRange({ what, given, expected: 'above 0 and at most 1' })];
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new Refusal(problems);
}
