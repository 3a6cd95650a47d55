/** The certified problems of NIST, solved from both starts with one setting for all. */
import { covarianceOf } from '../../src/lsq/covariance.ts';
import { solveGlobally } from '../../src/lsq/global.ts';
import { fewestDigits, nistProblems, residualsOf } from '../lsq/nist.ts';
import { row, type Section, shown } from './report.ts';

interface Solved {
  readonly name: string;
  readonly from: 'start1' | 'start2';
  readonly parameters: number;
  readonly deviations: number;
  /** Undefined where the solve from the start was not doubted. */
  readonly doubt: string | undefined;
}

export function nist(): Section {
  const solved = nistProblems.flatMap((problem) =>
    (['start1', 'start2'] as const).map((from): Solved => {
      const residuals = residualsOf(problem);
      const { x, active, search } = solveGlobally(residuals, problem[from]);
      const covariance = covarianceOf(residuals, x, active);
      return {
        name: problem.name,
        from,
        parameters: fewestDigits(x, problem.certified),
        deviations:
          covariance.kind === 'estimated'
            ? fewestDigits(covariance.standardErrors, problem.certifiedStdDev)
            : 0,
        doubt: search.kind === 'notNeeded' ? undefined : `${search.doubt}, ${search.kind}`,
      };
    }),
  );
  // Its data are exact to rounding, so that its standard deviations are rounding too.
  const exact = solved.filter(({ name }) => name === 'Lanczos1');
  const noisy = solved.filter(({ name }) => name !== 'Lanczos1');
  const fewest = (of: readonly Solved[], digits: (each: Solved) => number) => {
    const worst = of.reduce((a, b) => (digits(b) < digits(a) ? b : a));
    return { digits: digits(worst), text: `${digits(worst).toFixed(1)} (${worst.name}, ${worst.from})` };
  };
  const parameters = fewest(solved, (each) => each.parameters);
  const deviations = fewest(noisy, (each) => each.deviations);
  const exactDeviations = fewest(exact, (each) => each.deviations);
  const doubted = solved.flatMap(({ name, from, doubt }) =>
    doubt === undefined ? [] : [`${name} ${from} (${doubt})`],
  );
  const all = solved.filter((each) => each.parameters >= 6).length;
  return {
    title: 'NIST certified nonlinear regression',
    method:
      'Statistical Reference Datasets, 27 problems from 2 starts, defaults of `src/lsq`, exact Jacobians. Digits are log relative errors of the worst figure.',
    head: ['what', 'measured', 'target'],
    rows: [
      row(
        all === solved.length,
        'solved to 6 digits in every parameter',
        `${all} of ${solved.length}`,
        'all',
      ),
      row(parameters.digits >= 6, 'fewest correct digits, parameters', parameters.text, '≥ 6'),
      row(deviations.digits >= 4, 'fewest correct digits, standard deviations', deviations.text, '≥ 4'),
      row(exactDeviations.digits >= 3, 'the same for Lanczos1', exactDeviations.text, '≥ 3'),
      shown('more than the local solve', doubted.length === 0 ? 'none' : doubted.join('; '), ''),
    ],
  };
}
