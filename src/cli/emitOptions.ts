/** Options of `mixplan emit`: what a trainer is told beside the plan. */
import { settingsOptions } from './settings.ts';

export const emitOptions = [
  'trainer',
  'trainerVersion',
  'run',
  'data',
  'evalData',
  'base',
  'tokenizer',
  'meanTokens',
  'sequenceLength',
  'batchTokens',
  'globalBatch',
  'gpus',
  'microBatch',
  'lr',
  'schedule',
  'warmup',
  'decay',
  'finalLr',
  'save',
  'check',
  'list',
  'output',
  'force',
  ...settingsOptions,
] as const;
