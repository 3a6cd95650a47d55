/** Predicted losses, as `mixplan predict --json` prints them. */
import * as z from 'zod';

const interval = z.tuple([z.number(), z.number()]).nullable().describe('null without draws');

export const predictionSchema = z.strictObject({
  schema: z.literal('mixplan.prediction/1'),
  level: z.number(),
  predictions: z.array(
    z.strictObject({
      set: z.string(),
      params: z.number().positive(),
      tokens: z.number().positive(),
      domainRatio: z.number(),
      loss: z.number(),
      interval: interval.describe('where one new run would land'),
      meanInterval: interval.describe('the curve alone'),
      provenance: z.enum(['fitted', 'extrapolated']),
    }),
  ),
});

export type PredictionDocument = z.infer<typeof predictionSchema>;
