/** Options of an explanation: that it is wanted, and of which answer. */
export const explainingOptions = [
  'explain',
  'params',
  'tokens',
  'tolerance',
  'baseLoss',
  'assumeBaseFromSizeLaw',
  'extrapolate',
] as const;
export type ExplainingOptions = (typeof explainingOptions)[number];
