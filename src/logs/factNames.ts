/** What can be told about a run that its log does not say: columns of a runs table, and what leads to them. */
import { type ColumnSpec, columnSpec } from '../runs/columns.ts';

/** Names of facts that are no columns, with what each is. */
const EXTRA_FACTS: Readonly<Record<string, string>> = {
  batch_size: 'sequences in a global batch',
  accumulation: 'small batches whose gradients are summed up for one update',
  start_step:
    'the step at which continual pre-training began, where the count goes on from that of the base model',
};

/** Facts whose name ends with that of an evaluation set or of a metric. */
const FAMILIES = ['loss_', 'base_loss_', 'metric_', 'role_', 'unit_'] as const;
type Family = (typeof FAMILIES)[number];

/** Facts that are the name of a logged metric. */
const METRIC_FAMILIES: readonly Family[] = ['loss_', 'metric_'];

const positiveCount: ColumnSpec = { kind: 'count', range: 'positive', of: 'run' };
const count: ColumnSpec = { kind: 'count', range: 'notNegative', of: 'run' };

/** Columns that only the log itself can fill. */
const LOGGED = ['run', 'step'];

/** The family and the rest of a name such as `loss_general`; undefined where it is of none. */
export function familyOf(fact: string): { readonly family: Family; readonly rest: string } | undefined {
  const family = FAMILIES.find((prefix) => fact.startsWith(prefix) && fact.length > prefix.length);
  return family === undefined ? undefined : { family, rest: fact.slice(family.length) };
}

export function isFact(name: string): boolean {
  if (LOGGED.includes(name)) return false;
  return familyOf(name) !== undefined || Object.hasOwn(EXTRA_FACTS, name) || columnSpec(name) !== undefined;
}

/** Whether the fact names a metric of the log. */
export function namesMetric(fact: string): boolean {
  const family = familyOf(fact)?.family;
  return fact === 'tokens' || (family !== undefined && METRIC_FAMILIES.includes(family));
}

/** How the value of a fact is read, where it is one for a column or a number. */
export function factSpec(fact: string): ColumnSpec | undefined {
  if (fact.startsWith('base_loss_')) return columnSpec(fact.slice('base_'.length));
  if (fact === 'start_step') return count;
  return Object.hasOwn(EXTRA_FACTS, fact) ? positiveCount : columnSpec(fact);
}

/** Names of all facts that are not of a family, for "did you mean". */
export const FACT_NAMES: readonly string[] = [
  'params',
  'params_total',
  'domain_ratio',
  'replay',
  'base',
  'seed',
  'lr',
  'schedule',
  'warmup_tokens',
  'warmup_steps',
  'tokens',
  'batch_tokens',
  'sequence_length',
  'method',
  'phase',
  'averaged',
  'data_tier',
  'tokenizer',
  'loss_general',
  'loss_domain',
  'base_loss_general',
  'base_loss_domain',
  'role_general',
  'unit_general',
  ...Object.keys(EXTRA_FACTS),
];
