/**
 * `*.fit.json`: what was fitted to which observations, how sure that is, and the draws from which every later
 * answer is made, so that a fit can be explained, asked and refitted elsewhere without its pilots' files.
 */
import * as z from 'zod';
import { problemSchema } from './problem.ts';

/** How the runs were trained, as far as their table says, so that a plan for another training is noticed. */
const trainingSchema = z
  .record(z.string(), z.array(z.string()))
  .describe('by column of the runs table; several values only where they were assumed to compare');

const share = z.number().min(0).max(1);
const nullableNumber = z.number().nullable();
const range = z.tuple([z.number(), z.number()]).describe('[least, greatest]');

const pilotsSchema = z.strictObject({
  files: z.array(z.string()).describe('names of the files read, without folders'),
  bases: z.array(
    z.strictObject({
      id: z.string(),
      params: z.number().positive(),
      loss: z.record(z.string(), nullableNumber).describe('loss at tokens = 0 by set; null = not measured'),
    }),
  ),
  runs: z.array(
    z.strictObject({
      id: z.string(),
      base: z.int().nonnegative().describe('index into bases'),
      params: z.number().positive(),
      domainRatio: share,
      seed: z.string().nullable(),
      schedule: z.enum(['constant', 'cosine', 'linear', 'wsd', 'unknown']),
      lr: nullableNumber.describe('peak learning rate'),
      warmupTokens: nullableNumber,
      simulated: z.boolean(),
    }),
  ),
  training: trainingSchema.optional(),
  observations: z
    .strictObject({
      run: z.array(z.int().nonnegative()).describe('index into runs'),
      tokens: z.array(z.number().positive()),
      loss: z.record(z.string(), z.array(nullableNumber)).describe('by set, in the unit of the set'),
      file: z.array(z.int().nonnegative()).describe('index into files'),
      line: z.array(z.int().nonnegative()),
    })
    .describe('columns of equal length, one element per observation that was fitted'),
  setAside: z.array(
    z.strictObject({
      file: z.string(),
      line: z.int().nonnegative(),
      run: z.string(),
      tokens: z.number().nonnegative(),
      code: z.string().describe('see `mixplan explain CODE`'),
    }),
  ),
  range: z
    .strictObject({ params: range, tokens: range, domainRatio: range })
    .describe('what the fitted observations span; anything outside is extrapolated'),
});

const holdoutSchema = z.strictObject({
  direction: z.enum(['size', 'tokens', 'ratio']),
  left: z
    .strictObject({
      params: z.number().optional(),
      tokensAbove: z.number().optional(),
      ratio: z.number().optional(),
    })
    .describe('what was left out of the fit and predicted'),
  error: nullableNumber.describe(
    'mean |predicted − observed| / observed; null = the rest does not identify the law',
  ),
});

const discrepancySchema = z.strictObject({
  perEfold: z
    .number()
    .nonnegative()
    .describe('standard deviation per e-fold beyond the pilots, share of the loss'),
  byRatio: z
    .array(z.strictObject({ ratio: share, perEfold: z.number().nonnegative() }))
    .describe('the same by pilot ratio, ascending; between them it is interpolated'),
  surprise: share.describe('share of simulated pilots on which the law erred less than on these'),
});

const memberSchema = z.strictObject({
  law: z.string().describe('id of the law'),
  formula: z.string(),
  parameters: z.array(
    z.strictObject({
      name: z.string(),
      value: z.number(),
      unit: z.string(),
      interval: range.nullable().describe('at the level of the fit; null = pinned, or too few draws'),
      atBound: z.enum(['lower', 'upper']).nullable(),
      pinned: z.boolean().describe('set from the design of the pilots, not fitted'),
    }),
  ),
  objective: z.strictObject({
    kind: z.enum(['huber', 'log-huber', 'squared']),
    delta: z.number().nonnegative().describe("corner of Huber's loss; 0 for squared"),
    value: z.number(),
  }),
  starts: z.strictObject({ tried: z.int(), agreeing: z.int() }),
  weight: share.describe('share of the draws that stem from this law'),
  holdout: z.array(holdoutSchema),
  discrepancy: z
    .strictObject({ tokens: discrepancySchema, params: discrepancySchema })
    .describe('how the law drifts from what was left out, beyond noise and parameters'),
  residualScale: z
    .number()
    .describe('robust standard deviation of predicted − observed, in the unit of the set'),
  brokenPromises: z
    .array(z.string())
    .describe('trends that the law promises and this fit breaks in the planning box'),
});

export const fitSchema = z.strictObject({
  schema: z.literal('mixplan.fit/1'),
  seed: z.int().nonnegative(),
  level: z.number().gt(0).lt(1).describe('of all intervals'),
  pilots: pilotsSchema,
  evals: z.array(
    z.strictObject({
      name: z.string(),
      role: z.enum(['general', 'domain']),
      unit: z.enum(['nats', 'bpb', 'ppl']).describe('of every loss here'),
      measuredIn: z
        .enum(['nats', 'bpb', 'ppl'])
        .optional()
        .describe('unit in the files, where it is another; base losses are given in it'),
      bytesPerToken: z.number().positive().optional().describe('bytes of text in a token of this set'),
      replayed: z.boolean().optional().describe('whether its text is of the replay corpus'),
      noise: z
        .strictObject({
          evaluation: z.number().nonnegative(),
          rho: z.number(),
          run: z.number().nonnegative(),
          base: z.number().nonnegative(),
          priorShare: share,
        })
        .describe(
          'standard deviations as shares of the loss; priorShare of the variance rests on stated priors',
        ),
      members: z.array(memberSchema).min(1).describe('best first'),
      notFitted: z.array(z.strictObject({ law: z.string(), reason: z.string() })),
    }),
  ),
  draws: z
    .strictObject({
      count: z.int().nonnegative(),
      resampling: z.string(),
      notConverged: z
        .int()
        .nonnegative()
        .describe('refits that stopped before their tolerance, over all sets'),
      evals: z
        .array(
          z.strictObject({
            member: z.array(z.int().nonnegative()).describe('index into members, one per draw'),
            parameters: z
              .array(z.array(z.number()))
              .describe('one list per draw, in the order of the member'),
          }),
        )
        .describe('in the order of evals; draw k stems from the same simulated pilots for all of them'),
    })
    .describe('refits to replicates of the pilots'),
  problems: z.array(problemSchema.omit({ schema: true })).describe('warnings and notes'),
});

export type FitDocument = z.infer<typeof fitSchema>;
export type FitEval = FitDocument['evals'][number];
export type FitMember = FitEval['members'][number];
