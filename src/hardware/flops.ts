/**
 * Training cost of one token, in FLOP (forward and backward, recomputation not counted).
 *
 * With L layers of h hidden, a = heads × headDim the width of the attention, s tokens in a sequence, N all
 * active parameters and N_m those that take part in matrix products (all but an untied input embedding):
 *
 * | convention | FLOP per token    | who reports utilisation this way                                      |
 * |------------|-------------------|-----------------------------------------------------------------------|
 * | palm       | 6 N_m + 12 L a s  | PaLM appendix B (arXiv 2204.02311), torchtitan, levanter; the default |
 * | mosaic     | 6 N + 12 L h s    | MosaicML llm-foundry                                                  |
 * | causal     | 6 N_m + 6 L a s   | Megatron-LM, Megatron-Bridge, MaxText since 2025                      |
 * | 6n         | 6 N               | Kaplan et al. (arXiv 2001.08361); leaves attention out                |
 *
 * A utilisation means something only together with the convention it was computed in.
 */
import { flopsFromSizeOnly, hardwareNumberOutOfRange } from '../problems/hardware.ts';
import { type Problem, Refusal } from '../problems/problem.ts';
import type { Provenance } from './provenance.ts';
import { countParameters, type ModelShape } from './shapes.ts';

export const flopConventions = ['palm', 'mosaic', 'causal', '6n'] as const;
export type FlopConvention = (typeof flopConventions)[number];

export interface FlopsPerToken {
  /** FLOP per token of training. */
  readonly value: number;
  readonly convention: FlopConvention;
  /** Half-width of the band around `value`, as a share of it; 0 where the shape is known. */
  readonly relativeError: number;
  readonly provenance: Provenance;
  /** What was assumed, for the reader of a plan. */
  readonly notes: readonly Problem[];
}

/** Addition for attention, and the band, where the shape of a model is not known. */
const unknownShape = { factor: 1.1, relativeError: 0.25 } as const;

/**
 * Cost of a token for a known shape at sequences of `sequenceLength` tokens (a whole number, at least 1; else a
 * Refusal). Mixtures of experts count the parameters that one token uses. Full attention is counted, as all four
 * conventions do, also for models whose layers look back only a window.
 */
export function flopsPerToken(
  shape: ModelShape,
  sequenceLength: number,
  convention: FlopConvention = 'palm',
): FlopsPerToken {
  if (!Number.isInteger(sequenceLength) || sequenceLength < 1) {
    throw new Refusal([
      hardwareNumberOutOfRange({
        what: 'sequence length',
        given: sequenceLength,
        expected: 'a whole number of tokens, at least 1',
      }),
    ]);
  }
  const { active, multiplied } = countParameters(shape);
  const { layers, hidden, heads, headDim } = shape;
  const attention = 12 * layers * sequenceLength * heads * headDim;
  const value = {
    palm: 6 * multiplied + attention,
    mosaic: 6 * active + 12 * layers * sequenceLength * hidden,
    causal: 6 * multiplied + attention / 2,
    '6n': 6 * active,
  }[convention];
  return { value, convention, relativeError: 0, provenance: 'published', notes: [] };
}

/**
 * Cost of a token for a model of which only the number of parameters (above zero; else a Refusal) is known:
 * 6 N and a tenth for attention, ±25%. It stands in for the `palm` convention.
 */
export function flopsPerTokenFromSize(params: number): FlopsPerToken {
  if (!(params > 0 && Number.isFinite(params))) {
    throw new Refusal([
      hardwareNumberOutOfRange({ what: 'number of parameters', given: params, expected: 'above zero' }),
    ]);
  }
  return {
    value: 6 * params * unknownShape.factor,
    convention: 'palm',
    relativeError: unknownShape.relativeError,
    provenance: 'assumed',
    notes: [flopsFromSizeOnly({ params, bandPercent: 100 * unknownShape.relativeError })],
  };
}
