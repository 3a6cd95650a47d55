/** Random plans against brute force: tolerances, corpora, sizes and budgets at random, on small synthetic fits. */
import { compareWithBruteForce } from '../plan/randomPlans.ts';
import { row, type Section, shown } from './report.ts';

const CASES = 10_000;
const POINTS = 20;

export function plans(): Section {
  const compared = Array.from({ length: CASES }, (_, seed) => compareWithBruteForce(seed, POINTS));
  const feasible = compared.filter(({ planned }) => Number.isFinite(planned));
  const missed = compared.filter(({ planned, brute }) => !Number.isFinite(planned) && Number.isFinite(brute));
  const violation = Math.max(...compared.map((each) => each.violation));
  const worse = Math.max(...feasible.map(({ planned, brute }) => planned / brute - 1));
  return {
    title: 'Random plans',
    method: `${CASES} questions with random laws, tolerances on two sets, confidence, corpora with limits, one to four sizes and budgets, against the best of ${POINTS} × ${POINTS} token counts and ratios of every size.`,
    head: ['what', 'measured', 'target', ''],
    rows: [
      shown('feasible plans', `${feasible.length} of ${CASES}`, ''),
      row(violation <= 1e-6, 'largest violation of a limit', violation.toExponential(1), '≤ 1e-6'),
      row(missed.length === 0, 'feasible plans that were missed', `${missed.length}`, '0'),
      row(
        worse <= 0.001,
        'worst domain loss above brute force',
        `${(100 * Math.max(worse, 0)).toFixed(4)}%`,
        '≤ 0.1%',
      ),
    ],
  };
}
