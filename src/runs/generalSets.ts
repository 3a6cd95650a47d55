/** What the general evaluation sets cannot show, however well they are fitted. */
import { oneGeneralSet } from '../problems/plan.ts';
import type { Problem } from '../problems/problem.ts';
import { replayIsEvaluated } from '../problems/sets.ts';
import type { EvalColumn } from './runs.ts';

/** Warnings where there is one general set alone, or where all of them are text that is replayed. */
export function generalSetProblems(
  sets: readonly Pick<EvalColumn, 'name' | 'role' | 'replayed'>[],
): Problem[] {
  const general = sets.filter(({ role }) => role === 'general');
  const names = general.map(({ name }) => name);
  return [
    ...(names.length === 1 ? [oneGeneralSet({ set: names[0] })] : []),
    ...(names.length > 0 && general.every(({ replayed }) => replayed === true)
      ? [replayIsEvaluated({ sets: names })]
      : []),
  ];
}
