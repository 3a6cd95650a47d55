/** Why a fit answers as it does, as `mixplan fit --explain --json` prints it. */
import * as z from 'zod';
import { noiseAsRatioSchema } from './critical.ts';
import { toleranceSchema } from './plan.ts';

const interval = z
  .tuple([z.number(), z.number()])
  .nullable()
  .describe('at the level of the fit; none counts as 0, all as 1; null without draws');
const outcome = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('at'), ratio: z.number() }),
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('all') }),
]);
const percentOfLoss = (what: string) => z.number().describe(`${what}, as a share of the loss`);

const groupSchema = z.strictObject({
  key: z.discriminatedUnion('by', [
    z.strictObject({ by: z.literal('size'), params: z.number() }),
    z.strictObject({ by: z.literal('ratio'), domainRatio: z.number() }),
    z.strictObject({ by: z.literal('tokens'), from: z.number(), to: z.number() }),
    z.strictObject({
      by: z.literal('run'),
      run: z.string(),
      params: z.number(),
      domainRatio: z.number(),
    }),
  ]),
  runs: z.int().positive(),
  observations: z.int().positive(),
  mean: percentOfLoss(
    'mean of predicted / observed − 1 with every run counting once (by tokens: about the mean of each run)',
  ),
  spread: percentOfLoss('standard deviation of single observations'),
  standardError: percentOfLoss('standard error of the mean under the noise of the fit'),
  standsOut: z.boolean().describe('the mean lies more than two standard errors from 0'),
});

const layerSchema = z.strictObject({
  layer: z.enum(['parameters', 'law', 'drift', 'baseLoss', 'baseModel', 'run', 'evaluation']),
  share: z.number().describe('of the variance of the draws, averaged over all orders; they sum to 1'),
  without: z.tuple([z.number(), z.number()]).describe('the interval if this layer were switched off'),
});
const layers = z.array(layerSchema).describe('largest first; empty where nothing varies');

export const explanationSchema = z.strictObject({
  schema: z.literal('mixplan.explanation/1'),
  level: z.number().gt(0).lt(1).describe('of all intervals'),
  target: z
    .strictObject({
      params: z.number().positive(),
      tokens: z.number().positive(),
      tolerance: z.record(
        z.string(),
        z.strictObject({ accepted: toleranceSchema, base: z.number(), limit: z.number() }),
      ),
    })
    .describe('where the critical ratio is asked for'),
  searched: z.tuple([z.number(), z.number()]).describe('lowest and highest pilot ratio'),
  critical: z.strictObject({
    point: outcome,
    interval: interval.describe('where a new run would cross'),
    meanInterval: interval.describe('where the curve crosses'),
    binding: z.string().nullable(),
  }),
  ends: z
    .array(z.strictObject({ set: z.string(), lowest: z.number(), highest: z.number() }))
    .describe('rise over the base at the lowest and the highest pilot ratio, as a share of it'),
  residuals: z.array(
    z.strictObject({
      set: z.string(),
      noise: z.strictObject({
        evaluation: z.number(),
        rho: z.number(),
        run: z.number(),
        base: z.number(),
        priorShare: z.number(),
      }),
      repeats: z
        .strictObject({ comparisons: z.int().positive(), sd: z.number() })
        .nullable()
        .describe(
          'standard deviation between runs that differ in the seed only, as a share of the loss; null without any',
        ),
      groups: z.array(groupSchema),
      byChance: z.number().describe('groups that noise alone would make stand out'),
    }),
  ),
  influence: z
    .strictObject({
      runs: z.array(
        z.strictObject({
          run: z.string(),
          params: z.number(),
          domainRatio: z.number(),
          without: outcome.nullable().describe('null: the laws cannot be fitted without it'),
          change: z.number().nullable().describe('of the critical ratio'),
          halfWidths: z.number().nullable().describe('the change in half widths of the interval'),
        }),
      ),
      jackknife: z
        .number()
        .nullable()
        .describe('standard error of the critical ratio from leaving out one run at a time'),
      decides: z
        .string()
        .nullable()
        .describe('run whose absence moves the answer out of the interval of the curve'),
    })
    .nullable()
    .describe('critical ratio with each run left out; null where there is none inside the pilots'),
  spread: z.strictObject({
    critical: z.strictObject({ sd: z.number(), layers }).nullable(),
    losses: z.array(
      z.strictObject({
        set: z.string(),
        domainRatio: z.number(),
        loss: z.number(),
        sd: z.number(),
        layers,
      }),
    ),
  }),
  noiseAsRatio: noiseAsRatioSchema.nullable().describe('null where the loss does not cross its limit'),
  advice: z.array(z.string()),
});

export type ExplanationDocument = z.infer<typeof explanationSchema>;
export type ExplainedGroup = z.infer<typeof groupSchema>;
export type ExplainedLayer = z.infer<typeof layerSchema>;
