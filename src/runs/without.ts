/** Leaving out whole runs on request. */
import { excludedRunUnknown, runExcluded } from '../problems/exclude.ts';
import { Refusal } from '../problems/problem.ts';
import type { Runs } from './runs.ts';
import { selectObservations } from './select.ts';

/**
 * The table without the runs of these ids, whose observations are set aside with that reason. Throws a `Refusal` naming
 * every id that no run has.
 */
export function withoutRuns(runs: Runs, ids: readonly string[]): Runs {
  if (ids.length === 0) return runs;
  const known = runs.runs.map(({ id }) => id);
  const unknown = ids.filter((id) => !known.includes(id));
  if (unknown.length > 0) throw new Refusal(unknown.map((run) => excludedRunUnknown({ run, known })));
  const out = new Set(ids);
  const idOf = (observation: number): string => runs.runs[runs.run[observation]].id;
  const left = Array.from({ length: runs.n }, (_, observation) => observation).filter((each) =>
    out.has(idOf(each)),
  );
  return {
    ...selectObservations(runs, (observation) => !out.has(idOf(observation))),
    setAside: [
      ...runs.setAside,
      ...left.map((observation) => ({
        file: runs.files[runs.file[observation]],
        line: runs.line[observation],
        run: idOf(observation),
        tokens: runs.tokens[observation],
        reason: runExcluded({ run: idOf(observation) }),
      })),
    ],
  };
}
