/**
 * What must be alike in runs that are fitted together, as data: each guard has its own problem, and a word by which
 * `--assume-transfer` sets it aside at the price of a warning.
 */
import type { Transfer } from '../options/transfers.ts';
import {
  averagingMixed,
  basesMixed,
  methodsMixed,
  phasesMixed,
  schedulesMixed,
  sequenceLengthsMixed,
  targetDiffers,
  tiersMixed,
  transferAssumed,
} from '../problems/guards.ts';
import type { Problem } from '../problems/problem.ts';
import { tokensInTwoTokenizers } from '../problems/sets.ts';
import { formatScaled } from '../units/number.ts';
import { byText, groupBy } from './order.ts';
import type { Runs } from './runs.ts';

/** Guards on a column that holds one value over all runs. */
const COLUMNS = [
  { transfer: 'method', column: 'method', what: 'training methods', mixed: methodsMixed },
  {
    transfer: 'sequence-length',
    column: 'sequence_length',
    what: 'sequence lengths',
    mixed: sequenceLengthsMixed,
  },
  { transfer: 'averaging', column: 'averaged', what: 'kinds of averaging', mixed: averagingMixed },
  { transfer: 'tier', column: 'data_tier', what: 'data tiers', mixed: tiersMixed },
  { transfer: 'phase', column: 'phase', what: 'training phases', mixed: phasesMixed },
] as const;

/**
 * What keeps these runs from being fitted together: an error for each difference, or a warning where it is assumed not
 * to matter. `ends` names how the learning rate of each run ends: its decaying schedule, or undefined.
 */
export function comparabilityProblems(
  runs: Runs,
  ends: readonly (string | undefined)[],
  assumed: readonly Transfer[],
): Problem[] {
  const training = runs.training ?? {};
  const tell = (transfer: Transfer, what: string, values: readonly string[], refused: Problem): Problem =>
    assumed.includes(transfer) ? transferAssumed({ what, values }) : refused;

  const problems = COLUMNS.flatMap(({ transfer, column, what, mixed }) => {
    const values = training[column] ?? [];
    return values.length > 1 ? [tell(transfer, what, values, mixed({ values }, { field: column }))] : [];
  });
  const schedules = new Set(
    runs.runs.flatMap(({ schedule }, run) => ends[run] ?? (schedule === 'constant' ? ['constant'] : [])),
  );
  if (schedules.has('constant') && schedules.size > 1) {
    const values = [...schedules].sort(byText);
    problems.push(
      tell('schedule', 'learning-rate schedules', values, schedulesMixed({ values }, { field: 'schedule' })),
    );
  }
  for (const [params, group] of groupBy(runs.runs, (run) => run.params)) {
    const values = [...new Set(group.map(({ base }) => runs.bases[base].id))].sort(byText);
    if (values.length < 2) continue;
    const refused = basesMixed({ values, params: formatScaled(params) }, { field: 'base' });
    problems.push(tell('base', `base models of ${formatScaled(params)} parameters,`, values, refused));
  }
  const tokenizers = training.tokenizer ?? [];
  // In nats a token they were refused when the table was read; what is left is in bits per byte.
  if (tokenizers.length > 1) problems.push(tokensInTwoTokenizers({ tokenizers }, { field: 'tokenizer' }));
  return problems;
}

/** How the full run will be trained, by column of a runs table; what is not said is taken to be as in the pilots. */
export type TargetTraining = Readonly<Record<string, string>>;

/** What pilots are known to have, by column: several values only where they were assumed to compare. */
export type PilotTraining = Readonly<Record<string, readonly string[]>>;

/** Columns that can be said of the full run, and the flag that sets a difference aside. */
export const TARGET_COLUMNS: Readonly<Record<string, { readonly what: string; readonly flag: string }>> = {
  lr: { what: 'peak learning rate', flag: '--assume-lr-transfer' },
  schedule: { what: 'schedule', flag: '--assume-transfer schedule' },
  method: { what: 'training method', flag: '--assume-transfer method' },
  sequence_length: { what: 'sequence length', flag: '--assume-transfer sequence-length' },
  averaged: { what: 'averaging', flag: '--assume-transfer averaging' },
  data_tier: { what: 'data tier', flag: '--assume-transfer tier' },
  phase: { what: 'training phase', flag: '--assume-transfer phase' },
  base: { what: 'base model', flag: '--assume-transfer base' },
  tokenizer: { what: 'tokenizer', flag: '--assume-transfer tokenizer' },
};

/**
 * What the full run does otherwise than all pilots: an error each, or a warning where that is assumed not to matter.
 * Columns that the pilots do not tell are passed over, since nothing is known to differ.
 */
export function targetProblems(
  target: TargetTraining,
  pilots: PilotTraining,
  assumed: readonly Transfer[],
  assumeLrTransfer: boolean,
): Problem[] {
  return Object.entries(target).flatMap(([column, value]) => {
    const { what, flag } = TARGET_COLUMNS[column];
    const known = pilots[column] ?? [];
    if (known.length === 0 || known.some((each) => sameValue(each, value))) return [];
    const accepted =
      column === 'lr' ? assumeLrTransfer : assumed.some((transfer) => flag.endsWith(` ${transfer}`));
    return accepted
      ? [transferAssumed({ what, values: [`${value} (full run)`, `${known.join(', ')} (pilots)`] })]
      : [targetDiffers({ what, target: value, pilots: known, flag })];
  });
}

/** Equal as numbers where both are, so that 3e-5 is 0.00003. */
function sameValue(a: string, b: string): boolean {
  return a === b || (a !== '' && b !== '' && Number(a) === Number(b));
}
