/** What `mixplan emit` says of itself: which files it wrote for which run, how they compare with a plan, and the trainers. */
import * as z from 'zod';
import { trainingRunSchema } from './trainingRun.ts';

const byCorpus = <T extends z.ZodType>(value: T) => z.record(z.string(), value).describe('by corpus');

/** `emitted.json`: lies beside the files of a trainer, so that they can be read back. */
export const emissionSchema = z.strictObject({
  schema: z.literal('mixplan.emission/1'),
  trainer: z.string(),
  version: z.string().nullable().describe('of the trainer; null = the newest that was known'),
  source: z.strictObject({ name: z.string(), sha256: z.string() }).describe('the plan or the list of pilots'),
  run: trainingRunSchema.describe('with everything that was added to the plan'),
  data: byCorpus(z.string()),
  evalData: z.record(z.string(), z.string()).describe('by evaluation set'),
  meanTokens: byCorpus(z.number().positive()).nullable(),
  files: z.array(z.string()).min(1).describe('relative to this file'),
  start: z.string().describe('the command that starts the run, in the folder of this file'),
  command: z.string().describe('writes these files again'),
});

const row = z.strictObject({
  what: z.string(),
  planned: z.union([z.number(), z.string()]),
  realised: z.union([z.number(), z.string()]),
  allowed: z.number().nonnegative().describe('largest difference of numbers that is not one'),
  agrees: z.boolean(),
});

/** `mixplan emit --check --json`. */
export const emissionCheckSchema = z.strictObject({
  schema: z.literal('mixplan.emission-check/1'),
  folder: z.string(),
  trainer: z.string(),
  run: z.string(),
  plan: z.string().describe('what it was compared with'),
  agrees: z.boolean(),
  rows: z.array(row).min(1),
  untold: z.array(z.string()).describe('what the plan has and the files cannot tell'),
});

/** `mixplan emit --list --json`. */
export const trainersSchema = z.strictObject({
  schema: z.literal('mixplan.trainers/1'),
  trainers: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      mixing: z.enum(['tokens', 'documents', 'none']).describe('what a unit of weight buys'),
      data: z.string().describe('what --data names'),
      base: z.string().describe('what --base names'),
      limits: z.array(z.string()).describe('what it cannot do'),
    }),
  ),
});

export type EmissionDocument = z.infer<typeof emissionSchema>;
export type EmissionCheckDocument = z.infer<typeof emissionCheckSchema>;
export type TrainersDocument = z.infer<typeof trainersSchema>;
