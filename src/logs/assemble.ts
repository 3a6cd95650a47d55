/** The log of one run and what is told about it, to rows of a runs table. */
import { logBeginsLate, lossesNotFinite, stepsSuperseded } from '../problems/logs.ts';
import { parseCell } from '../runs/cells.ts';
import { columnSpec } from '../runs/columns.ts';
import { formatNumber } from '../units/number.ts';
import type { Evaluation, ImportedRun } from './evaluation.ts';
import { FACT_NAMES, factSpec } from './factNames.ts';
import { type LoggedSet, setsOf } from './loggedSets.ts';
import type { Outlet, RunToAssemble } from './oneRun.ts';
import { recogniseSchedule } from './schedule.ts';
import { tokensOf } from './tokens.ts';

export interface Assembled {
  readonly run: ImportedRun;
  /** Units of sets by the metrics they came from. */
  readonly units: Readonly<Record<string, 'nats' | 'bpb'>>;
}

/** Columns of facts that go into the table as they are told. */
const FACT_COLUMNS = FACT_NAMES.filter((name) => {
  const spec = columnSpec(name);
  return spec !== undefined && spec.kind !== 'loss' && name !== 'tokens' && name !== 'batch_tokens';
});

/** A run with its rows, which are none where the log holds no evaluation. Faults and gaps go to the outlet. */
export function assembleRun(one: RunToAssemble, { report, lack }: Outlet): Assembled {
  const { name, factOf, format, files } = one;
  const origins: Record<string, string> = {};
  const columns: Record<string, string> = {};
  const tell = (column: string, text: string, origin: string): void => {
    columns[column] = text;
    origins[column] = origin;
  };
  const number = (fact: string): number => {
    const told = factOf(fact);
    const spec = factSpec(fact);
    if (told === undefined || spec === undefined) return Number.NaN;
    return parseCell(fact, spec, told.text, { ...told.place, field: told.place.field ?? fact }, report);
  };

  for (const column of [...FACT_COLUMNS, ...one.told.filter((fact) => /^(unique_|tokenizer_)/.test(fact))]) {
    const told = factOf(column);
    if (told === undefined) continue;
    const text = columnSpec(column)?.kind === 'text' ? told.text : formatNumber(number(column));
    if (text !== 'NaN') tell(column, text, told.origin);
  }
  requireFacts(one, lack);
  tellSchedule(one, tell, columns);

  const tokens = tokensOf(one, number, { report, lack });
  if (tokens !== undefined) {
    origins.tokens = tokens.origin;
    if (!Number.isNaN(tokens.batchTokens))
      tell('batch_tokens', formatNumber(tokens.batchTokens), tokens.batchOrigin);
    tellWarmup(one, tokens.at, tell, columns);
  }
  const sets = setsOf(one, { report, lack });
  for (const { set, metric } of sets) origins[`loss_${set}`] = `metric ${metric}`;
  const at = tokens?.at ?? (() => Number.NaN);
  const evaluations = evaluationsOf(one, sets, at, number, report);
  return {
    run: {
      name,
      format: format.name,
      files,
      columns,
      evaluations,
      diverged: divergedSets(
        sets.map(({ set, metric }) => [set, [...(one.log.series.get(metric)?.values ?? [])]] as const),
        at,
      ),
      origins,
    },
    units: Object.fromEntries(sets.map(({ set, unit }) => [set, unit])),
  };
}

function requireFacts({ name, factOf, log }: RunToAssemble, lack: Outlet['lack']): void {
  const { settings } = log;
  if (factOf('params') === undefined && factOf('params_total') === undefined)
    lack({ run: name, fact: 'params', settings });
  const shares = factOf('share_general') !== undefined && factOf('share_domain') !== undefined;
  if (factOf('domain_ratio') === undefined && factOf('replay') === undefined && !shares)
    lack({ run: name, fact: 'domain_ratio', settings });
}

type Tell = (column: string, text: string, origin: string) => void;

/** Learning rate and schedule as logged, where nobody told them. The rate is that of the peak. */
function tellSchedule({ log }: RunToAssemble, tell: Tell, columns: Readonly<Record<string, string>>): void {
  const seen = recogniseSchedule(log.traces.lr);
  if (seen === undefined) return;
  if (columns.lr === undefined) tell('lr', formatNumber(seen.peakLr), 'logged learning rate');
  if (columns.schedule === undefined && seen.kind !== 'unknown')
    tell('schedule', seen.kind, 'logged learning rate');
}

function tellWarmup(
  { log }: RunToAssemble,
  at: (step: number) => number,
  tell: Tell,
  columns: Readonly<Record<string, string>>,
): void {
  const warmup = recogniseSchedule(log.traces.lr)?.warmupStep;
  if (warmup === undefined || columns.warmup_tokens !== undefined || columns.warmup_steps !== undefined)
    return;
  const tokens = Math.round(at(warmup));
  if (tokens > 0) tell('warmup_tokens', formatNumber(tokens), 'logged learning rate');
}

function evaluationsOf(
  { name, log, format, told, factOf }: RunToAssemble,
  sets: readonly LoggedSet[],
  at: (step: number) => number,
  number: (fact: string) => number,
  report: Outlet['report'],
): Evaluation[] {
  const byStep = new Map<number, Record<string, number>>();
  let superseded = 0;
  let firstSuperseded = Number.POSITIVE_INFINITY;
  for (const { set, metric } of sets) {
    const series = log.series.get(metric);
    if (series === undefined) continue;
    const broken = [...series.values].filter(([, value]) => Number.isNaN(value)).map(([step]) => step);
    if (broken.length > 0)
      report(
        lossesNotFinite({ run: name, metric, count: broken.length, first: `step ${Math.min(...broken)}` }),
      );
    for (const [step, value] of series.values) {
      if (Number.isNaN(value)) continue;
      const losses = byStep.get(step) ?? {};
      losses[set] = value;
      byStep.set(step, losses);
    }
    if (series.superseded > superseded) superseded = series.superseded;
    if (series.firstSuperseded < firstSuperseded) firstSuperseded = series.firstSuperseded;
  }
  if (superseded > 0) report(stepsSuperseded({ run: name, count: superseded, first: firstSuperseded }));
  const start = number('start_step') || 0;
  const accumulation = format.steps === 'microBatches' ? number('accumulation') : 1;
  const metrics = told
    .filter((fact) => fact.startsWith('metric_'))
    .flatMap((fact) => {
      const metric = factOf(fact)?.text;
      return metric === undefined ? [] : [{ fact, series: log.series.get(metric) }];
    });
  const steps = [...byStep.keys()].sort((a, b) => a - b);
  const evaluations = steps
    .filter((step) => step + format.stepOffset >= start)
    .map((step): Evaluation => {
      const cells = metrics.flatMap(({ fact, series }) => {
        const value = series?.values.get(step);
        return value === undefined || Number.isNaN(value) ? [] : [[fact, formatNumber(value)] as const];
      });
      const updates = (step + format.stepOffset - start) / accumulation;
      return {
        tokens: at(step),
        step: Number.isInteger(updates) ? updates : undefined,
        losses: byStep.get(step) ?? {},
        cells: Object.fromEntries(cells),
      };
    });
  const [first, second] = log.firstSteps;
  // A log that begins late either lacks its beginning or counts on from the base model.
  if (
    first !== undefined &&
    second !== undefined &&
    first - start > 3 * (second - first) &&
    first - start > 1
  )
    report(logBeginsLate({ run: name, first }));
  return withBase(evaluations, told, number);
}

/** Sets whose losses end in NaN, and the tokens from which on they are. @param series steps with losses, by set */
export function divergedSets(
  series: readonly (readonly [set: string, steps: readonly (readonly [step: number, loss: number])[]])[],
  tokensAt: (step: number) => number,
): Record<string, number> {
  return Object.fromEntries(
    series.flatMap(([set, steps]) => {
      const ordered = steps.toSorted(([a], [b]) => a - b);
      const first = ordered.at(ordered.findLastIndex(([, loss]) => !Number.isNaN(loss)) + 1);
      return first === undefined || Number.isNaN(tokensAt(first[0])) ? [] : [[set, tokensAt(first[0])]];
    }),
  );
}

/** Losses of the base model as told, where the log has no evaluation at 0 tokens of that set. */
function withBase(
  evaluations: readonly Evaluation[],
  told: readonly string[],
  number: (fact: string) => number,
): Evaluation[] {
  const first = evaluations.find(({ tokens }) => tokens === 0);
  const losses: Record<string, number> = { ...first?.losses };
  for (const fact of told.filter((each) => each.startsWith('base_loss_'))) {
    const loss = number(fact);
    if (!Number.isNaN(loss)) losses[fact.slice('base_loss_'.length)] ??= loss;
  }
  if (Object.keys(losses).length === 0) return [...evaluations];
  const base: Evaluation = { tokens: 0, step: first?.step ?? 0, losses, cells: first?.cells ?? {} };
  return [base, ...evaluations.filter((one) => one !== first)];
}
