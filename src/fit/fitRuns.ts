/**
 * The whole fit: every law on every evaluation set, noise, competition out of sample, draws. The result is the fit
 * document itself; nothing else is kept.
 */
import { round10 } from '../documents/canonical.ts';
import type { FitDocument, FitEval, FitMember } from '../documents/fit.ts';
import { refitsUnfinished } from '../problems/fit.ts';
import type { Problem } from '../problems/problem.ts';
import { withPilotFacts } from '../runs/pilotFacts.ts';
import type { Runs } from '../runs/runs.ts';
import { ascending, quantileOfSorted } from '../stats/quantiles.ts';
import { chunksOfDraws, gatherDraws, makeDrawer } from './draws.ts';
import { fitSet, type SetFit, type SetOptions } from './fitSet.ts';
import { boxOf, pilotsOf } from './pilots.ts';
import { DEFAULT_RESAMPLING, type ResamplingId } from './resample.ts';

export interface FitOptions extends SetOptions {
  readonly draws: number;
  readonly level: number;
  /** How replicates of the pilots are made; `layered-parametric` unless given. */
  readonly resampling?: ResamplingId | undefined;
  /** Called now and then with draws made and to be made, over all sets. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** A share of refits without convergence that no interval feels. */
const FEW_UNFINISHED = 0.02;
/** Intervals of parameters need so many draws. */
const ENOUGH_DRAWS = 40;

/**
 * Fits all evaluation sets of a table whose rows have been through `setAside`, on this thread; `fitOnThreads` gives the
 * same document sooner. Throws a `Refusal` (exit 1) where a set has no law that can be fitted.
 */
export function fitRuns(runs: Runs, options: FitOptions): FitDocument {
  const { draws, seed, resampling = DEFAULT_RESAMPLING, onProgress } = options;
  const sets = runs.evals.map((_, index) => fitSet(runs, index, options));
  let done = 0;
  const drawn = sets.map((set) => {
    const draw = makeDrawer(set, seed, resampling);
    return chunksOfDraws(draws).map((chunk) => {
      const made = draw(chunk);
      done += chunk.to - chunk.from;
      onProgress?.(done, draws * sets.length);
      return made;
    });
  });
  return fitDocument(runs, options, sets, gatherDraws(drawn, draws, resampling));
}

/** The document of fitted sets and their draws, with what the table says of the sets and of how the runs were trained. */
export function fitDocument(
  runs: Runs,
  { seed, level }: FitOptions,
  sets: readonly Pick<SetFit, 'document' | 'problems'>[],
  draws: FitDocument['draws'],
): FitDocument {
  const evals: FitEval[] = sets.map(({ document }, e) => ({
    ...document,
    members: document.members.map((member, at) => withIntervals(member, draws.evals[e], at, level)),
  }));
  const problems: Problem[] = [...runs.problems, ...sets.flatMap((set) => set.problems)];
  const refits = draws.count * sets.length;
  if (draws.notConverged > FEW_UNFINISHED * refits) {
    problems.push(refitsUnfinished({ count: draws.notConverged, of: refits }));
  }
  const document: FitDocument = {
    schema: 'mixplan.fit/1',
    seed,
    level,
    pilots: pilotsOf(runs, boxOf(runs)),
    evals,
    draws,
    problems: problems.map((problem) => ({ ...problem })) as FitDocument['problems'],
  };
  return withPilotFacts(document, runs);
}

function withIntervals(
  member: FitMember,
  draws: FitDocument['draws']['evals'][number],
  at: number,
  level: number,
): FitMember {
  const mine = draws.parameters.filter((_, k) => draws.member[k] === at);
  if (mine.length < ENOUGH_DRAWS) return member;
  const tail = (1 - level) / 2;
  const parameters = member.parameters.map((parameter, p) => {
    if (parameter.pinned) return parameter;
    const sorted = ascending(mine.map((draw) => draw[p]));
    const interval: [number, number] = [
      round10(quantileOfSorted(sorted, tail)),
      round10(quantileOfSorted(sorted, 1 - tail)),
    ];
    return { ...parameter, interval };
  });
  return { ...member, parameters };
}
