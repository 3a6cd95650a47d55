/** What belongs to a whole run: gathered from its rows, and refused where the rows contradict each other. */
import {
  duplicateObservation,
  paramsMixed,
  runChanges,
  tokensBackwards,
  valueMissing,
  warmupSteps,
} from '../problems/runs.ts';
import { formatScaled } from '../units/number.ts';
import { byNumber, groupBy } from './order.ts';
import type { Row } from './rows.ts';
import type { Schedule } from './runs.ts';
import { settleBases } from './settleBases.ts';
import type { Report } from './table.ts';

/** A run, or what is known of a base model from a row without run. */
export interface RunFacts {
  /** '' for rows at tokens = 0 that name no run. */
  readonly id: string;
  readonly base: string;
  /** NaN = not known, for rows of a base that is described elsewhere. */
  readonly params: number;
  readonly domainRatio: number;
  readonly seed: string | undefined;
  readonly schedule: Schedule;
  readonly lr: number;
  readonly warmupTokens: number;
  readonly simulated: boolean;
  /** By tokens. */
  readonly rows: readonly Row[];
}

const at = ({ file, line }: Row, field?: string) => ({
  file,
  line,
  ...(field === undefined ? {} : { field }),
});

/**
 * Groups rows by run: a name is one run, whichever files its rows stand in. Facts of a run may be given in any of
 * its rows and must not change. Rows at tokens = 0 without a run each become facts of their own.
 * `used` tells which columns exist at all, so that a missing column is not reported once per run again.
 */
export function gatherRuns(rows: readonly Row[], used: ReadonlySet<string>, report: Report): RunFacts[] {
  const named = groupBy(
    rows.filter(({ run }) => run !== ''),
    ({ run }) => run,
  );
  const groups = [...named.values(), ...rows.filter(({ run }) => run === '').map((row) => [row])];
  const facts = groups.map((group) => factsOf(group, used, report));
  const settled = settleBases(facts, used, report);
  for (const one of settled) checkComplete(one, used, report);
  return settled;
}

function factsOf(group: readonly Row[], used: ReadonlySet<string>, report: Report): RunFacts {
  const id = group[0].run;
  const rows = group.toSorted((a, b) => byNumber(a.tokens, b.tokens));
  const text = (name: string): string => constantText(group, name, report);
  const number = (name: string): number =>
    constantNumber(group, name, (row) => row.numbers[name] ?? Number.NaN, report);
  const domainRatio = constantNumber(group, 'domain_ratio', (row) => row.domainRatio, report);
  if (id !== '') checkOrder(id, rows, report);
  const schedule = text('schedule');
  return {
    id,
    base: text('base'),
    params: number(used.has('params') ? 'params' : 'params_total'),
    domainRatio,
    seed: text('seed') || undefined,
    schedule: schedule === '' ? 'unknown' : (schedule as Schedule),
    lr: peak(rows),
    warmupTokens: warmupTokens(group, number, report),
    simulated: text('simulated') === 'true',
    rows,
  };
}

/** Reports what is not known of a run and has a column to be known from. */
function checkComplete(facts: RunFacts, used: ReadonlySet<string>, report: Report): void {
  const { id, base, params, domainRatio, rows } = facts;
  const where = id === '' ? 'This row of a base model' : `Run ${id}`;
  const lacks = (column: string): void => {
    const faulty = rows.some((row) => row.faulty.has(column));
    if (!faulty) report(valueMissing({ column, where }, at(rows[0], column)));
  };
  if (base === '') lacks('base');
  if (Number.isNaN(params)) {
    const totals = rows.some(({ numbers }) => numbers.params_total > 0);
    if (used.has('params') && totals) report(paramsMixed({ run: id }, at(rows[0], 'params_total')));
    else if (used.has('params')) lacks('params');
    else if (used.has('params_total')) lacks('params_total');
  }
  const trained = rows[rows.length - 1].tokens > 0;
  if (trained && Number.isNaN(domainRatio) && ratioGiven(used)) lacks('domain_ratio');
}

function ratioGiven(used: ReadonlySet<string>): boolean {
  const shares = used.has('share_general') && used.has('share_domain');
  return used.has('domain_ratio') || used.has('replay') || shares;
}

/** The one text that all rows which fill the column agree on. */
function constantText(group: readonly Row[], column: string, report: Report): string {
  return (
    constant(
      group,
      column,
      (row) => row.texts[column] ?? '',
      (value) => value === '',
      report,
    ) ?? ''
  );
}

function constantNumber(
  group: readonly Row[],
  column: string,
  of: (row: Row) => number,
  report: Report,
): number {
  return constant(group, column, of, Number.isNaN, report) ?? Number.NaN;
}

function constant<T>(
  group: readonly Row[],
  column: string,
  of: (row: Row) => T,
  isEmpty: (value: T) => boolean,
  report: Report,
): T | undefined {
  let first: T | undefined;
  for (const row of group) {
    const value = of(row);
    if (isEmpty(value)) continue;
    if (first === undefined) {
      first = value;
    } else if (value !== first) {
      const facts = { run: row.run, column, first: String(first), later: String(value) };
      report(runChanges(facts, at(row, column)));
      return first;
    }
  }
  return first;
}

/** The highest rate seen: a column of current rates and one of peak rates give the same. */
function peak(rows: readonly Row[]): number {
  return rows.reduce((highest, { numbers }) => {
    const lr = numbers.lr ?? Number.NaN;
    return Number.isNaN(highest) || lr > highest ? lr : highest;
  }, Number.NaN);
}

function warmupTokens(group: readonly Row[], number: (name: string) => number, report: Report): number {
  const direct = number('warmup_tokens');
  const steps = number('warmup_steps');
  if (!Number.isNaN(direct) || Number.isNaN(steps)) return direct;
  const batch = number('batch_tokens');
  if (Number.isNaN(batch)) report(warmupSteps({}, at(group[0], 'warmup_steps')));
  return steps * batch;
}

/** Within a run no two rows share their tokens, and steps do not fall as tokens grow. */
function checkOrder(run: string, rows: readonly Row[], report: Report): void {
  for (let k = 1; k < rows.length; k += 1) {
    if (rows[k].tokens === rows[k - 1].tokens) {
      const first = `${rows[k - 1].file}:${rows[k - 1].line}`;
      report(
        duplicateObservation({ run, tokens: formatScaled(rows[k].tokens), first }, at(rows[k], 'tokens')),
      );
    }
  }
  let stepBefore = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    const step = row.numbers.step ?? Number.NaN;
    if (step < stepBefore) {
      report(tokensBackwards({ run, step, tokens: formatScaled(row.tokens), stepBefore }, at(row, 'step')));
      return;
    }
    if (step > stepBefore) stepBefore = step;
  }
}
