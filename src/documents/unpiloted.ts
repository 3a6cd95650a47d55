/**
 * What answers without pilots write: critical ratios of a published curve, and plans from such a curve or from published
 * evidence. Nothing is predicted in them, so that they stand beside the documents made from fits, told apart by `basis`.
 */
import * as z from 'zod';
import { planSchema } from './plan.ts';
import { problemSchema } from './problem.ts';
import { trainingRunSchema } from './trainingRun.ts';

const share = z.number().min(0).max(1);
const nothing = z.null();

const curvePoint = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('at'), ratio: share }),
  z.strictObject({ kind: z.literal('none') }).describe('no ratio has turned so early'),
  z.strictObject({ kind: z.literal('beyondOne') }).describe('the curve has left the ratios'),
]);

const reach = {
  provenance: z.enum(['published', 'extrapolated']),
  times: z.number().min(1).describe('multiple of the measured token counts; 1 = inside'),
};

export const publishedCriticalSchema = z.strictObject({
  schema: z.literal('mixplan.critical/1'),
  basis: z.literal('publishedCurve'),
  definition: z.literal('turning-point'),
  law: z.strictObject({ name: z.string(), transcribed: z.boolean(), source: z.string() }),
  params: z.number().positive(),
  firstTurn: z.number().nonnegative().describe('tokens before which no ratio has turned'),
  points: z
    .array(
      z.strictObject({
        tokens: z.number().positive(),
        point: curvePoint,
        interval: nothing.describe('a published curve has none'),
        ...reach,
      }),
    )
    .min(1),
});

const common = {
  schema: z.literal('mixplan.plan/1'),
  command: z.string().describe('writes this plan again'),
  fit: nothing,
  model: planSchema.shape.model,
  budget: planSchema.shape.budget,
  runs: z.array(trainingRunSchema).min(1),
  predicted: nothing.describe('no losses are known'),
  within: nothing,
  problems: z.array(problemSchema.omit({ schema: true })),
};

export const curvePlanSchema = z.strictObject({
  ...common,
  basis: z.literal('publishedCurve'),
  law: z.strictObject({
    path: z.string().nullable().describe('relative to the plan; null = standard input'),
    sha256: z.string(),
    name: z.string(),
    transcribed: z.boolean(),
    source: z.string(),
  }),
  critical: z.strictObject({
    definition: z.literal('turning-point'),
    point: z.strictObject({ kind: z.literal('at'), ratio: share }),
    interval: nothing.describe('a published curve has none'),
  }),
  curve: z
    .array(z.strictObject({ tokens: z.number().positive(), point: curvePoint, ...reach }))
    .describe('the curve at other token counts'),
  extrapolation: z.strictObject({
    params: z.number().min(1).describe('multiple of the size of the curve, either way; 1 = its own'),
    tokens: z.number().min(1),
    provenance: z.enum(['published', 'extrapolated']),
  }),
});

const evidence = z.strictObject({
  study: z.string(),
  where: z.string(),
  mark: z.enum(['verified', 'secondHand', 'recalled']),
  scale: z.string(),
  criterion: z.string(),
  replay: z
    .tuple([share, share])
    .describe('least and most replay that it found enough; 1 = more than it tried'),
  counted: z.boolean().describe('whether the planned replay rests on it'),
});

export const assumedPlanSchema = z.strictObject({
  ...common,
  basis: z.literal('assumed'),
  shift: z.enum(['weak', 'strong']),
  constraints: z.strictObject({
    tolerance: z.strictObject({ kind: z.literal('relative'), share: z.number() }).nullable(),
  }),
  critical: z.strictObject({
    definition: z.literal('published evidence'),
    point: z.strictObject({ kind: z.literal('at'), ratio: share }),
    interval: z
      .tuple([share, share])
      .describe('domain ratios that one study or another found the most that is safe; no probability'),
  }),
  provenance: z.literal('assumed'),
  evidence: z.array(evidence).min(1),
  rises: z
    .array(z.strictObject({ study: z.string(), rise: z.number(), beyond: z.boolean() }))
    .describe('rise of general loss over the base that a study measured at the planned replay, as a share'),
  pilots: z
    .strictObject({
      width: z.number().describe('of the interval here, in domain ratio'),
      piloted: z.number().describe('of the interval that the shipped pilots leave'),
      narrower: z.number().describe('how many times'),
      undecidedTokens: z.number().describe('domain tokens of this budget that the interval leaves open'),
      afterPilots: z.number().describe('the same with pilots'),
    })
    .describe('what pilots would be worth'),
});

export type PublishedCriticalDocument = z.infer<typeof publishedCriticalSchema>;
export type CurvePlanDocument = z.infer<typeof curvePlanSchema>;
export type AssumedPlanDocument = z.infer<typeof assumedPlanSchema>;
/** Plans that rest on no fit. */
export type UnpilotedPlanDocument = CurvePlanDocument | AssumedPlanDocument;
