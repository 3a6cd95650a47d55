/** What `mixplan import --json` prints: which runs were found in logs, and where every column came from. */
import * as z from 'zod';
import { problemSchema } from './problem.ts';

const count = z.int().nonnegative();
const tokens = z.number().nonnegative();

export const importSchema = z.strictObject({
  schema: z.literal('mixplan.import/1'),
  output: z.string().nullable().describe('the runs table that was written; null = none'),
  rows: count,
  runs: z.array(
    z.strictObject({
      name: z.string().describe('empty for rows of a runs table that name no run'),
      format: z.string(),
      files: z.array(z.string()),
      rows: count,
      firstTokens: tokens.nullable(),
      lastTokens: tokens.nullable(),
      sets: z.array(z.string()),
      origins: z.record(z.string(), z.string()).describe('where each column came from'),
    }),
  ),
  evals: z.array(
    z.strictObject({
      name: z.string(),
      role: z.enum(['general', 'domain']),
      unit: z.enum(['nats', 'bpb', 'ppl']),
    }),
  ),
  problems: z.array(problemSchema.omit({ schema: true })),
});

export type ImportDocument = z.infer<typeof importSchema>;
