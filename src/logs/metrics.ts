/** Which logged metric is what, by the names that trainers give them, whatever tool the log went through. */

export interface EvalMetric {
  /** Name of the set as a column may have it; undefined = the trainer knows one set only, and does not say which. */
  readonly set: string | undefined;
  readonly unit: 'nats' | 'bpb';
}

/** Loss on a named set: the name is the first group. */
const NAMED: readonly RegExp[] = [
  // ours; torchtitan calls its training loss loss_metrics/global_avg_loss, and scalers of gradients log a loss_scale
  /^loss_(?!scale$)([^/]+)$/,
  // transformers; then as it names them in TensorBoard and W&B
  /^eval_(.+)_loss$/,
  /^eval\/(.+)_loss$/,
  // Megatron
  /^lm loss validation-(.+)$/,
  // composer, llm-foundry
  /^metrics\/eval\/(.+)\/LanguageCrossEntropy$/,
  // OLMo-core
  /^eval\/lm\/(.+)\/CE loss$/,
  // levanter, marin, and what people write by hand
  /^(?:eval|val|valid|validation)\/(.+)\/(?:loss|lm_loss)$/,
  /^(?:val|valid|validation)\/(.+)_loss$/,
  /^(?:eval|val|valid|validation)_loss[_/](.+)$/,
  /^(?:val|valid|validation)_(.+)_loss$/,
];
const NAMED_BPB: readonly RegExp[] = [/^(?:eval|val|valid|validation)\/(.+)\/bpb$/, /^eval_(.+)_bpb$/];

/** Loss on the one set there is. */
const UNNAMED: ReadonlySet<string> = new Set([
  'eval_loss',
  'eval/loss',
  'eval/avg_loss',
  'evaluation/avg_loss',
  'lm loss validation',
  'metrics/eval/LanguageCrossEntropy',
  'val/lm loss',
  'val/loss',
  'val_loss',
  'valid_loss',
  'validation/lm_loss',
  'validation/loss',
  'validation_loss',
  'validation_metrics/loss',
]);

/** Averages over sets, and the same losses against another axis. */
const NO_SET = /(^|[/_])(macro|micro|avg)$| vs samples$| ppl$/;

/** What evaluation a metric is by the conventions of trainers; undefined = none. */
export function evalMetric(name: string): EvalMetric | undefined {
  if (UNNAMED.has(name)) return { set: undefined, unit: 'nats' };
  for (const [patterns, unit] of [
    [NAMED, 'nats'],
    [NAMED_BPB, 'bpb'],
  ] as const) {
    for (const pattern of patterns) {
      const set = pattern.exec(name)?.[1];
      if (set !== undefined) return NO_SET.test(set) ? undefined : { set: columnName(set), unit };
    }
  }
  return undefined;
}

const columnName = (set: string): string => set.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_|_$/g, '');

/** Quantities that tell how far a run is and how it trains. */
export type TraceName = 'lr' | 'tokens' | 'samples' | 'batchSize';

const TRACES: Readonly<Record<TraceName, ReadonlySet<string>>> = {
  lr: new Set([
    'lr',
    'learning_rate',
    'learning-rate',
    'train/learning_rate',
    'train/learning-rate',
    'train/lr',
    'optim/learning_rate',
    'optim/LR (group 0)',
    'learning/current_learning_rate',
    'lr-DecoupledAdamW/group0',
    'lr-AdamW',
  ]),
  tokens: new Set([
    'num_input_tokens_seen',
    'train/num_input_tokens_seen',
    'total_tokens',
    'throughput/total_tokens',
    'throughput/total tokens',
    'time/token',
    'consumed_tokens',
    'consumed-tokens',
    'tokens',
  ]),
  samples: new Set(['consumed samples', 'consumed-train-samples', 'consumed_samples', 'time/sample']),
  batchSize: new Set(['batch-size', 'global_batch_size', 'batch size']),
};

/** Which of these quantities a metric is; undefined = none. */
export function traceMetric(name: string): TraceName | undefined {
  return (Object.keys(TRACES) as TraceName[]).find((trace) => TRACES[trace].has(name));
}
