/** The formats of logs that `mixplan import` reads, as `--format` names them. */
export const LOG_FORMATS = [
  'hf-trainer',
  'llama-factory',
  'megatron',
  'tensorboard',
  'mlflow',
  'wandb',
  'wandb-chart',
  'composer',
  'olmo-core',
  'litgpt',
  'maxtext',
  'runs',
] as const;

export type LogFormatId = (typeof LOG_FORMATS)[number];
