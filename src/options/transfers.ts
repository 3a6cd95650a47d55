/**
 * Differences between trainings that can be stated not to matter, beside that of the learning rate, which has a flag of
 * its own. Each is a guard of `src/runs/guards.ts`.
 */
export const TRANSFERS = [
  'schedule',
  'method',
  'sequence-length',
  'averaging',
  'tier',
  'phase',
  'base',
  'tokenizer',
] as const;
export type Transfer = (typeof TRANSFERS)[number];
