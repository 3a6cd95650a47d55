import { describe, expect, it } from 'vitest';
import { countParameters, findModelShape, modelShape, modelShapes } from '../../src/hardware/shapes.ts';
import { modelShapeUnknown } from '../../src/problems/hardware.ts';
import { Refusal } from '../../src/problems/problem.ts';

/**
 * Totals of the published weights, to the last digit. `recalled` where the total was not looked up again but is
 * the widely quoted one (the sum of the tensors in the safetensors index); a shape that were wrong in any
 * figure would not hit it.
 */
const exactTotals: Readonly<Record<string, number>> = {
  // EleutherAI/pythia README, "total params"
  'pythia-70m': 70_426_624,
  'pythia-160m': 162_322_944,
  'pythia-410m': 405_334_016,
  'pythia-1b': 1_011_781_632,
  'pythia-1.4b': 1_414_647_808,
  'pythia-2.8b': 2_775_208_960,
  'pythia-6.9b': 6_857_302_016,
  'pythia-12b': 11_846_072_320,
  // safetensors metadata of the model cards, recalled
  'llama-2-7b': 6_738_415_616,
  'llama-2-13b': 13_015_864_320,
  'llama-2-70b': 68_976_648_192,
  'llama-3.1-8b': 8_030_261_248,
  'llama-3.1-70b': 70_553_706_496,
  'llama-3.1-405b': 405_853_388_800,
  'llama-3.2-1b': 1_235_814_400,
  'llama-3.2-3b': 3_212_749_824,
  'tinyllama-1.1b': 1_100_048_384,
  'smollm2-135m': 134_515_008,
  'smollm2-360m': 361_821_120,
  'smollm2-1.7b': 1_711_376_384,
  'mistral-7b-v0.1': 7_241_732_096,
  'mistral-7b-v0.3': 7_248_023_552,
  'mixtral-8x7b-v0.1': 46_702_792_704,
  'phi-3-mini': 3_821_079_552,
  'phi-4': 14_659_507_200,
  'qwen2.5-0.5b': 494_032_768,
  'qwen2.5-1.5b': 1_543_714_304,
  'qwen2.5-3b': 3_085_938_688,
  'qwen2.5-7b': 7_615_616_512,
  'qwen2.5-14b': 14_770_033_664,
  'qwen2.5-32b': 32_763_876_352,
  'qwen2.5-72b': 72_706_203_648,
  'qwen3-0.6b': 596_049_920,
  'qwen3-1.7b': 1_720_574_976,
  'qwen3-4b': 4_022_468_096,
  'qwen3-8b': 8_190_735_360,
  'qwen3-14b': 14_768_307_200,
  'qwen3-30b-a3b': 30_532_122_624,
  'gemma-2-2b': 2_614_341_888,
  'gemma-2-9b': 9_241_705_984,
  'gemma-2-27b': 27_227_128_320,
  'olmo-2-7b': 7_298_617_344,
  'olmo-2-13b': 13_716_198_400,
  'gpt-neox-20b': 20_554_567_680,
  'mpt-7b': 6_649_286_656,
  'falcon-7b': 6_921_720_704,
  'falcon-40b': 41_303_293_952,
};

/**
 * MosaicML llm-foundry, scripts/train/benchmarking/README.md, NumParams at 2048 tokens, less the 2048 learned
 * positions of those runs, which the released ALiBi models do not have. The runs also had biases.
 */
const benchmarked: Readonly<Record<string, { numParams: number; hidden: number }>> = {
  'mpt-7b': { numParams: 6_658_859_008, hidden: 4096 },
  'mpt-13b': { numParams: 12_853_954_560, hidden: 5120 },
  'mpt-30b': { numParams: 29_975_214_080, hidden: 7168 },
};

/** Non-embedding parameters. Pythia: model cards, exact. Qwen2.5: model cards, in billions as printed, recalled. */
const nonEmbedding: Readonly<Record<string, number>> = {
  'pythia-70m': 18_915_328,
  'pythia-160m': 85_056_000,
  'pythia-410m': 302_311_424,
  'pythia-1b': 805_736_448,
  'pythia-1.4b': 1_208_602_624,
  'pythia-2.8b': 2_517_652_480,
  'pythia-6.9b': 6_444_163_072,
  'pythia-12b': 11_327_027_200,
};
const nonEmbeddingBillions: Readonly<Record<string, string>> = {
  'qwen2.5-0.5b': '0.36',
  'qwen2.5-1.5b': '1.31',
  'qwen2.5-3b': '2.77',
  'qwen2.5-7b': '6.53',
  'qwen2.5-14b': '13.2',
  'qwen2.5-32b': '31.2',
  'qwen2.5-72b': '70.2',
};

describe('parameters counted from shapes', () => {
  it.each(Object.entries(exactTotals))('%s has %d in all', (id, total) => {
    expect(countParameters(modelShape(id)).total).toBe(total);
  });

  it.each(Object.entries(benchmarked))(
    '%s is within 0.5% of the benchmarked model',
    (id, { numParams, hidden }) => {
      const expected = numParams - 2048 * hidden;
      const { total } = countParameters(modelShape(id));
      expect(Math.abs(total / expected - 1)).toBeLessThan(0.005);
    },
  );

  it('has a published total for every shape', () => {
    const known = new Set([...Object.keys(exactTotals), ...Object.keys(benchmarked)]);
    expect(modelShapes.filter(({ id }) => !known.has(id)).map(({ id }) => id)).toEqual([]);
  });

  it.each(Object.entries(nonEmbedding))('%s has %d without embeddings', (id, count) => {
    expect(countParameters(modelShape(id)).nonEmbedding).toBe(count);
  });

  it.each(Object.entries(nonEmbeddingBillions))('%s has %sB without embeddings', (id, printed) => {
    const billions = countParameters(modelShape(id)).nonEmbedding / 1e9;
    expect(billions.toFixed(printed.length - printed.indexOf('.') - 1)).toBe(printed);
  });

  it('counts only the experts in use as active', () => {
    // 12.9B active: Jiang et al. 2024 (arXiv 2401.04088), section 1; 3.3B: Qwen3-30B-A3B model card.
    expect((countParameters(modelShape('mixtral-8x7b')).active / 1e9).toFixed(1)).toBe('12.9');
    expect(countParameters(modelShape('qwen3-30b-a3b')).active / 1e9).toBeCloseTo(3.3, 0);
    const dense = countParameters(modelShape('llama-3.1-8b'));
    expect(dense.active).toBe(dense.total);
  });

  it('multiplies by all parameters but an untied input embedding', () => {
    const untied = modelShape('llama-3.1-8b');
    const tied = modelShape('llama-3.2-1b');
    const count = countParameters(untied);
    expect(count.multiplied).toBe(count.total - untied.vocab * untied.hidden);
    expect(countParameters(tied).multiplied).toBe(countParameters(tied).total);
  });
});

describe('the catalogue of shapes', () => {
  it('has unique ids', () => {
    expect(new Set(modelShapes.map(({ id }) => id)).size).toBe(modelShapes.length);
  });

  it('finds a model by name, alias and repository, whatever the case', () => {
    for (const text of ['Llama-3.1-8B', 'meta-llama/Llama-3.1-8B', 'llama 3.1 8b', 'Meta-Llama-3.1-8B']) {
      expect(modelShape(text).id).toBe('llama-3.1-8b');
    }
    expect(modelShape('Qwen/Qwen3-8B-Base').id).toBe('qwen3-8b');
    expect(findModelShape('7B')).toBeUndefined();
  });

  it('refuses an unknown model and names the nearest', () => {
    const refusal = refusalOf(() => modelShape('Llama-3.1-9B'));
    expect(refusal.problems.map(({ code }) => code)).toEqual([modelShapeUnknown.code]);
    expect(refusal.problems[0]?.hint).toContain('llama-3.1-8b');
  });
});

function refusalOf(action: () => unknown): Refusal {
  try {
    action();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
