/** The log of one run and what is told about it, to rows of a runs table. */
import {
  logBeginsLate,
  lossesNotFinite,
  metricAbsent,
  metricsOfOneSet,
  stepsSuperseded,
  tokensDisagree,
} from '../problems/logs.ts';
import { nearest } from '../problems/nearest.ts';
import type { Problem } from '../problems/problem.ts';
import { parseCell } from '../runs/cells.ts';
import { columnSpec } from '../runs/columns.ts';
import { formatNumber } from '../units/number.ts';
import type { RunLog } from './collect.ts';
import type { Evaluation, ImportedRun } from './evaluation.ts';
import { FACT_NAMES, factSpec } from './factNames.ts';
import type { FactOf } from './facts.ts';
import type { LogFormat } from './format.ts';
import { evalMetric } from './metrics.ts';
import type { MissingFact } from './missing.ts';
import { recogniseSchedule } from './schedule.ts';
import type { Trace } from './trace.ts';

export interface RunToAssemble {
  readonly name: string;
  readonly format: LogFormat;
  readonly files: readonly string[];
  readonly log: RunLog;
  readonly factOf: FactOf;
  /** Facts of families that anybody told for any run: `loss_general`, `base_loss_wiki`. */
  readonly told: readonly string[];
}

export interface Assembled {
  readonly run: ImportedRun;
  /** Units of sets by the metrics they came from. */
  readonly units: Readonly<Record<string, 'nats' | 'bpb'>>;
}

export interface Outlet {
  readonly report: (problem: Problem) => void;
  readonly lack: (missing: MissingFact) => void;
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

interface TokenCount {
  /** Tokens seen at a step as the log counts it, whole. */
  readonly at: (step: number) => number;
  readonly origin: string;
  /** NaN = not known. */
  readonly batchTokens: number;
  readonly batchOrigin: string;
}

/** How far two counts of the same tokens may be apart, as a share. */
const SAME_TOKENS = 0.01;

/** Tokens by step: as logged, else from logged samples, else from the batch. */
function tokensOf(
  one: RunToAssemble,
  number: (fact: string) => number,
  { report, lack }: Outlet,
): TokenCount | undefined {
  const { name, format, log, factOf } = one;
  const { traces } = log;
  const start = number('start_step') || 0;
  const length = number('sequence_length');
  const batch = batchOf(one, number);
  const accumulation = format.steps === 'microBatches' ? number('accumulation') : 1;
  const count = (raw: (step: number) => number, origin: string): TokenCount => {
    // The step that was logged when as many had been taken as the base model had.
    const baseStep = start - format.stepOffset;
    const before = start > 0 ? raw(baseStep) : 0;
    const at = (step: number): number => (step <= baseStep ? 0 : Math.max(0, Math.round(raw(step) - before)));
    return { at, origin, batchTokens: batch.tokens, batchOrigin: batch.origin };
  };
  const fromBatch = (step: number): number => ((step + format.stepOffset) * batch.tokens) / accumulation;
  const logged = factOf('tokens')?.text;
  if (logged !== undefined) requireMetric(one, 'tokens', report);
  const countedTokens = counter(traces.tokens, format.stepOffset);
  if (countedTokens !== undefined) {
    const last = traces.tokens.points().at(-1)?.step ?? 0;
    const [seen, expected] = [countedTokens(last), fromBatch(last)];
    if (Math.abs(seen - expected) > SAME_TOKENS * Math.max(seen, expected))
      report(tokensDisagree({ run: name, step: last, logged: seen, expected, batchTokens: batch.tokens }));
    return count(countedTokens, logged === undefined ? 'logged tokens' : `metric ${logged}`);
  }
  const countedSamples = counter(traces.samples, format.stepOffset);
  if (countedSamples !== undefined && !Number.isNaN(length))
    return count(
      (step) => countedSamples(step) * length,
      `logged samples × sequence_length ${formatNumber(length)}`,
    );
  if (Number.isNaN(batch.tokens)) {
    const fact =
      countedSamples !== undefined || traces.batchSize.points().length > 0
        ? 'sequence_length'
        : 'batch_tokens';
    if (factOf(fact) === undefined) lack({ run: name, fact, settings: log.settings });
    return undefined;
  }
  if (Number.isNaN(accumulation)) {
    if (factOf('accumulation') === undefined)
      lack({ run: name, fact: 'accumulation', settings: log.settings });
    return undefined;
  }
  return count(fromBatch, `steps × ${formatNumber(batch.tokens / accumulation)} tokens`);
}

/** What a trace counts at any step; a single point is taken for a steady count from nothing. Undefined without a point. */
function counter(trace: Trace, offset: number): ((step: number) => number) | undefined {
  const points = trace.points();
  if (points.length > 1) return trace.at;
  const [only] = points;
  if (only === undefined || only.step + offset <= 0) return undefined;
  return (step) => (only.value * (step + offset)) / (only.step + offset);
}

/** Tokens in a global batch: as told, or sequences as told or logged, times their length. */
function batchOf(
  { log, factOf }: RunToAssemble,
  number: (fact: string) => number,
): { tokens: number; origin: string } {
  const told = factOf('batch_tokens');
  if (told !== undefined) return { tokens: number('batch_tokens'), origin: told.origin };
  const length = number('sequence_length');
  const size = number('batch_size');
  if (!Number.isNaN(size)) return { tokens: size * length, origin: `batch_size × sequence_length` };
  const logged = log.traces.batchSize.points();
  const constant = logged.length > 0 && logged.every(({ value }) => value === logged[0].value);
  return {
    tokens: constant ? logged[0].value * length : Number.NaN,
    origin: 'logged batch × sequence_length',
  };
}

interface LoggedSet {
  readonly set: string;
  readonly metric: string;
  readonly unit: 'nats' | 'bpb';
}

/** Which metric is the loss on which set: as told, else by the names that trainers give. */
function setsOf(one: RunToAssemble, { report, lack }: Outlet): LoggedSet[] {
  const { name, log, factOf, told } = one;
  const sets = new Map<string, LoggedSet>();
  const names = [...log.metrics.keys()];
  for (const fact of told.filter((each) => each.startsWith('loss_'))) {
    const found = factOf(fact);
    if (found === undefined) continue;
    const set = fact.slice('loss_'.length);
    const metric = found.text;
    const unit = evalMetric(metric)?.unit ?? 'nats';
    sets.set(set, { set, metric, unit });
    if (metric !== LEFT_OUT) requireMetric(one, fact, report);
  }
  const used = new Set([...sets.values()].map(({ metric }) => metric));
  const unnamed: string[] = [];
  for (const metric of log.series.keys()) {
    const known = evalMetric(metric);
    if (known === undefined || used.has(metric)) continue;
    if (known.set === undefined) {
      unnamed.push(metric);
      continue;
    }
    const { set, unit } = known;
    const rival = sets.get(set);
    // Of two units of one set the one in nats is taken.
    if (rival === undefined || (!used.has(rival.metric) && rival.unit === 'bpb' && unit === 'nats'))
      sets.set(set, { set, metric, unit });
    else if (!used.has(rival.metric) && rival.unit === unit && rival.metric !== LEFT_OUT)
      report(metricsOfOneSet({ run: name, set, taken: rival.metric, other: metric }));
  }
  const losses = [...sets.values()].filter(({ metric }) => metric !== LEFT_OUT && log.series.has(metric));
  if (losses.length === 0)
    lack({ run: name, fact: 'loss', metrics: unnamed.length > 0 ? unnamed : names, settings: log.settings });
  return losses;
}

/** Refuses a fact that names a metric which the run never logged. */
function requireMetric({ name, log, factOf }: RunToAssemble, fact: string, report: Outlet['report']): void {
  const told = factOf(fact);
  const logged = [...log.metrics.keys()];
  if (told === undefined || logged.includes(told.text)) return;
  report(
    metricAbsent(
      { run: name, fact, metric: told.text, nearest: nearest(told.text, logged), logged },
      told.place,
    ),
  );
}

/** What stands for a metric where a set shall be left out. */
const LEFT_OUT = 'none';

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
