import type { OptionName } from '../options/all.ts';

/** What a plan asks beside the options of its fit. */
export const planningOptions = [
  'params',
  'model',
  'family',
  'definition',
  'tolerance',
  'confidence',
  'baseLoss',
  'bytesPerToken',
  'trainAs',
  'baseTokens',
  'assumeBaseFromSizeLaw',
  'domainWeight',
  'corpus',
  'maxEpochs',
  'repetition',
  'repetitionConstant',
  'budget',
  'targetDomainLoss',
  'targetGain',
  'curve',
  'sequenceLength',
  'gpu',
  'gpus',
  'mfu',
  'throughput',
  'goodput',
  'price',
  'extrapolate',
] as const satisfies readonly OptionName[];

export type PlanningOptions = (typeof planningOptions)[number];
