/** What the models of one family have in common, so that a model is one line of numbers in shapes.ts. */
import type { ModelShape } from './shapes.ts';

/** layers, hidden, heads, kvHeads, ffn, vocab */
type Numbers = readonly [number, number, number, number, number, number];
type Changes = Partial<ModelShape>;

/** Llama and those built like it: gated feed-forward, RMS norms, no biases, separate output head. */
export function llama(
  name: string,
  [layers, hidden, heads, kvHeads, ffn, vocab]: Numbers,
  aliases: readonly string[] = [],
  changes: Changes = {},
): ModelShape {
  return {
    id: name.toLowerCase(),
    name,
    aliases,
    layers,
    hidden,
    heads,
    headDim: hidden / heads,
    kvHeads,
    ffn,
    vocab,
    tied: false,
    gated: true,
    biases: 'none',
    normVectors: 2,
    finalNormVectors: 1,
    qkNorm: 'none',
    mark: 'checked',
    ...changes,
  };
}

/** Qwen 2.5: Llama with biases on queries, keys and values. */
export function qwen2(name: string, numbers: Numbers, changes: Changes = {}): ModelShape {
  return llama(name, numbers, [], { biases: 'qkv', ...changes });
}

/** Qwen 3: Llama with heads of 128 whatever the width, and a norm on the queries and keys of each head. */
export function qwen3(name: string, numbers: Numbers, changes: Changes = {}): ModelShape {
  return llama(name, numbers, [`${name}-Base`], { headDim: 128, qkNorm: 'head', ...changes });
}

/** Gemma 2: norms before and after both blocks, a tied head, and heads of their own width. */
export function gemma2(name: string, numbers: Numbers, headDim: number): ModelShape {
  return llama(name, numbers, [], { headDim, normVectors: 4, tied: true });
}

/** OLMo 2: norms after the blocks, and over the whole width of queries and keys. */
export function olmo2(name: string, numbers: Numbers, aliases: readonly string[]): ModelShape {
  return llama(name, numbers, aliases, { qkNorm: 'full' });
}

/** GPT-NeoX and Pythia: plain feed-forward of 4 × hidden, biases everywhere, layer norms with bias. */
export function neox(
  name: string,
  [layers, hidden, heads, vocab]: readonly [number, number, number, number],
  changes: Changes = {},
): ModelShape {
  return llama(name, [layers, hidden, heads, heads, 4 * hidden, vocab], [`${name}-deduped`], {
    gated: false,
    biases: 'all',
    normVectors: 4,
    finalNormVectors: 2,
    ...changes,
  });
}

/** MPT and Falcon: plain feed-forward of 4 × hidden without biases, a tied head; norms as told. */
export function mpt(
  name: string,
  [layers, hidden, heads, kvHeads, vocab]: readonly [number, number, number, number, number],
  changes: Changes = {},
): ModelShape {
  return llama(name, [layers, hidden, heads, kvHeads, 4 * hidden, vocab], [], {
    gated: false,
    tied: true,
    ...changes,
  });
}
