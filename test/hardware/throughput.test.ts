import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Accelerator, accelerator, accelerators } from '../../src/hardware/accelerators.ts';
import { flopConventions, flopsPerToken, flopsPerTokenFromSize } from '../../src/hardware/flops.ts';
import { type ModelShape, modelShape } from '../../src/hardware/shapes.ts';
import {
  expectedThroughput,
  gpuHoursNeeded,
  impliedMfu,
  measuredThroughput,
  tokensBought,
  wallClockHours,
} from '../../src/hardware/throughput.ts';
import {
  acceleratorUnknown,
  flopsFromSizeOnly,
  hardwareNumberOutOfRange,
  mfuAssumed,
  mixtureOfExpertsAssumed,
} from '../../src/problems/hardware.ts';
import { Refusal } from '../../src/problems/problem.ts';

/** Billions of tokens for 512 GPU-hours at the default utilisations, goodput 1, palm; worked out apart from this code. */
const parts = ['a100-80', 'h100-sxm', 'b200', 'mi300x', 'tpu-v5p', 'tpu-v6e'] as const;
const budget512: readonly [
  model: string,
  sequenceLength: number,
  flop: string,
  billions: readonly string[],
][] = [
  ['llama-3.2-1b', 4096, '9.03e+9', ['28.7', '80.8', '160.8', '80.1', '51.6', '78.7']],
  ['llama-3.1-8b', 4096, '5.15e+10', ['5.03', '14.2', '28.2', '14.0', '9.04', '13.8']],
  ['llama-3.1-8b', 8192, '5.79e+10', ['4.47', '12.6', '25.1', '12.5', '8.03', '12.3']],
  ['qwen2.5-14b', 4096, '9.60e+10', ['2.69', '7.59', '15.1', '7.53', '4.85', '7.40']],
  ['qwen2.5-32b', 4096, '2.08e+11', ['1.24', '3.51', '6.98', '3.47', '2.24', '3.42']],
  ['llama-3.1-70b', 4096, '4.49e+11', ['0.58', '1.62', '3.23', '1.61', '1.04', '1.58']],
];

describe('512 GPU-hours', () => {
  describe.each(budget512)('%s at %d tokens', (model, sequenceLength, flop, billions) => {
    const flops = flopsPerToken(modelShape(model), sequenceLength);

    it(`costs ${flop} FLOP per token`, () => {
      expect(flops.value.toExponential(2)).toBe(flop);
    });

    it.each(parts.map((part, k) => [part, billions[k]!] as const))(
      'on %s buys %sB tokens',
      (part, printed) => {
        const throughput = expectedThroughput({ accelerator: accelerator(part), flops, goodput: 1 });
        const bought = tokensBought(throughput, 512).value / 1e9;
        expect(bought.toFixed(decimals(printed))).toBe(printed);
      },
    );
  });
});

/**
 * Utilisation recomputed from throughputs that were published together with it. The MPT runs are
 * benchmarked with learned positions and biases, so that their own NumParams enter instead of a shape's.
 */
describe('published utilisation, from published tokens per second', () => {
  const h100 = accelerator('h100-sxm');

  it.each([
    // MosaicML llm-foundry, scripts/train/benchmarking/README.md, table "H100 80GB BF16", 8 GPUs.
    ['mpt-7b', 6_658_859_008, 2048, 10_643, 46.44],
    ['mpt-7b', 6_684_024_832, 8192, 6_935, 37.14],
    ['mpt-13b', 12_853_954_560, 2048, 4_792, 39.79],
    ['mpt-30b', 29_975_214_080, 2048, 2_002, 38.11],
  ])(
    '%s with %d parameters at %d tokens on an H100 (mosaic)',
    (model, params, sequenceLength, tokensPerSecond, percent) => {
      const shape = modelShape(model);
      const attention =
        flopsPerToken(shape, sequenceLength, 'mosaic').value -
        flopsPerToken(shape, sequenceLength, '6n').value;
      const flops = { ...flopsPerToken(shape, sequenceLength, 'mosaic'), value: 6 * params + attention };
      expect(Math.abs(100 * impliedMfu(tokensPerSecond, h100, flops) - percent)).toBeLessThan(0.05);
    },
  );

  it.each([
    // torchtitan, benchmarks/llama3_h100_202412_torchtitan.md, table 1: "33% to 39% MFU".
    ['llama-3.1-8b', 8192, 'palm', 'h100-sxm', 5_762, 33.7],
    ['llama-3.1-8b', 8192, 'palm', 'h100-sxm', 6_667, 39.0],
    // MaxText's tables for v6e; its figures then counted the full attention map.
    ['llama-3.1-8b', 8192, 'palm', 'tpu-v6e', 7_207, 45.46],
    ['llama-3.1-70b', 8192, 'palm', 'tpu-v6e', 960, 50.33],
  ] as const)(
    '%s at %d tokens (%s) on %s',
    (model, sequenceLength, convention, part, tokensPerSecond, percent) => {
      const flops = flopsPerToken(modelShape(model), sequenceLength, convention);
      expect(Math.abs(100 * impliedMfu(tokensPerSecond, accelerator(part), flops) - percent)).toBeLessThan(
        0.05,
      );
    },
  );

  it.each([
    // Megatron-Bridge performance summary, FP8: TFLOP/s per GPU beside tokens/s per GPU.
    ['llama-3.1-8b', 14_451, 744],
    ['llama-3.1-8b', 30_624, 1576],
  ])('%s at 8192 tokens and %d tokens/s comes to %d TFLOP/s (causal)', (model, tokensPerSecond, tflops) => {
    const flops = flopsPerToken(modelShape(model), 8192, 'causal');
    expect(Math.round((flops.value * tokensPerSecond) / 1e12)).toBe(tflops);
  });
});

describe('FLOP per token', () => {
  const shape: ModelShape = modelShape('llama-3.1-8b');

  it('orders the conventions: attention counted twice over half of it, none of it last', () => {
    const [palm, mosaic, causal] = flopConventions.map(
      (convention) => flopsPerToken(shape, 8192, convention).value,
    );
    expect(mosaic).toBeGreaterThan(palm!);
    expect(palm).toBeGreaterThan(causal!);
    const sixN = flopsPerToken(shape, 8192, '6n').value;
    expect(flopsPerToken(shape, 1, '6n').value).toBe(sixN);
    expect(mosaic! - sixN).toBe(12 * 32 * 8192 * 4096);
  });

  it('of 6N alone overstates tokens by the share that attention takes', () => {
    // About 7% at 8B and 4k tokens, 20% at 8k, 43% at 1.2B and 8k.
    const overstated = (model: string, sequenceLength: number) =>
      flopsPerToken(modelShape(model), sequenceLength).value /
        flopsPerToken(modelShape(model), sequenceLength, '6n').value -
      1;
    expect(Math.round(100 * overstated('llama-3.1-8b', 4096))).toBe(7);
    expect(Math.round(100 * overstated('llama-3.1-8b', 8192))).toBe(20);
    expect(Math.round(100 * overstated('llama-3.2-1b', 8192))).toBe(43);
  });

  it('of a size alone carries its band and says so', () => {
    const flops = flopsPerTokenFromSize(8e9);
    expect(flops.value).toBeCloseTo(6.6 * 8e9);
    expect(flops.relativeError).toBe(0.25);
    expect(flops.notes.map(({ code }) => code)).toEqual([flopsFromSizeOnly.code]);
  });

  it('refuses lengths and sizes that cannot be', () => {
    for (const bad of [0, -1, 2048.5, Number.NaN]) {
      expect(codesOf(() => flopsPerToken(shape, bad))).toEqual([hardwareNumberOutOfRange.code]);
    }
    for (const bad of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(codesOf(() => flopsPerTokenFromSize(bad))).toEqual([hardwareNumberOutOfRange.code]);
    }
  });
});

describe('throughput', () => {
  const h100: Accelerator = accelerator('h100-sxm');
  const flops = flopsPerToken(modelShape('llama-3.1-8b'), 4096);

  it('that was measured has no band, and pays only the goodput', () => {
    const throughput = measuredThroughput(7_500, 0.9);
    expect(throughput.provenance).toBe('measured');
    expect(throughput.notes).toEqual([]);
    expect(tokensBought(throughput, 10)).toEqual({
      value: 10 * 3600 * 7_500 * 0.9,
      low: 10 * 3600 * 7_500 * 0.9,
      high: 10 * 3600 * 7_500 * 0.9,
    });
  });

  it('from a utilisation agrees with the tokens per second it was computed from', () => {
    fc.assert(
      fc.property(fc.double({ min: 100, max: 15_000, noNaN: true }), (tokensPerSecond) => {
        const mfu = impliedMfu(tokensPerSecond, h100, flops);
        const expected = expectedThroughput({ accelerator: h100, flops, mfu, goodput: 1 });
        expect(expected.tokensPerGpuSecond / tokensPerSecond).toBeCloseTo(1, 12);
        expect(expected.relativeError).toBe(0);
        expect(expected.provenance).toBe('published');
      }),
    );
  });

  it('with an assumed utilisation is good to a quarter, and says so', () => {
    const throughput = expectedThroughput({ accelerator: h100, flops });
    const { value, low, high } = tokensBought(throughput, 512);
    expect(low / value).toBeCloseTo(0.75, 12);
    expect(high / value).toBeCloseTo(1.25, 12);
    expect(throughput.provenance).toBe('assumed');
    expect(throughput.notes.map(({ code }) => code)).toEqual([mfuAssumed.code]);
  });

  it('with the shape unknown too is good to both bands together', () => {
    const throughput = expectedThroughput({ accelerator: h100, flops: flopsPerTokenFromSize(8e9) });
    expect(throughput.relativeError).toBeCloseTo(0.25 * Math.SQRT2, 12);
    expect(throughput.notes.map(({ code }) => code)).toEqual([flopsFromSizeOnly.code, mfuAssumed.code]);
  });

  it('falls with a slower stack, long sequences and experts', () => {
    const base = expectedThroughput({ accelerator: h100, flops }).tokensPerGpuSecond;
    const ratio = (more: object) =>
      expectedThroughput({ accelerator: h100, flops, ...more }).tokensPerGpuSecond / base;
    expect(ratio({ stack: 'trainer' })).toBeCloseTo(0.75, 12);
    expect(ratio({ sequenceLength: 32_768 })).toBeCloseTo(0.7, 12);
    expect(ratio({ sequenceLength: 32_767 })).toBe(1);
    const shape = modelShape('mixtral-8x7b');
    expect(ratio({ shape })).toBeCloseTo(0.5, 12);
    expect(expectedThroughput({ accelerator: h100, flops, shape }).notes.map(({ code }) => code)).toContain(
      mixtureOfExpertsAssumed.code,
    );
  });

  it('takes a utilisation of one’s own as it is', () => {
    const own = expectedThroughput({
      accelerator: h100,
      flops,
      mfu: 0.5,
      stack: 'trainer',
      sequenceLength: 65_536,
    });
    expect(own.mfu).toBe(0.5);
  });

  it('turns tokens back into the GPU-hours that buy them, bands included', () => {
    const throughput = expectedThroughput({ accelerator: h100, flops });
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 1e7, noNaN: true }), (gpuHours) => {
        const tokens = tokensBought(throughput, gpuHours);
        expect(gpuHoursNeeded(throughput, tokens.value).value / gpuHours).toBeCloseTo(1, 12);
        expect(gpuHoursNeeded(throughput, tokens.low).high / gpuHours).toBeCloseTo(1, 12);
        expect(gpuHoursNeeded(throughput, tokens.high).low / gpuHours).toBeCloseTo(1, 12);
      }),
    );
  });

  it('divides GPU-hours over GPUs', () => {
    expect(wallClockHours({ value: 512, low: 400, high: 640 }, 64)).toEqual({
      value: 8,
      low: 6.25,
      high: 10,
    });
  });

  it('refuses figures that cannot be, all of them together', () => {
    expect(codesOf(() => measuredThroughput(-1, 2))).toEqual([
      hardwareNumberOutOfRange.code,
      hardwareNumberOutOfRange.code,
    ]);
    expect(codesOf(() => expectedThroughput({ accelerator: h100, flops, mfu: 40 }))).toEqual([
      hardwareNumberOutOfRange.code,
    ]);
    const throughput = measuredThroughput(1000);
    expect(codesOf(() => tokensBought(throughput, 0))).toEqual([hardwareNumberOutOfRange.code]);
    expect(codesOf(() => gpuHoursNeeded(throughput, Number.NaN))).toEqual([hardwareNumberOutOfRange.code]);
    expect(codesOf(() => wallClockHours({ value: 1, low: 1, high: 1 }, 0))).toEqual([
      hardwareNumberOutOfRange.code,
    ]);
  });
});

describe('the catalogue of accelerators', () => {
  it('has unique ids, and default utilisations that are shares', () => {
    expect(new Set(accelerators.map(({ id }) => id)).size).toBe(accelerators.length);
    for (const { defaultMfu } of accelerators) {
      expect(defaultMfu.value).toBeGreaterThan(0);
      expect(defaultMfu.value).toBeLessThan(1);
      expect(defaultMfu.note).not.toBe('');
    }
  });

  it('borrows a default from the family wherever no range of its own stands behind it', () => {
    for (const { id, defaultMfu, evidence } of accelerators) {
      if (evidence.length === 0) expect([id, defaultMfu.basis]).toEqual([id, 'family']);
    }
  });

  it('finds a part whatever the spelling, and the common one for a bare name', () => {
    expect(accelerator('H100 SXM').id).toBe('h100-sxm');
    expect(accelerator('h100').id).toBe('h100-sxm');
    expect(accelerator('A100').id).toBe('a100-80');
    expect(accelerator('TPU v5p').id).toBe('tpu-v5p');
  });

  it('refuses an unknown part and names the nearest', () => {
    expect(codesOf(() => accelerator('h10'))).toEqual([acceleratorUnknown.code]);
    const near = acceleratorUnknown({ given: 'x', nearest: ['a', 'b'] });
    expect(near.hint).toContain('a, b');
  });
});

function decimals(printed: string): number {
  return printed.length - printed.indexOf('.') - 1;
}

function codesOf(action: () => unknown): string[] {
  try {
    action();
  } catch (error) {
    if (error instanceof Refusal) return error.problems.map(({ code }) => code);
    throw error;
  }
  throw new Error('nothing was refused');
}
