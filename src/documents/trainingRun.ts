/**
 * One training run, as trainers and schedulers are told of it: the contract between whatever decides on runs (a plan, a
 * list of pilots) and whatever carries them out. Emitters know nothing else.
 */
import * as z from 'zod';

const share = z.number().min(0).max(1);
const nullableNumber = z.number().nullable();

export const trainingRunSchema = z.strictObject({
  name: z.string().min(1).describe('tells the runs of one file apart; the run column of its losses'),
  model: z.strictObject({ name: z.string().nullable(), params: z.number().positive() }),
  base: z.string().nullable().describe('the base model that it continues; null = not told'),
  seed: z.int().nonnegative().nullable(),
  corpora: z.array(
    z.strictObject({
      name: z.string(),
      role: z.enum(['general', 'domain']),
      share,
      tokens: z.number().nonnegative(),
      available: nullableNumber.describe('unique tokens there are; null = not told'),
      epochs: nullableNumber,
    }),
  ),
  tokens: z.number().positive(),
  batchTokens: nullableNumber,
  steps: nullableNumber.describe('null while the batch is not known'),
  sequenceLength: nullableNumber.describe(
    'in tokens; that of the pilots where they agree and a plan was told no other; null = not known',
  ),
  schedule: z.strictObject({
    kind: z.enum(['constant', 'cosine', 'linear', 'wsd', 'unknown']),
    peakLr: nullableNumber,
    warmupTokens: nullableNumber,
    decayTokens: nullableNumber.describe('tokens of the last decay of wsd; null = not told'),
    finalLrShare: nullableNumber.describe('learning rate at the end as a share of the peak; null = not told'),
  }),
  phases: z.array(z.strictObject({ fromTokens: z.number(), toTokens: z.number(), domainRatio: share })),
  evalEveryTokens: z.number().positive(),
  evals: z.array(z.strictObject({ name: z.string(), role: z.enum(['general', 'domain']) })),
});

export type TrainingRun = z.infer<typeof trainingRunSchema>;
