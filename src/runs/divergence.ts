/**
 * Runs that diverged. A loss may rise for many reasons: forgetting lifts general loss, a small corpus lifts domain loss. A
 * run that is lost shows on all evaluation sets at once, from one evaluation to the next, and does not come back.
 */
import { quantile } from '../stats/quantiles.ts';
import type { Runs } from './runs.ts';

/** From one evaluation to the next, as a share of the loss: far above evaluation noise, which is some tenths of a per cent. */
const JUMP = 0.02;
/** By what is left of it in the middle of all later evaluations. */
const LASTING = 0.04;
/** Evaluations before the jump whose middle it is measured from, and those that must follow it. */
const BEFORE = 3;
const AFTER = 2;

/** For each run the first observation (index into the table's columns) after it diverged; undefined = it did not. */
export function divergedFrom(runs: Runs): (number | undefined)[] {
  const found: (number | undefined)[] = runs.runs.map(() => undefined);
  let from = 0;
  for (let k = 1; k <= runs.n; k++) {
    if (k < runs.n && runs.run[k] === runs.run[from]) continue;
    found[runs.run[from]] = jumpIn(runs, from, k);
    from = k;
  }
  return found;
}

/** The first jump that lasts among observations from..to−1 of one run. */
function jumpIn(runs: Runs, from: number, to: number): number | undefined {
  for (let k = from + BEFORE; k <= to - AFTER; k++) {
    const sets = runs.evals.filter(({ loss }) => !Number.isNaN(loss[k]) && !Number.isNaN(loss[k - 1]));
    const lost = sets.every(({ loss }) => {
      const before = known(loss.subarray(k - BEFORE, k));
      const after = known(loss.subarray(k, to));
      return (
        loss[k] >= (1 + JUMP) * loss[k - 1] && quantile(after, 0.5) >= (1 + LASTING) * quantile(before, 0.5)
      );
    });
    if (sets.length > 0 && lost) return k;
  }
  return undefined;
}

function known(losses: Float64Array): Float64Array {
  return losses.filter((loss) => !Number.isNaN(loss));
}
