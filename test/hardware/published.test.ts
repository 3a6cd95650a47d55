/** Tokens per GPU-hour from a published utilisation, by the way a plan goes, against the tokens per second printed beside it. */
import { describe, expect, it } from 'vitest';
import { accelerator } from '../../src/hardware/accelerators.ts';
import { flopsPerToken } from '../../src/hardware/flops.ts';
import { quote } from '../../src/hardware/quote.ts';
import { modelShape } from '../../src/hardware/shapes.ts';
import { expectedThroughput, tokensBought } from '../../src/hardware/throughput.ts';

const HOUR = 3600;

describe('tokens per GPU-hour, within 1% of the published figure', () => {
  it.each([
    // MosaicML llm-foundry, scripts/train/benchmarking/README.md, 8 GPUs. Its convention is palm's for tied embeddings.
    { model: 'mpt-7b', part: 'h100-sxm', sequenceLength: 2048, mfu: 0.4644, tokensPerSecond: 10_643 },
    { model: 'mpt-13b', part: 'h100-sxm', sequenceLength: 2048, mfu: 0.3979, tokensPerSecond: 4_792 },
    // PyTorch torchtitan, benchmarks/llama3_h100_202412_torchtitan.md, table 1, compiled, on 8 GPUs: "39% MFU".
    { model: 'llama-3.1-8b', part: 'h100-sxm', sequenceLength: 8192, mfu: 0.39, tokensPerSecond: 6_667 },
    // AI-Hypercomputer MaxText, tables for v6e, from before it halved the attention map.
    { model: 'llama-3.1-8b', part: 'tpu-v6e', sequenceLength: 8192, mfu: 0.4546, tokensPerSecond: 7_207 },
    { model: 'llama-3.1-70b', part: 'tpu-v6e', sequenceLength: 8192, mfu: 0.5033, tokensPerSecond: 960 },
  ])('$model on $part at $sequenceLength tokens and $mfu', ({ part, tokensPerSecond, ...asked }) => {
    const { tokensPerGpuHour, throughput } = quote({ ...asked, accelerator: accelerator(part), goodput: 1 });
    expect(Math.abs(tokensPerGpuHour.value / (HOUR * tokensPerSecond) - 1)).toBeLessThan(0.01);
    // Nothing was assumed, so nothing is uncertain.
    expect([tokensPerGpuHour.low, tokensPerGpuHour.high]).toEqual([
      tokensPerGpuHour.value,
      tokensPerGpuHour.value,
    ]);
    expect(throughput.notes).toEqual([]);
  });

  it('llama-3.1-8b on h100-sxm in FP8, from TFLOP/s that count half of the attention map', () => {
    // NVIDIA Megatron-Bridge, performance summary: 744 TFLOP/s and 14,451 tokens/s per GPU.
    const part = accelerator('h100-sxm');
    const throughput = expectedThroughput({
      accelerator: part,
      flops: flopsPerToken(modelShape('llama-3.1-8b'), 8192, 'causal'),
      mfu: 744 / part.peakTflops,
      goodput: 1,
    });
    expect(Math.abs(tokensBought(throughput, 1).value / (HOUR * 14_451) - 1)).toBeLessThan(0.01);
  });

  it('would be missed in the wrong convention', () => {
    const asked = { accelerator: accelerator('h100-sxm'), mfu: 0.39, goodput: 1 };
    for (const convention of ['causal', '6n'] as const) {
      const flops = flopsPerToken(modelShape('llama-3.1-8b'), 8192, convention);
      const tokens = tokensBought(expectedThroughput({ ...asked, flops }), 1).value;
      expect(tokens / (HOUR * 6_667)).toBeGreaterThan(1.05);
    }
  });
});
