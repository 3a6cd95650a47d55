/** Options of a fit, in every command that may make one. */
export const fittingOptions = [
  'map',
  'role',
  'unit',
  'bytesPerToken',
  'replayEval',
  'assumeLrTransfer',
  'assumeTransfer',
  'exclude',
  'law',
  'objective',
  'delta',
  'draws',
  'resampling',
  'seed',
  'level',
  'threads',
] as const;
export type FittingOptions = (typeof fittingOptions)[number];
