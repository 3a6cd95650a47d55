import fc from 'fast-check';
import { type OptionName, optionOf, options } from '../../src/options/all.ts';
import { LOG_FORMATS } from '../../src/options/logFormats.ts';
import { TRANSFERS } from '../../src/options/transfers.ts';
import * as unit from '../units/arbitraries.ts';

const text = fc
  .string({ unit: 'grapheme', minLength: 1 })
  .filter((value) => value.trim() !== '' && !value.includes('\0'));
const named = <T>(item: fc.Arbitrary<T>) =>
  fc.dictionary(unit.name, item, { minKeys: 1, maxKeys: 3, noNullPrototype: true });
/** Words that may stand in lists separated by commas. */
const listed = fc.stringMatching(/^[\w.-]{1,12}$/);

/** Values that each option can have after parsing, beside "not given". */
const given: { readonly [Name in OptionName]: fc.Arbitrary<unknown> } = {
  map: named(listed),
  role: named(fc.constantFrom('general', 'domain')),
  unit: named(fc.constantFrom('nats', 'bpb', 'ppl')),
  bytesPerToken: named(unit.positive),
  replayEval: fc.array(listed, { minLength: 1, maxLength: 3 }),
  set: named(listed),
  format: fc.constantFrom(...LOG_FORMATS),
  launched: text,
  assumeTransfer: fc.array(fc.constantFrom(...TRANSFERS), { minLength: 1, maxLength: 3 }),
  trainAs: named(listed),
  baseTokens: unit.trainingLengths,
  domainWeight: named(unit.notNegative),
  exclude: fc.array(listed, { minLength: 1, maxLength: 3 }),
  law: fc.array(listed, { minLength: 1, maxLength: 3 }),
  chart: fc.array(listed, { minLength: 1, maxLength: 3 }),
  watched: fc.array(listed, { minLength: 1, maxLength: 3 }),
  objective: fc.constantFrom('huber', 'log-huber', 'squared'),
  delta: unit.positive,
  draws: fc.nat({ max: 100_000 }),
  resampling: fc.constantFrom('layered-parametric', 'wild-by-run', 'dirichlet-by-run'),
  seed: fc.nat(),
  level: unit.openShare,
  params: fc.array(unit.modelSizes, { minLength: 1, maxLength: 3 }),
  tokens: fc.array(unit.trainingLengths, { minLength: 1, maxLength: 3 }),
  domainRatio: unit.share,
  grid: fc.integer({ min: 2, max: 10_000 }),
  design: text,
  repeats: fc.integer({ min: 1, max: 1000 }),
  tolerance: unit.toleranceSets,
  definition: fc.constantFrom('tolerance', 'turning-point'),
  confidence: unit.openShare,
  baseLoss: named(unit.positive),
  budget: unit.budgets,
  model: text,
  family: text,
  targetDomainLoss: unit.positive,
  targetGain: unit.openShare,
  curve: fc.boolean(),
  corpus: named(unit.trainingLengths),
  maxEpochs: unit.positive,
  repetition: fc.constantFrom('muennighoff', 'sedova'),
  repetitionConstant: unit.positive,
  sequenceLength: unit.whole,
  gpu: text,
  gpus: unit.whole,
  mfu: unit.positiveShare,
  throughput: unit.positive,
  goodput: unit.positiveShare,
  price: unit.positive,
  trainer: text,
  trainerVersion: text,
  data: named(listed),
  evalData: named(listed),
  base: text,
  tokenizer: text,
  meanTokens: named(unit.trainingLengths),
  batchTokens: unit.trainingLengths,
  globalBatch: unit.whole,
  microBatch: unit.whole,
  lr: unit.positive,
  schedule: fc.constantFrom('constant', 'cosine', 'linear', 'wsd'),
  warmup: unit.spans,
  decay: unit.spans,
  finalLr: unit.share,
  save: text,
  launcher: fc.constant('slurm'),
  timeLimit: unit.positive,
  check: text,
  list: fc.boolean(),
  run: listed,
  follow: fc.boolean(),
  html: text,
  md: text,
  svg: text,
  png: text,
  vl: text,
  ascii: fc.constant(false),
  screenReader: fc.constant(false),
  output: text,
  fitOutput: text,
  config: text,
  noConfig: fc.boolean(),
  assumeLrTransfer: fc.boolean(),
  verify: fc.boolean(),
  explain: fc.boolean(),
  assumeBaseFromSizeLaw: fc.boolean(),
  noPilots: fc.boolean(),
  shift: fc.constantFrom('weak', 'strong'),
  extrapolate: fc.boolean(),
  threads: fc.constant(undefined),
  force: fc.constant(false),
  json: fc.constant(false),
  quiet: fc.constant(false),
  noColor: fc.constant(false),
  debug: fc.constant(false),
};

export const allNames = Object.keys(options) as OptionName[];

/** What parsing any line of some options may give: each at its default, or given. */
export function valuesOf(names: readonly OptionName[]): fc.Arbitrary<Record<string, unknown>> {
  const fields = names.map((name) => {
    const option = optionOf(name);
    const initial = option.kind === 'switch' ? false : option.initial;
    return [name, fc.oneof(fc.constant(initial), given[name])] as const;
  });
  return fc.record(Object.fromEntries(fields), { noNullPrototype: true });
}
