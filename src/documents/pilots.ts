/** `pilots.json`: training runs to be carried out together, such as the pilots of a plan. */
import * as z from 'zod';
import { trainingRunSchema } from './trainingRun.ts';

export const pilotsSchema = z.strictObject({
  schema: z.literal('mixplan.pilots/1'),
  runs: z
    .array(trainingRunSchema)
    .min(1)
    .refine((runs) => new Set(runs.map(({ name }) => name)).size === runs.length, 'two runs have one name'),
});

export type PilotsDocument = z.infer<typeof pilotsSchema>;
