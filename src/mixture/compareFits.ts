/** What differs between two fits, and whether their answers to one question differ by more than noise. */
import type { FitComparison } from '../documents/comparison.ts';
import type { FitDocument } from '../documents/fit.ts';
import { ascending } from '../stats/quantiles.ts';
import { type Constraint, type CriticalRatio, criticalRatio, intervalOf } from './critical.ts';
import { makePredictor } from './predictor.ts';
import type { Target } from './scenario.ts';

export interface AskedFit {
  readonly file: string;
  readonly fit: FitDocument;
  readonly target: Target;
  readonly constraints: readonly Constraint[];
}

/** Draws of each fit that differences are taken between: quantiles of 200 × 200 are steady to a hundredth of their spread. */
const MOST_DRAWS = 200;

/** Both are asked the same: one size, one token count, the same tolerances. */
export function compareFits(a: AskedFit, b: AskedFit, tokens: number): FitComparison {
  const [ofA, ofB] = [a, b].map(({ fit, target, constraints }) => {
    const predictor = makePredictor(fit, target);
    return criticalRatio(predictor, predictor.atTokens(tokens), constraints);
  });
  const difference = intervalOf(differences(ofA.mean, ofB.mean), Math.min(a.fit.level, b.fit.level));
  return {
    schema: 'mixplan.comparison/1',
    kind: 'fits',
    files: { a: a.file, b: b.file },
    data: {
      runs: { ...split(runIds(a.fit), runIds(b.fit)), changed: changedRuns(a.fit, b.fit) },
      sets: split(setNames(a.fit), setNames(b.fit)),
      observations: { a: a.fit.pilots.observations.run.length, b: b.fit.pilots.observations.run.length },
    },
    evals: a.fit.evals.flatMap((one) => {
      const other = b.fit.evals.find(({ name }) => name === one.name);
      if (other === undefined) return [];
      return [
        {
          set: one.name,
          laws: { a: lawsOf(one), b: lawsOf(other) },
          noise: { a: noiseOf(one), b: noiseOf(other) },
        },
      ];
    }),
    question: {
      params: a.target.params,
      tokens,
      tolerance: Object.fromEntries(
        a.constraints.map(({ evalIndex, tolerance }) => [a.fit.evals[evalIndex].name, tolerance]),
      ),
    },
    critical: { a: told(ofA), b: told(ofB) },
    move: ratioOf(ofB) - ratioOf(ofA),
    difference: difference === null ? null : [difference[0], difference[1]],
    withinNoise: difference === null ? null : difference[0] <= 0 && difference[1] >= 0,
  };
}

/** All differences b − a between some draws of each, ascending: as if the fits were independent. Empty without draws. */
function differences(a: Float64Array, b: Float64Array): Float64Array {
  if (a.length === 0 || b.length === 0) return new Float64Array(0);
  const [some, others] = [a, b].map(thinned);
  return ascending(others.flatMap((each) => some.map((other) => each - other)));
}

/** Evenly spaced among sorted draws. */
function thinned(sorted: Float64Array): number[] {
  const n = Math.min(sorted.length, MOST_DRAWS);
  return Array.from({ length: n }, (_, i) => sorted[Math.floor(((i + 0.5) * sorted.length) / n)]);
}

const ratioOf = ({ point }: CriticalRatio): number =>
  point.kind === 'at' ? point.ratio : point.kind === 'none' ? 0 : 1;

function told({ point, interval, meanInterval }: CriticalRatio): FitComparison['critical']['a'] {
  const pair = (each: readonly [number, number] | null): [number, number] | null =>
    each && [each[0], each[1]];
  return { point, interval: pair(interval), meanInterval: pair(meanInterval) };
}

const runIds = (fit: FitDocument): string[] => fit.pilots.runs.map(({ id }) => id);
const setNames = (fit: FitDocument): string[] => fit.evals.map(({ name }) => name);

function split(a: readonly string[], b: readonly string[]) {
  return {
    both: a.filter((name) => b.includes(name)),
    onlyA: a.filter((name) => !b.includes(name)),
    onlyB: b.filter((name) => !a.includes(name)),
  };
}

/** Runs of one name that are not the same run, or were fitted with other evaluations. */
function changedRuns(a: FitDocument, b: FitDocument): string[] {
  const [ofA, ofB] = [a, b].map(contentByRun);
  return [...ofA].flatMap(([id, content]) => (ofB.has(id) && ofB.get(id) !== content ? [id] : []));
}

function contentByRun({ pilots: { runs, observations } }: FitDocument): ReadonlyMap<string, string> {
  const rows = runs.map((): unknown[] => []);
  const sets = Object.keys(observations.loss).sort();
  observations.run.forEach((run, i) => {
    rows[run].push([observations.tokens[i], ...sets.map((set) => observations.loss[set][i])]);
  });
  return new Map(
    runs.map(({ id, params, domainRatio }, r) => [id, JSON.stringify([params, domainRatio, rows[r]])]),
  );
}

function lawsOf({ members }: FitDocument['evals'][number]) {
  return members.filter(({ weight }) => weight > 0).map(({ law, weight }) => ({ law, weight }));
}

function noiseOf({ noise: { run, evaluation } }: FitDocument['evals'][number]) {
  return { run, evaluation };
}
