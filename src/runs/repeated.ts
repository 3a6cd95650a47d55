/** Pilots that saw a corpus more than once, as the columns `unique_domain` and `unique_general` tell. */
import { pilotsRepeat } from '../problems/evidence.ts';
import type { Problem } from '../problems/problem.ts';
import type { Runs } from './runs.ts';

/** People round: so little over one epoch is one. */
const ROUNDING = 1.01;

/**
 * A warning for each corpus of which some runs saw more tokens than there are: laws hold every token as new, so what
 * repeats lose is in the fit, and a plan that counts repeats takes it off a second time.
 */
export function repeatedCorpora(runs: Runs): Problem[] {
  return (['domain', 'general'] as const).flatMap((corpus) => {
    const unique = runs.columns[`unique_${corpus}`];
    if (unique === undefined) return [];
    const epochs = new Float64Array(runs.runs.length);
    for (let k = 0; k < runs.n; k += 1) {
      const share = corpus === 'domain' ? runs.domainRatio[k] : 1 - runs.domainRatio[k];
      const seen = share * runs.tokens[k];
      // NaN where the size is not told, and that is no more than what was seen before.
      if (seen > ROUNDING * unique[k] && unique[k] > 0)
        epochs[runs.run[k]] = Math.max(epochs[runs.run[k]], seen / unique[k]);
    }
    const repeating = epochs.filter((each) => each > 0).length;
    if (repeating === 0) return [];
    const most = epochs.indexOf(Math.max(...epochs));
    const facts = { corpus, repeating, of: runs.runs.length, run: runs.runs[most].id, epochs: epochs[most] };
    return [pilotsRepeat(facts)];
  });
}
