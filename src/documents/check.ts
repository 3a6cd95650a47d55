/** What `mixplan check --json` prints: a set of runs, described. */
import * as z from 'zod';

const measured = z.number().nullable().describe('null = not measured');
const count = z.int().nonnegative();
const ratio = z.number().min(0).max(1).describe('share of domain tokens');
const tokens = z.number().nonnegative();
const params = z.number().positive();

const baseSchema = z.strictObject({
  id: z.string(),
  params,
  loss: z.array(measured).describe('loss at tokens = 0 by set, in the order of evals'),
  rows: count.describe('evaluations that were averaged'),
  cells: z
    .array(
      z.strictObject({
        domainRatio: ratio,
        runs: count,
        observations: count,
        inLawsOfTokens: count.describe('observations that laws in tokens may see'),
        firstTokens: tokens,
        lastTokens: tokens,
      }),
    )
    .describe('runs from this base, by domain ratio'),
});

const evalSchema = z.strictObject({
  name: z.string(),
  role: z.enum(['general', 'domain']),
  unit: z.enum(['nats', 'bpb', 'ppl']),
  measuredIn: z.enum(['nats', 'bpb', 'ppl']).optional().describe('unit in the files, where it is another'),
  observations: count,
  lowest: measured,
  highest: measured,
  evaluationNoise: z.strictObject({
    sd: measured.describe(
      'standard deviation of one evaluation about a smooth curve, in the unit of the set',
    ),
    points: count,
  }),
  repeats: z
    .strictObject({
      sd: measured.describe('standard deviation between repeated runs, in the unit of the set'),
      relative: measured.describe('the same as a share of the loss'),
      groups: count,
      degreesOfFreedom: count,
    })
    .describe('runs that differ in the seed only'),
});

export const checkSchema = z.strictObject({
  schema: z.literal('mixplan.check/1'),
  usable: z.boolean().describe('whether fit takes these runs'),
  observations: count,
  runs: count,
  simulatedRuns: count,
  bases: z.array(baseSchema),
  evals: z.array(evalSchema),
  setAside: z.array(
    z.strictObject({
      code: z.string().describe('see `mixplan explain CODE`'),
      rows: count,
      example: z.string().describe('the message of the first of them'),
    }),
  ),
  variation: z
    .strictObject({
      sizes: z.array(params),
      ratios: z.array(ratio),
      tokenCounts: z.array(tokens),
      sizesAtOneRatio: z.array(params).describe('of the ratio that has the most'),
      ratiosOfOneBase: z.array(ratio).describe('of the base that has the most'),
      tokenCountsOfOneMixture: z.array(tokens).describe('of the base and ratio that has the most'),
      withoutControl: z.array(z.string()).describe('bases without a run at ratio 0'),
      repeats: count.describe('groups of runs that differ in the seed only'),
    })
    .describe('distinct values among observations that laws in tokens may see'),
  laws: z.array(
    z.strictObject({
      variable: z.enum(['R', 'D', 'N']).describe('domain ratio, tokens, size'),
      values: count,
      neededToTest: count,
      support: z.enum(['none', 'fitted', 'tested']),
    }),
  ),
  suggestions: z
    .array(z.strictObject({ base: z.string(), params, domainRatio: ratio, tokens, why: z.string() }))
    .describe('runs to add, the most telling first'),
});

export type CheckDocument = z.infer<typeof checkSchema>;
