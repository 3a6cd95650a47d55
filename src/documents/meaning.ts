/** What an accepted rise means, as `critical` and plans carry it. */
import * as z from 'zod';

export const meaningSchema = z.strictObject({
  perplexity: z
    .number()
    .nullable()
    .describe('factor on perplexity; null where the bytes of text in a token are not known'),
  computeLost: z
    .discriminatedUnion('source', [
      z.strictObject({
        source: z.literal('ladder'),
        low: z.number().describe('share of pre-training compute, if all bases saw equally many tokens'),
        high: z.number().describe('the same, if their tokens grew in proportion to size'),
        bases: z.int().positive().describe('base models that the line goes through'),
      }),
      z.strictObject({
        source: z.literal('published'),
        low: z.number().describe('share of pre-training tokens, and so of compute at this size'),
        high: z.number(),
        baseTokens: z
          .tuple([z.number(), z.number()])
          .describe('tokens that the base was pre-trained on: as told, or a range that is assumed'),
      }),
    ])
    .nullable()
    .describe('what the rise undoes of the pre-training; null where nothing tells'),
});
export type Meaning = z.infer<typeof meaningSchema>;
