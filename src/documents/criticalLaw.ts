/**
 * `*.law.json`: a published critical ratio against tokens, at one size. No losses and no draws stand behind it, so
 * nothing can be predicted from it and no interval put on it.
 */
import * as z from 'zod';

export const criticalLawSchema = z.strictObject({
  schema: z.literal('mixplan.critical-law/1'),
  name: z.string().describe('what it is called in sentences'),
  definition: z
    .literal('turning-point')
    .describe('largest domain ratio whose general loss has peaked before the end, and ends near its base'),
  accepted: z
    .strictObject({ kind: z.literal('absolute'), nats: z.number().positive() })
    .describe('rise of general loss over the base that the definition accepts at the end'),
  model: z.strictObject({ name: z.string(), params: z.number().positive() }),
  domain: z.string(),
  general: z.string().describe('what was replayed'),
  training: z.string().describe('how the models behind it were trained'),
  formula: z.literal('alpha * (D / unit)^s + beta').describe('D tokens'),
  parameters: z
    .strictObject({ alpha: z.number(), s: z.number(), beta: z.number() })
    .refine(({ alpha, s }) => alpha * s > 0, 'alpha and s must have one sign: the ratio rises with tokens')
    .describe('alpha and s of one sign, so that the ratio rises with tokens'),
  unitTokens: z.number().positive().describe('tokens that the formula counts as 1'),
  range: z
    .strictObject({
      tokens: z.tuple([z.number().positive(), z.number().positive()]),
      domainRatio: z.tuple([z.number(), z.number()]),
    })
    .describe('what the measurements behind it span; beyond it the curve is extrapolated'),
  printed: z
    .array(z.strictObject({ tokens: z.number().positive(), domainRatio: z.number() }))
    .describe('ratios that the source prints itself'),
  source: z.strictObject({
    authors: z.string(),
    title: z.string(),
    arxiv: z.string(),
    where: z.string(),
    mark: z.enum(['verified', 'secondHand', 'recalled']).describe('how the figures were had'),
    transcribed: z.boolean().describe('true: copied from print, not fitted here'),
  }),
  notes: z.array(z.string()),
});

export type CriticalLawDocument = z.infer<typeof criticalLawSchema>;
