/** How a problem is told to programs: one JSON object on a line of stderr, with `--json`. */
import * as z from 'zod';

export const problemSchema = z.strictObject({
  schema: z.literal('mixplan.problem/1'),
  code: z.string().describe('Kebab-case code; mixplan explain CODE says more.'),
  severity: z.enum(['error', 'warning', 'note']),
  message: z.string().describe('One sentence: what was found, and what was expected.'),
  place: z
    .strictObject({
      file: z.string().optional(),
      line: z.int().min(1).optional().describe('Counted from 1.'),
      column: z.int().min(1).optional().describe('Position in the line, counted from 1.'),
      field: z.string().optional().describe('Column, option or JSON key.'),
    })
    .optional(),
  hint: z.string().optional().describe('What to do about it.'),
});

export type ProblemDocument = z.infer<typeof problemSchema>;
