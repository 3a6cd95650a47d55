/** The critical ratio of one model at some token counts, as `mixplan critical --json` prints it. */
import * as z from 'zod';
import { meaningSchema } from './meaning.ts';
import { toleranceSchema } from './plan.ts';

const interval = z
  .tuple([z.number(), z.number()])
  .nullable()
  .describe('none counts as 0, all as 1; null without draws');

const deviations = z.strictObject({ run: z.number(), evaluation: z.number() });
export const noiseAsRatioSchema = z.strictObject({
  set: z.string(),
  slope: z.number().describe('rise of its loss per unit of domain ratio, at the critical ratio'),
  loss: deviations.describe(
    'standard deviations from run to run and from one evaluation to the next, shares of the loss',
  ),
  ratio: deviations.describe('what they are in domain ratio'),
});

export const criticalSchema = z.strictObject({
  schema: z.literal('mixplan.critical/1'),
  basis: z.literal('fit'),
  definition: z.enum(['tolerance', 'turning-point']),
  params: z.number().positive(),
  level: z.number(),
  confidence: z.number(),
  tolerance: z
    .record(
      z.string(),
      z.strictObject({
        accepted: toleranceSchema,
        base: z.number(),
        limit: z.number(),
        unit: z
          .enum(['nats', 'bpb', 'ppl'])
          .optional()
          .describe('of the base and the limit; nats unless given'),
      }),
    )
    .describe(
      'by general set: the accepted rise, the base loss it is counted from, and the loss it leads to',
    ),
  meaning: z.record(z.string(), meaningSchema).optional().describe('what each accepted rise means, by set'),
  promise: z
    .string()
    .nullable()
    .optional()
    .describe('why the confidence is no promise, in words; null where it is one'),
  searched: z.tuple([z.number(), z.number()]).describe('lowest and highest pilot ratio'),
  points: z.array(
    z.strictObject({
      tokens: z.number().positive(),
      point: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('at'), ratio: z.number() }),
        z.strictObject({ kind: z.literal('none') }),
        z.strictObject({ kind: z.literal('all') }),
      ]),
      interval: interval.describe('where a new run would cross'),
      meanInterval: interval.describe('where the curve crosses'),
      planned: z
        .number()
        .nullable()
        .describe('ratio that keeps the tolerance with the confidence; 0 = none; null without draws'),
      binding: z.string().nullable(),
      noise: noiseAsRatioSchema.nullable().describe('null where the loss does not cross its limit'),
      provenance: z.enum(['fitted', 'extrapolated']),
    }),
  ),
  turning: z
    .strictObject({
      curve: z
        .strictObject({
          alpha: z.number(),
          s: z.number(),
          beta: z.number(),
          unitTokens: z.number().positive(),
          tokens: z.tuple([z.number(), z.number()]).describe('least and greatest it was fitted to'),
          error: z.number().nonnegative().describe('largest distance from a ratio it was fitted to'),
        })
        .nullable()
        .describe(
          'alpha·(D / unitTokens)^s + beta through the predicted ratios; null where they do not carry it',
        ),
      runs: z
        .record(
          z.string(),
          z.array(
            z.strictObject({
              domainRatio: z.number(),
              longest: z.number().positive().describe('tokens of the longest run'),
              turns: z.discriminatedUnion('kind', [
                z.strictObject({ kind: z.literal('at'), tokens: z.number().positive() }),
                z.strictObject({ kind: z.literal('neverRises') }),
                z.strictObject({ kind: z.literal('neverPeaks') }),
              ]),
            }),
          ),
        )
        .describe(
          'by general set: turning points of the pilots of this size, each from its own path without a law',
        ),
    })
    .optional()
    .describe('with the definition turning-point'),
});

export type CriticalDocument = z.infer<typeof criticalSchema>;
export type NoiseAsRatioDocument = z.infer<typeof noiseAsRatioSchema>;
