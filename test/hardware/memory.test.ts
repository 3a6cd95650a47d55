import { describe, expect, it } from 'vitest';
import { type Accelerator, accelerator } from '../../src/hardware/accelerators.ts';
import { activationBytes, memoryNeed, memoryProblem } from '../../src/hardware/memory.ts';
import { countParameters, modelShape } from '../../src/hardware/shapes.ts';
import { gpusTooFewForStates } from '../../src/problems/hardware.ts';

/** Fewest GPUs for AdamW states at 18 bytes per parameter and 80% of the memory; worked out apart from this code. */
const memories = [80, 141, 180, 192, 288] as const;
const minimum: readonly [model: string, stateGB: number, gpus: readonly number[]][] = [
  ['llama-3.2-1b', 22, [1, 1, 1, 1, 1]],
  ['llama-3.2-3b', 58, [1, 1, 1, 1, 1]],
  ['llama-3.1-8b', 145, [3, 2, 2, 1, 1]],
  ['qwen2.5-14b', 266, [5, 3, 2, 2, 2]],
  ['qwen2.5-32b', 590, [10, 6, 5, 4, 3]],
  ['llama-3.1-70b', 1270, [20, 12, 9, 9, 6]],
];

describe('memory of the states', () => {
  const part = (memoryGB: number): Accelerator => ({ ...accelerator('h100-sxm'), memoryGB });

  it.each(minimum)('%s takes %d GB', (model, stateGB, gpus) => {
    const { total } = countParameters(modelShape(model));
    expect(Math.round(memoryNeed(total, part(80)).stateBytes / 1e9)).toBe(stateGB);
    expect(memories.map((memoryGB) => memoryNeed(total, part(memoryGB)).minimumGpus)).toEqual(gpus);
  });

  it('leaves what the states of one GPU do not take', () => {
    const need = memoryNeed(8e9, part(192));
    expect(need.minimumGpus).toBe(1);
    expect(need.freeBytesPerGpu).toBe(192e9 - 18 * 8e9);
  });

  it('is a problem from one GPU below the least number', () => {
    const h100 = accelerator('h100-sxm');
    const { total } = countParameters(modelShape('llama-3.1-70b'));
    expect(memoryProblem(total, h100, 20)).toBeUndefined();
    expect(memoryProblem(total, h100, 19)?.code).toBe(gpusTooFewForStates.code);
  });
});

describe('activations', () => {
  it('explain, with the states, what torchtitan measured', () => {
    // benchmarks/llama3_h100_202412_torchtitan.md, table 1: Llama-3.1-8B, 8 GPUs, 2 sequences of 8192 tokens on
    // each, selective checkpointing: 82.4 GiB. torchtitan keeps 16 bytes of states a parameter.
    const shape = modelShape('llama-3.1-8b');
    const states = (16 * countParameters(shape).total) / 8;
    const gib = (states + 2 * activationBytes(shape, 8192)) / 2 ** 30;
    expect(Math.abs(gib / 82.4 - 1)).toBeLessThan(0.06);
  });

  it('can be mostly logits where the vocabulary is large and the model small', () => {
    const shape = modelShape('gemma-2-2b');
    const logits = 4 * 8192 * shape.vocab;
    expect(logits).toBeGreaterThan(0.3 * activationBytes(shape, 8192));
  });
});
