/** `mixplan report --json`: which files a report was written to, and the charts in them. */
import * as z from 'zod';
import { problemSchema } from './problem.ts';

export const reportSchema = z.strictObject({
  schema: z.literal('mixplan.report/1'),
  source: z.strictObject({ name: z.string(), sha256: z.string() }).describe('the plan or the fit'),
  watched: z
    .string()
    .nullable()
    .describe('name of the run that was held against the plan; null without --watched'),
  files: z
    .array(
      z.strictObject({
        path: z.string(),
        format: z.enum(['html', 'md', 'svg', 'png', 'vl']),
        chart: z.string().nullable().describe('the one chart that it holds; null for a whole report'),
        bytes: z.int().nonnegative(),
        sha256: z.string(),
        written: z.boolean().describe('false where the file held these very bytes already'),
      }),
    )
    .min(1),
  charts: z
    .array(
      z.strictObject({
        id: z.string(),
        title: z.string().describe('the finding'),
        description: z.string().describe('what it shows, in words'),
      }),
    )
    .describe('in the order in which they are told'),
  problems: z
    .array(problemSchema.omit({ schema: true }))
    .describe('of making the report and of the watched run; those of the plan or the fit are in it'),
  command: z.string().describe('writes these files again'),
});

export type ReportDocument = z.infer<typeof reportSchema>;
