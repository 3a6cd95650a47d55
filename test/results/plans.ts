/** Random plans against brute force: tolerances, corpora, sizes and budgets at random, on small synthetic fits. */
import { leastCompute } from '../../src/plan/inverse.ts';
import { bestSize } from '../../src/plan/sizes.ts';
import { compareWithBruteForce, randomCase } from '../plan/randomPlans.ts';
import { row, type Section, shown } from './report.ts';

const POINTS = 20;
const INVERSES = 200;

export function plans(cases: number): Section {
  const compared = Array.from({ length: cases }, (_, seed) => compareWithBruteForce(seed, POINTS));
  const feasible = compared.filter(({ planned }) => Number.isFinite(planned));
  const missed = compared.filter(({ planned, brute }) => !Number.isFinite(planned) && Number.isFinite(brute));
  const violation = Math.max(...compared.map((each) => each.violation));
  const worse = Math.max(...feasible.map(({ planned, brute }) => planned / brute - 1));
  const returned = worstReturn();
  return {
    title: 'Random plans',
    method: `${cases} questions with random laws, tolerances on two sets, confidence, corpora with limits, one to four sizes and budgets, against the best of ${POINTS} × ${POINTS} token counts and ratios of every size.`,
    head: ['what', 'measured', 'target'],
    rows: [
      shown('feasible plans', `${feasible.length} of ${cases}`, ''),
      row(violation <= 1e-6, 'largest violation of a limit', violation.toExponential(1), '≤ 1e-6'),
      row(missed.length === 0, 'feasible plans that were missed', `${missed.length}`, '0'),
      row(
        worse <= 0.001,
        'worst domain loss above brute force',
        `${(100 * Math.max(worse, 0)).toFixed(4)}%`,
        '≤ 0.1%',
      ),
      row(
        returned <= 0.005,
        `worst of ${INVERSES} budgets asked back from their plan's loss`,
        `${(100 * returned).toFixed(3)}%`,
        '≤ 0.5%',
      ),
    ],
  };
}

/** The largest relative difference between a budget and the least compute that reaches what it bought. */
function worstReturn(): number {
  let worst = 0;
  for (let seed = 0, asked = 0; asked < INVERSES; seed++) {
    const { open } = randomCase(seed);
    const { best } = bestSize(open);
    if (best === undefined) continue;
    asked++;
    const back = leastCompute(open, best.best.domainLoss).best;
    const spent = best.best.tokens * best.size.tokenCost;
    const needed = back === undefined ? Infinity : back.best.tokens * back.size.tokenCost;
    worst = Math.max(worst, Math.abs(needed / spent - 1));
  }
  return worst;
}
