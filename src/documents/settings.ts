/** What `mixplan init` filled in, as `mixplan init --json` prints it. */
import * as z from 'zod';

export const settingsSchema = z.strictObject({
  schema: z.literal('mixplan.settings/1'),
  path: z.string().describe('where they were written; - is standard output'),
  settings: z
    .record(z.string(), z.union([z.string(), z.array(z.string()), z.record(z.string(), z.string())]))
    .describe('the settings that have a value, as they are written in the file; the rest are commented'),
});

export type SettingsDocument = z.infer<typeof settingsSchema>;
