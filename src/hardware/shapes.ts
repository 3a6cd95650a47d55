/**
 * Shapes of common base models, and the parameter counts that follow from them.
 *
 * Counts are computed, never stored: a shape that reproduces the published total to the last digit is right.
 * Shapes are those of the `config.json` beside each model's weights; `mark` says how they were checked.
 */
import { modelShapeUnknown } from '../problems/hardware.ts';
import { Refusal } from '../problems/problem.ts';
import { findEntry, nearestIds } from './lookup.ts';
import { gemma2, llama, mpt, neox, olmo2, qwen2, qwen3 } from './shapeFamilies.ts';

export interface ModelShape {
  readonly id: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly layers: number;
  /** Width of the residual stream. */
  readonly hidden: number;
  readonly heads: number;
  readonly headDim: number;
  readonly kvHeads: number;
  /** Inner width of the feed-forward block, of one expert where there are several. */
  readonly ffn: number;
  /** Rows of the embedding matrix, padding included. */
  readonly vocab: number;
  /** Does the output head share the embedding matrix? */
  readonly tied: boolean;
  /** A gated feed-forward block (SwiGLU, GeGLU) has three matrices instead of two. */
  readonly gated: boolean;
  readonly biases: 'none' | 'qkv' | 'all';
  /** Vectors of width `hidden` in the norms of one layer, and after the last one (a norm with bias counts two). */
  readonly normVectors: number;
  readonly finalNormVectors: number;
  /** Norms on queries and keys: none, one vector of `headDim` each, or one of the full projected width each. */
  readonly qkNorm: 'none' | 'head' | 'full';
  /** Mixture of experts: how many there are in a layer and how many one token uses. */
  readonly experts?: { readonly total: number; readonly perToken: number };
  /**
   * `checked`: every figure was compared with Lightning-AI/litgpt `litgpt/config.py` (which transcribes the
   * models' own config.json) or with the model's own repository. `recalled`: it was not, beyond its total.
   */
  readonly mark: 'checked' | 'recalled';
}

export interface ParameterCount {
  readonly total: number;
  /** Without the embedding matrix and without the output head: the N of scaling laws. */
  readonly nonEmbedding: number;
  /** Total, but with only those experts that one token uses; `total` for a dense model. */
  readonly active: number;
  /** Active parameters that take part in matrix products: the input embedding is a look-up, unless it is tied. */
  readonly multiplied: number;
}

/** Counts the parameters of a shape, term by term. */
export function countParameters(shape: ModelShape): ParameterCount {
  const { layers, hidden, heads, headDim, kvHeads, ffn, vocab } = shape;
  const queries = heads * headDim;
  const keys = kvHeads * headDim;
  const experts = shape.experts ?? { total: 1, perToken: 1 };

  const attention = hidden * (2 * queries + 2 * keys);
  const attentionBias =
    shape.biases === 'none' ? 0 : queries + 2 * keys + (shape.biases === 'all' ? hidden : 0);
  const qkNorm = { none: 0, head: 2 * headDim, full: queries + keys }[shape.qkNorm];
  const expert = (shape.gated ? 3 : 2) * hidden * ffn + (shape.biases === 'all' ? ffn + hidden : 0);
  const router = shape.experts === undefined ? 0 : hidden * experts.total;
  const norms = shape.normVectors * hidden;

  const layer = (expertsCounted: number) =>
    attention + attentionBias + qkNorm + router + expertsCounted * expert + norms;
  const finalNorm = shape.finalNormVectors * hidden;
  const embedding = vocab * hidden;
  const head = shape.tied ? 0 : embedding;

  const nonEmbedding = layers * layer(experts.total) + finalNorm;
  const active = layers * layer(experts.perToken) + finalNorm + embedding + head;
  return {
    total: nonEmbedding + embedding + head,
    nonEmbedding,
    active,
    multiplied: shape.tied ? active : active - embedding,
  };
}

export const modelShapes: readonly ModelShape[] = [
  llama('Llama-2-7B', [32, 4096, 32, 32, 11008, 32000], ['Llama-2-7b-hf']),
  llama('Llama-2-13B', [40, 5120, 40, 40, 13824, 32000], ['Llama-2-13b-hf']),
  llama('Llama-2-70B', [80, 8192, 64, 8, 28672, 32000], ['Llama-2-70b-hf']),
  llama(
    'Llama-3.1-8B',
    [32, 4096, 32, 8, 14336, 128256],
    ['Meta-Llama-3.1-8B', 'Llama-3-8B', 'Meta-Llama-3-8B'],
  ),
  llama(
    'Llama-3.1-70B',
    [80, 8192, 64, 8, 28672, 128256],
    ['Meta-Llama-3.1-70B', 'Llama-3-70B', 'Meta-Llama-3-70B'],
  ),
  llama('Llama-3.1-405B', [126, 16384, 128, 8, 53248, 128256], ['Meta-Llama-3.1-405B']),
  llama('Llama-3.2-1B', [16, 2048, 32, 8, 8192, 128256], [], { tied: true }),
  llama('Llama-3.2-3B', [28, 3072, 24, 8, 8192, 128256], [], { tied: true }),
  llama('TinyLlama-1.1B', [22, 2048, 32, 4, 5632, 32000], ['TinyLlama-1.1B-intermediate-step-1431k-3T']),
  llama('SmolLM2-135M', [30, 576, 9, 3, 1536, 49152], [], { tied: true }),
  llama('SmolLM2-360M', [32, 960, 15, 5, 2560, 49152], [], { tied: true }),
  llama('SmolLM2-1.7B', [24, 2048, 32, 32, 8192, 49152], [], { tied: true }),
  llama('Mistral-7B-v0.1', [32, 4096, 32, 8, 14336, 32000], ['Mistral-7B']),
  llama('Mistral-7B-v0.3', [32, 4096, 32, 8, 14336, 32768]),
  llama('Mixtral-8x7B-v0.1', [32, 4096, 32, 8, 14336, 32000], ['Mixtral-8x7B'], {
    experts: { total: 8, perToken: 2 },
  }),
  llama(
    'Phi-3-mini',
    [32, 3072, 32, 32, 8192, 32064],
    ['Phi-3-mini-4k-instruct', 'Phi-3-mini-128k-instruct'],
  ),
  llama('Phi-4', [40, 5120, 40, 10, 17920, 100352]),
  qwen2('Qwen2.5-0.5B', [24, 896, 14, 2, 4864, 151936], { tied: true }),
  qwen2('Qwen2.5-1.5B', [28, 1536, 12, 2, 8960, 151936], { tied: true }),
  qwen2('Qwen2.5-3B', [36, 2048, 16, 2, 11008, 151936], { tied: true }),
  qwen2('Qwen2.5-7B', [28, 3584, 28, 4, 18944, 152064]),
  qwen2('Qwen2.5-14B', [48, 5120, 40, 8, 13824, 152064]),
  qwen2('Qwen2.5-32B', [64, 5120, 40, 8, 27648, 152064]),
  qwen2('Qwen2.5-72B', [80, 8192, 64, 8, 29568, 152064]),
  qwen3('Qwen3-0.6B', [28, 1024, 16, 8, 3072, 151936], { tied: true }),
  qwen3('Qwen3-1.7B', [28, 2048, 16, 8, 6144, 151936], { tied: true }),
  qwen3('Qwen3-4B', [36, 2560, 32, 8, 9728, 151936], { tied: true }),
  qwen3('Qwen3-8B', [36, 4096, 32, 8, 12288, 151936]),
  qwen3('Qwen3-14B', [40, 5120, 40, 8, 17408, 151936]),
  qwen3('Qwen3-30B-A3B', [48, 2048, 32, 4, 768, 151936], { experts: { total: 128, perToken: 8 } }),
  gemma2('Gemma-2-2B', [26, 2304, 8, 4, 9216, 256000], 256),
  gemma2('Gemma-2-9B', [42, 3584, 16, 8, 14336, 256000], 256),
  gemma2('Gemma-2-27B', [46, 4608, 32, 16, 36864, 256000], 128),
  olmo2('OLMo-2-7B', [32, 4096, 32, 32, 11008, 100352], ['OLMo-2-1124-7B']),
  olmo2('OLMo-2-13B', [40, 5120, 40, 40, 13824, 100352], ['OLMo-2-1124-13B']),
  neox('Pythia-70M', [6, 512, 8, 50304]),
  neox('Pythia-160M', [12, 768, 12, 50304]),
  neox('Pythia-410M', [24, 1024, 16, 50304]),
  neox('Pythia-1B', [16, 2048, 8, 50304]),
  neox('Pythia-1.4B', [24, 2048, 16, 50304]),
  neox('Pythia-2.8B', [32, 2560, 32, 50304]),
  neox('Pythia-6.9B', [32, 4096, 32, 50432]),
  neox('Pythia-12B', [36, 5120, 40, 50688]),
  neox('GPT-NeoX-20B', [44, 6144, 64, 50432], { mark: 'recalled' }),
  mpt('MPT-7B', [32, 4096, 32, 32, 50432]),
  mpt('MPT-13B', [40, 5120, 40, 40, 50432]),
  mpt('MPT-30B', [48, 7168, 64, 64, 50432]),
  mpt('Falcon-7B', [32, 4544, 71, 1, 65024], { finalNormVectors: 2 }),
  mpt('Falcon-40B', [60, 8192, 128, 8, 65024], { normVectors: 4, finalNormVectors: 2 }),
];

/**
 * The shape of the base model that people mean by `text` (`Llama-3.1-8B`, `meta-llama/Llama-3.1-8B`, any case).
 * Throws a Refusal with the nearest ids where none is known.
 */
export function modelShape(text: string): ModelShape {
  const found = findModelShape(text);
  if (found === undefined) {
    throw new Refusal([modelShapeUnknown({ given: text, nearest: nearestIds(modelShapes, text) })]);
  }
  return found;
}

/** As `modelShape`, but undefined where the model is not known. */
export function findModelShape(text: string): ModelShape | undefined {
  return findEntry(modelShapes, text);
}
