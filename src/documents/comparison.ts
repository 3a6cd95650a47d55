/** What moved between two fits or two plans, and why, as `mixplan compare --json` prints it. */
import * as z from 'zod';
import { toleranceSchema } from './plan.ts';

const share = z.number().min(0).max(1);
const interval = z.tuple([z.number(), z.number()]).nullable().describe('null without draws');
const both = <T extends z.ZodType>(value: T) => z.strictObject({ a: value, b: value });
const split = z
  .strictObject({ both: z.array(z.string()), onlyA: z.array(z.string()), onlyB: z.array(z.string()) })
  .describe('names in both, and in one alone');
const outcome = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('at'), ratio: z.number() }),
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({ kind: z.literal('all') }),
  ])
  .describe('none counts as 0 and all as 1 wherever ratios are subtracted');
const problem = z.strictObject({ code: z.string(), message: z.string() });

const fitsSchema = z.strictObject({
  schema: z.literal('mixplan.comparison/1'),
  kind: z.literal('fits'),
  files: both(z.string()),
  data: z.strictObject({
    runs: split.extend({
      changed: z.array(z.string()).describe('of one name, with other evaluations or another mixture'),
    }),
    sets: split,
    observations: both(z.int().nonnegative()),
  }),
  evals: z
    .array(
      z.strictObject({
        set: z.string(),
        laws: both(z.array(z.strictObject({ law: z.string(), weight: share }))),
        noise: both(z.strictObject({ run: z.number(), evaluation: z.number() })).describe(
          'shares of the loss',
        ),
      }),
    )
    .describe('sets of both fits'),
  question: z
    .strictObject({
      params: z.number().positive(),
      tokens: z.number().positive(),
      tolerance: z.record(z.string(), toleranceSchema),
    })
    .describe('what both fits are asked'),
  critical: both(
    z.strictObject({
      point: outcome,
      interval: interval.describe('where a new run would cross'),
      meanInterval: interval.describe('where the curve crosses'),
    }),
  ),
  move: z.number().describe('of the critical ratio, from a to b'),
  difference: interval.describe(
    'where the difference of two such fits would lie that knew nothing of each other; null without draws',
  ),
  withinNoise: z.boolean().nullable().describe('whether that interval contains 0'),
});

const planOutcome = z.strictObject({
  params: z.number().positive(),
  tokens: z.number().positive(),
  domainRatio: share,
  critical: z.strictObject({ point: z.unknown(), interval }).describe('as in the plan'),
  within: z.number().nullable(),
  predicted: z
    .record(z.string(), z.strictObject({ loss: z.number(), interval }))
    .nullable()
    .describe('losses at the end; null in plans without a fit'),
});

const plansSchema = z.strictObject({
  schema: z.literal('mixplan.comparison/1'),
  kind: z.literal('plans'),
  files: both(z.string()),
  outcome: both(planOutcome),
  inputs: z
    .array(
      z.strictObject({
        input: z.string(),
        a: z.string().nullable(),
        b: z.string().nullable(),
        alone: z
          .discriminatedUnion('kind', [
            z.strictObject({ kind: z.literal('planned'), outcome: planOutcome }),
            z.strictObject({ kind: z.literal('refused'), problems: z.array(problem) }),
          ])
          .nullable()
          .describe('plan a with this input of b; null where the plans cannot be made again'),
      }),
    )
    .describe('what differs'),
  notMadeAgain: z.string().nullable().describe('why the inputs could not be changed one at a time'),
});

export const comparisonSchema = z.discriminatedUnion('kind', [fitsSchema, plansSchema]);

export type FitComparison = z.infer<typeof fitsSchema>;
export type PlanComparison = z.infer<typeof plansSchema>;
export type PlanOutcomeDocument = z.infer<typeof planOutcome>;
export type ComparisonDocument = z.infer<typeof comparisonSchema>;
