/** Keeps of a log what a runs table needs, in memory that grows with the evaluations and not with the log. */
import { evaluationsTooMany, metricsTooMany } from '../problems/logs.ts';
import type { Problem } from '../problems/problem.ts';
import { evalMetric, type TraceName, traceMetric } from './metrics.ts';
import type { LogSink } from './sink.ts';
import { createTrace, type Trace } from './trace.ts';

/** One metric at the steps where it was logged. */
export interface Series {
  /** By step; ascending. */
  readonly values: ReadonlyMap<number, number>;
  /** Evaluations that a later write took the place of, and the first step of them. */
  readonly superseded: number;
  readonly firstSuperseded: number;
}

/** What the log of one run holds. */
export interface RunLog {
  /** Losses on evaluation sets, and metrics that were asked for, by their name in the log. */
  readonly series: ReadonlyMap<string, Series>;
  /** By what they are, or by name for metrics that were asked for. */
  readonly traces: Readonly<Record<TraceName, Trace>>;
  /** All metrics by name, and how often each was logged. */
  readonly metrics: ReadonlyMap<string, number>;
  /** Smallest and second smallest step of anything. */
  readonly firstSteps: readonly number[];
  readonly settings: Readonly<Record<string, unknown>>;
  /** Rows of a log that is a runs table. */
  readonly rows: readonly Readonly<Record<string, string>>[];
  readonly problems: readonly Problem[];
}

/** Metrics that are wanted besides those of the conventions. */
export interface Wanted {
  /** Names of metrics whose values are kept one by one. */
  readonly series: ReadonlySet<string>;
  /** Name of the metric that holds the tokens seen, where it is told. */
  readonly tokens: ReadonlySet<string>;
}

const MOST_EVALUATIONS = 200_000;
/** So many names of metrics are kept that are losses by their name, and so many others; those asked for are always kept. */
const MOST_NAMES = 5000;
/** Names that are left out are counted up to here. */
const MOST_COUNTED = 100_000;

export interface Collector {
  readonly sink: LogSink;
  readonly log: RunLog;
}

/** @param carriesOver whether an equal value at a later step says only that nothing was measured there */
export function createCollector(wanted: Wanted, carriesOver: boolean): Collector {
  const series = new Map<string, MutableSeries>();
  const traces = {
    lr: createTrace(),
    tokens: createTrace(),
    samples: createTrace(),
    batchSize: createTrace(),
  };
  const uses = new Map<string, Use>();
  const metrics = new Map<string, number>();
  const firstSteps: number[] = [];
  // Keys come from foreign files: without a prototype none of them means anything.
  const settings: Record<string, unknown> = Object.create(null);
  const rows: Readonly<Record<string, string>>[] = [];
  const problems: Problem[] = [];

  const kept = { losses: 0, others: 0 };
  const leftOut = { losses: new Set<string>(), others: new Set<string>() };

  /** What is done with a metric; undefined where there are too many. */
  const useOf = (name: string): Use | undefined => {
    const known = uses.get(name);
    if (known !== undefined) return known;
    if (leftOut.losses.has(name) || leftOut.others.has(name)) return undefined;
    const trace = wanted.tokens.has(name)
      ? 'tokens'
      : wanted.tokens.size > 0 && traceMetric(name) === 'tokens'
        ? undefined
        : traceMetric(name);
    const use: Use = {
      trace: trace === undefined ? undefined : traces[trace],
      series: wanted.series.has(name) || evalMetric(name) !== undefined ? createSeries() : undefined,
      count: 0,
    };
    // The name may be a piece of a large text, which it would keep alive.
    const own = Buffer.from(name).toString();
    if (use.trace === undefined && !wanted.series.has(name)) {
      const kind = use.series === undefined ? 'others' : 'losses';
      if (kept[kind] === MOST_NAMES) {
        if (leftOut[kind].size < MOST_COUNTED) leftOut[kind].add(own);
        return undefined;
      }
      kept[kind] += 1;
    }
    uses.set(own, use);
    if (use.series !== undefined) series.set(own, use.series);
    return use;
  };

  return {
    sink: {
      metric: (step, name, value) => {
        const use = useOf(name);
        // 1e400, or less than nothing: no trainer counts so.
        if (use === undefined || !Number.isFinite(step) || step < 0) return;
        use.count += 1;
        noteFirst(firstSteps, step);
        use.trace?.add(step, value);
        if (use.series === undefined) return;
        if (carriesOver && use.series.last === value) return;
        if (use.series.values.size < MOST_EVALUATIONS) addTo(use.series, step, value);
        else if (!use.series.full) {
          use.series.full = true;
          problems.push(evaluationsTooMany({ metric: name, most: MOST_EVALUATIONS }));
        }
      },
      setting: (path, value) => setAt(settings, path.split('.'), value),
      row: (cells) => void rows.push(cells),
      rewind: (step) => {
        for (const trace of Object.values(traces)) trace.rewind(step);
        for (const one of series.values()) supersede(one, step + 1);
      },
      problem: (problem) => void problems.push(problem),
    },
    log: {
      series,
      traces,
      get metrics() {
        for (const [name, { count }] of uses) metrics.set(name, count);
        return metrics;
      },
      firstSteps,
      settings,
      rows,
      get problems() {
        const tooMany = (['losses', 'others'] as const).flatMap((kind) => {
          const left = leftOut[kind].size;
          const facts = { kind, most: MOST_NAMES, left, atLeast: left === MOST_COUNTED };
          return left === 0 ? [] : [metricsTooMany(facts)];
        });
        return [...problems, ...tooMany];
      },
    },
  };
}

interface MutableSeries extends Series {
  readonly values: Map<number, number>;
  superseded: number;
  firstSuperseded: number;
  lastStep: number;
  last: number;
  full: boolean;
}

interface Use {
  readonly trace: Trace | undefined;
  readonly series: MutableSeries | undefined;
  count: number;
}

const createSeries = (): MutableSeries => ({
  values: new Map(),
  superseded: 0,
  firstSuperseded: Number.NaN,
  lastStep: Number.NEGATIVE_INFINITY,
  last: Number.NaN,
  full: false,
});

/** The later write wins: a step that is not beyond the last one is where the run was taken up again. */
function addTo(series: MutableSeries, step: number, value: number): void {
  // Several processes print the same line; that is no restart.
  const echo = step === series.lastStep && Object.is(series.values.get(step), value);
  if (step <= series.lastStep && !echo) supersede(series, step);
  series.values.set(step, value);
  series.lastStep = step;
  series.last = value;
}

/** Takes out what was logged at this step and beyond. */
function supersede(series: MutableSeries, from: number): void {
  if (series.lastStep < from) return;
  for (const step of [...series.values.keys()].reverse()) {
    if (step < from) break;
    series.values.delete(step);
    series.superseded += 1;
    series.firstSuperseded = Number.isNaN(series.firstSuperseded)
      ? step
      : Math.min(series.firstSuperseded, step);
  }
  series.lastStep = [...series.values.keys()].at(-1) ?? Number.NEGATIVE_INFINITY;
}

/** Keeps the two smallest steps above 0: together they tell how often something is logged. */
function noteFirst(steps: number[], step: number): void {
  if (step <= 0 || steps.includes(step) || step > (steps[1] ?? Number.POSITIVE_INFINITY)) return;
  steps.push(step);
  steps.sort((a, b) => a - b);
  steps.length = Math.min(steps.length, 2);
}

function setAt(settings: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let at = settings;
  for (const key of path.slice(0, -1)) {
    const inner = at[key];
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) at[key] = Object.create(null);
    at = at[key] as Record<string, unknown>;
  }
  at[path[path.length - 1]] = value;
}
