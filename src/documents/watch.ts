/** A running job against its plan: one document an evaluation, and one with the verdict. */
import * as z from 'zod';
import { problemSchema } from './problem.ts';

const share = z.number().min(0).max(1);
const interval = z.tuple([z.number(), z.number()]).describe('at the level of the plan');
const bySet = <T extends z.ZodType>(value: T) => z.record(z.string(), value).describe('by evaluation set');

const evaluation = {
  tokens: z.number().positive(),
  judged: z
    .boolean()
    .describe(
      'false while re-warming moves the loss, beyond the end of the plan, and closer to the judged evaluation before than the cadence of the plan unless it is at its end',
    ),
  sets: bySet(
    z.strictObject({
      loss: z.number(),
      predicted: z.number().describe('by the plan, before anything was seen'),
      band: interval.describe('where one new run would be, before anything was seen'),
      z: z.number().describe('standard deviations from what the plan predicts'),
      surprise: z
        .number()
        .nullable()
        .describe(
          'standard deviations from what was to be expected after the evaluations before; null where not judged',
        ),
      evidence: z
        .number()
        .nullable()
        .describe(
          'natural logarithm of the evidence so far that the run has left its prediction; null where not judged',
        ),
    }),
  ),
  within: share
    .nullable()
    .describe(
      'chance that the run ends within every tolerance; null where nothing was judged or no set has one',
    ),
  unexpected: z.array(z.string()).describe('sets on which the run has left its prediction by now'),
  atRisk: z.boolean().describe('whether that chance is under one half'),
};

export const watchEvaluationSchema = z.strictObject({
  schema: z.literal('mixplan.watch-evaluation/1'),
  ...evaluation,
});

const outlook = z.strictObject({ loss: z.number(), interval });

const continuation = z.strictObject({
  ratio: share.nullable().describe('domain ratio of the tokens left; null where none keeps the confidence'),
  within: share.describe(
    'chance of ending within every tolerance there, or at the best ratio where none does',
  ),
  best: share.describe('domain ratio of the tokens left with the greatest chance'),
  predicted: bySet(z.number()).describe('losses at the end there'),
});

export const watchSchema = z.strictObject({
  schema: z.literal('mixplan.watch/1'),
  plan: z.string().describe('path of the plan'),
  source: z
    .enum(['fit', 'plan'])
    .describe("draws of the fit, or the plan's own path and intervals where the fit is not at hand"),
  run: z.string(),
  level: z.number(),
  tokens: z.strictObject({
    seen: z.number().nonnegative(),
    planned: z.number().positive(),
    judgedFrom: z.number().nonnegative(),
  }),
  state: z.enum(['notJudged', 'running', 'finished']),
  falseAlarms: share.describe('chance that a run which follows its prediction is ever called unexpected'),
  alarmAt: z.number().describe('evidence from which on a set is unexpected, twice in a row'),
  unexpected: z.array(
    z.strictObject({
      set: z.string(),
      since: z.number().positive().describe('tokens at which it was noticed'),
      kind: z.enum(['jump', 'drift']),
      from: z.number().nonnegative().describe('tokens at which it most likely began'),
      size: z
        .number()
        .describe(
          'loss it has added by now, as a share of the loss; below 0 the run is better than predicted',
        ),
    }),
  ),
  atRisk: z
    .strictObject({
      set: z.string().describe('the tolerance that is least likely kept'),
      since: z.number().positive().describe('tokens from which on the chance was under one half'),
    })
    .nullable(),
  within: z
    .strictObject({ before: share, now: share })
    .nullable()
    .describe('chance of ending within every tolerance; null where no watched set has one'),
  sets: bySet(
    z.strictObject({
      role: z.enum(['general', 'domain']),
      before: outlook.describe('loss at the end, before anything was seen'),
      now: outlook.describe('loss at the end, given all that was seen'),
      limit: z.number().nullable().describe('loss not to be passed at the end; null without a tolerance'),
      within: share.nullable(),
      effectiveDraws: z.number().describe('equal draws that the reweighted ones are worth'),
      draws: z.int().positive(),
    }),
  ),
  replanned: z
    .strictObject({
      tokensLeft: z.number().positive(),
      confidence: share.describe('that of the plan'),
      byShare: continuation.describe(
        'law continued by the share of domain tokens among all that the run will have seen; extrapolated, no pilot changed its ratio',
      ),
      byIncrements: continuation.describe(
        'law continued from the loss now by what it adds at the new ratio from here on: nothing that was forgotten comes back; extrapolated',
      ),
    })
    .nullable()
    .describe('the rest of the run with another ratio; null unless at risk, and without the fit'),
  evaluations: z.array(z.strictObject(evaluation)),
  problems: z.array(problemSchema.omit({ schema: true })),
});

export type WatchEvaluationDocument = z.infer<typeof watchEvaluationSchema>;
export type WatchDocument = z.infer<typeof watchSchema>;
