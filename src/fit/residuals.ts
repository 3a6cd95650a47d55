/**
 * Where a fit lies above or below what was measured, by size, ratio, tokens and run, against the noise that the fit
 * believes in. Rows of a run share its luck, so that a group is judged by its runs and not by its rows.
 */
import type { FitDocument } from '../documents/fit.ts';
import { longRunFactor, type NoiseModel } from './noise.ts';
import type { SavedSet } from './savedFit.ts';

/** What the observations of a group have in common. */
export type GroupKey =
  | { readonly by: 'size'; readonly params: number }
  | { readonly by: 'ratio'; readonly domainRatio: number }
  /** Both ends belong to the group. */
  | { readonly by: 'tokens'; readonly from: number; readonly to: number }
  /** Index into the runs of the fit. */
  | { readonly by: 'run'; readonly run: number };

export interface ResidualGroup {
  readonly key: GroupKey;
  readonly runs: number;
  readonly observations: number;
  /** Mean of predicted / observed − 1, every run counting once; by tokens it is taken about the mean of each run. */
  readonly mean: number;
  /** Standard deviation of single observations about it. */
  readonly spread: number;
  /** Standard error of the mean under the noise of the fit. */
  readonly standardError: number;
  readonly standsOut: boolean;
}

/** A mean this many standard errors from 0 stands out. */
export const STANDING_OUT = 2;
/** Share of groups that do so by chance, where noise is normal: 2 (1 − Φ(2)). */
export const BY_CHANCE = 0.0455;

const TOKEN_BINS = 4;

/** Groups by size, ratio and tokens, ascending, then every run in the order of the fit. */
export function residualGroups(set: SavedSet, noise: NoiseModel): ResidualGroup[] {
  const { data, predicted } = set;
  const relative = predicted.map((loss, row) => loss / data.loss[row] - 1);
  const runs = runsOf(set, relative);
  const { params, domainRatio } = data.inputs;
  const of = (key: GroupKey, mine: readonly RunRows[]) => groupOfRuns(key, mine, noise);
  return [
    ...distinct(params).map((value) =>
      of(
        { by: 'size', params: value },
        runs.filter(({ first }) => params[first] === value),
      ),
    ),
    ...distinct(domainRatio).map((value) =>
      of(
        { by: 'ratio', domainRatio: value },
        runs.filter(({ first }) => domainRatio[first] === value),
      ),
    ),
    ...tokenBins(data.inputs.tokens).flatMap(([from, to]) => stretchOfRuns(from, to, runs, noise)),
    ...runs.map((run) => of({ by: 'run', run: run.index }, [run])),
  ];
}

/**
 * Standard deviation between runs that differ in the seed only, as a share of the loss: no law has a part in it, as all
 * of them are predicted alike. Evaluation noise is taken off. Null without repeats.
 */
export function spreadOfRepeats(
  { pilots }: FitDocument,
  groups: readonly ResidualGroup[],
  { evaluation, rho }: NoiseModel,
): { comparisons: number; sd: number } | null {
  const alike = new Map<string, ResidualGroup[]>();
  for (const group of groups) {
    if (group.key.by !== 'run') continue;
    const { base, domainRatio, lr, schedule } = pilots.runs[group.key.run];
    const name = [base, domainRatio, lr, schedule].join(' ');
    alike.set(name, [...(alike.get(name) ?? []), group]);
  }
  let comparisons = 0;
  let squares = 0;
  for (const members of alike.values()) {
    const centre = meanOf(members.map(({ mean }) => mean));
    comparisons += members.length - 1;
    for (const { mean, observations: n } of members) {
      const noise = (evaluation ** 2 * longRunFactor(rho, n)) / n;
      squares += (mean - centre) ** 2 - noise * (1 - 1 / members.length);
    }
  }
  return comparisons === 0 ? null : { comparisons, sd: Math.sqrt(Math.max(squares, 0) / comparisons) };
}

interface RunRows {
  readonly index: number;
  readonly base: number;
  readonly first: number;
  readonly tokens: Float64Array;
  /** Predicted / observed − 1, one per observation. */
  readonly relative: Float64Array;
  readonly mean: number;
}

function runsOf({ data }: SavedSet, relative: Float64Array): RunRows[] {
  const runs: RunRows[] = [];
  for (let from = 0, to = 1; to <= data.n; to++) {
    if (to < data.n && data.run[to] === data.run[from]) continue;
    const mine = relative.slice(from, to);
    runs.push({
      index: data.run[from],
      base: data.base[from],
      first: from,
      tokens: data.inputs.tokens.slice(from, to),
      relative: mine,
      mean: meanOf(mine),
    });
    from = to;
  }
  return runs;
}

/** Whole runs: base, run and evaluation noise all count. */
function groupOfRuns(
  key: GroupKey,
  runs: readonly RunRows[],
  { evaluation, rho, run, base }: NoiseModel,
): ResidualGroup {
  const bases = new Map<number, number>();
  let variance = 0;
  for (const { base: of, relative } of runs) {
    bases.set(of, (bases.get(of) ?? 0) + 1);
    variance += run ** 2 + (evaluation ** 2 * longRunFactor(rho, relative.length)) / relative.length;
  }
  for (const count of bases.values()) variance += (base * count) ** 2;
  return judged(
    key,
    runs.map(({ mean }) => mean),
    runs.map(({ relative }) => relative),
    Math.sqrt(variance) / runs.length,
  );
}

/**
 * A stretch of tokens, each run against its own mean: what a run or a base is off by everywhere says nothing about
 * tokens. Runs also bend by luck, more than evaluation noise does; where the spread between them shows that, it counts.
 */
function stretchOfRuns(
  from: number,
  to: number,
  runs: readonly RunRows[],
  { evaluation, rho }: NoiseModel,
): ResidualGroup[] {
  const inside = runs.flatMap(({ tokens, relative, mean }) => {
    const mine = relative.filter((_, k) => tokens[k] >= from && tokens[k] <= to).map((each) => each - mean);
    return mine.length === 0 || mine.length === relative.length ? [] : [{ mine, all: relative.length }];
  });
  if (inside.length === 0) return [];
  let variance = 0;
  for (const { mine, all } of inside) {
    variance += evaluation ** 2 * longRunFactor(rho, mine.length) * (1 / mine.length - 1 / all);
  }
  const means = inside.map(({ mine }) => meanOf(mine));
  const believed = Math.sqrt(variance) / inside.length;
  const shown = means.length < 2 ? 0 : deviation(means, meanOf(means)) / Math.sqrt(means.length);
  return [
    judged(
      { by: 'tokens', from, to },
      means,
      inside.map(({ mine }) => mine),
      Math.max(believed, shown),
    ),
  ];
}

function judged(
  key: GroupKey,
  means: readonly number[],
  rows: readonly Float64Array[],
  standardError: number,
): ResidualGroup {
  const mean = meanOf(means);
  const all = rows.flatMap((each) => [...each]);
  return {
    key,
    runs: means.length,
    observations: all.length,
    mean,
    spread: all.length < 2 ? 0 : deviation(all, meanOf(all)),
    standardError,
    standsOut: Math.abs(mean) > STANDING_OUT * standardError,
  };
}

/** Stretches of about equally many observations, from the first token count in each to the last. */
function tokenBins(tokens: Float64Array): [number, number][] {
  const sorted = tokens.toSorted();
  const counts = distinct(tokens);
  const binOf = (count: number): number => Math.floor((TOKEN_BINS * sorted.indexOf(count)) / sorted.length);
  const bins = new Map<number, [number, number]>();
  for (const count of counts) {
    const bin = bins.get(binOf(count));
    if (bin === undefined) bins.set(binOf(count), [count, count]);
    else bin[1] = count;
  }
  return [...bins.values()];
}

function distinct(values: Float64Array): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

function deviation(values: readonly number[], about: number): number {
  const squares = values.reduce((sum, value) => sum + (value - about) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
