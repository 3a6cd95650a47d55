/**
 * Memory of full-parameter training with AdamW: what must fit before the first token.
 *
 * 18 bytes per parameter: bf16 weights 2, fp32 weights 4, fp32 gradients 4, two fp32 moments 8 (NVIDIA
 * Megatron-LM, docs/user-guide/features/dist_optimizer.md and theoretical_memory_usage.py). States are taken
 * as sharded over all GPUs (FSDP, ZeRO-3). LoRA, 8-bit optimisers and pure bf16 need less and another estimate.
 */
import { gpusTooFewForStates } from '../problems/hardware.ts';
import type { Problem } from '../problems/problem.ts';
import type { Accelerator } from './accelerators.ts';
import type { ModelShape } from './shapes.ts';

export const stateBytesPerParameter = 18;
/** Share of the memory that states may take; the rest is for activations, buffers and fragmentation. */
export const usableMemoryShare = 0.8;

export interface MemoryNeed {
  /** Weights, gradients and optimiser states of the whole model, in bytes. */
  readonly stateBytes: number;
  /** Fewest GPUs whose usable memory holds the states. */
  readonly minimumGpus: number;
  /** Memory of one GPU, in bytes, left for everything else at that number of GPUs. */
  readonly freeBytesPerGpu: number;
}

/** States of a model with `totalParams` parameters (all of them: embeddings and every expert) on a part. */
export function memoryNeed(totalParams: number, part: Accelerator): MemoryNeed {
  const stateBytes = totalParams * stateBytesPerParameter;
  const memoryBytes = part.memoryGB * 1e9;
  const minimumGpus = Math.ceil(stateBytes / (usableMemoryShare * memoryBytes));
  return { stateBytes, minimumGpus, freeBytesPerGpu: memoryBytes - stateBytes / minimumGpus };
}

/** The problem with training on `gpus` GPUs whose usable memory does not hold the states; undefined where it does. */
export function memoryProblem(totalParams: number, part: Accelerator, gpus: number): Problem | undefined {
  const { stateBytes, minimumGpus } = memoryNeed(totalParams, part);
  if (gpus >= minimumGpus) return undefined;
  return gpusTooFewForStates({
    gpus,
    minimumGpus,
    accelerator: part.name,
    stateGB: stateBytes / 1e9,
    usableShare: usableMemoryShare,
  });
}

/**
 * Activations of one sequence of `sequenceLength` tokens in bytes, with fused attention and selective
 * recomputation: s·h·(18 + 4·ffn/h) a layer, after Megatron-LM's theoretical_memory_usage.py, and the fp32
 * logits, 4·s·vocab. Full recomputation needs far less; tensor parallelism divides it.
 */
export function activationBytes(shape: ModelShape, sequenceLength: number): number {
  const { layers, hidden, vocab } = shape;
  const ffn = shape.ffn * (shape.experts?.perToken ?? 1);
  const layer = sequenceLength * (18 * hidden + 4 * ffn);
  return layers * layer + 4 * sequenceLength * vocab;
}
