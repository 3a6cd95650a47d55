/** What one iteration costs at 540 residuals of 9 parameters, in our two solvers and in the package beside them. */
import { levenbergMarquardt } from 'ml-levenberg-marquardt';
import { dcptL3 } from '../../src/laws/dcptL3.ts';
import { bindLaw } from '../../src/laws/kernel.ts';
import { squared } from '../../src/lsq/losses.ts';
import { minimizeNewton, newtonWorkspace } from '../../src/lsq/newton.ts';
import type { ResidualProblem } from '../../src/lsq/problem.ts';
import { solve } from '../../src/lsq/solve.ts';
import { createWorkspace } from '../../src/lsq/workspace.ts';
import { fitSynthetic, syntheticPilots } from '../results/dcptSynthetic.ts';
import { type BenchRow, perPart, time } from './timing.ts';

const ROUNDS = 60;
const WARM_UP = 20;

export function solvers(): BenchRow[] {
  const data = syntheticPilots(0);
  const { n, loss } = data;
  const kernel = bindLaw(dcptL3, data.inputs, data.role);
  const { m, lower, upper } = kernel;
  const problem: ResidualProblem = {
    n,
    m,
    evaluate(x, residual, jacobian) {
      kernel.evaluate(x, residual, jacobian);
      for (let i = 0; i < n; i++) residual[i] -= loss[i];
    },
  };
  // A tenth away from the optimum, so that there are iterations to count.
  const start = fitSynthetic(data).x.map((value) => value * 1.1);
  const weight = new Float64Array(n).fill(1);

  const workspace = createWorkspace(n, m);
  const newtonMemory = newtonWorkspace(n, m);
  const ours = () => solve(problem, start, { bounds: { lower, upper }, tolerance: 1e-3, workspace });
  const newton = () =>
    minimizeNewton(
      problem,
      start,
      { lower, upper, weight, loss: squared, stepTolerance: 1e-3, maxIterations: 100 },
      newtonMemory,
    );
  const other = () => otherSolver(problem, start);
  const residual = new Float64Array(n);
  const jacobian = new Float64Array(n * m);
  const shape = `${n} residuals × ${m} parameters`;
  const perIteration = (run: () => { iterations: number }) =>
    perPart(time(ROUNDS, WARM_UP, run), run().iterations);
  return [
    {
      what: `residuals and Jacobian, ${shape}`,
      measured: time(500, 100, () => problem.evaluate(start, residual, jacobian)),
    },
    { what: `one iteration of src/lsq/solve.ts, ${shape}`, measured: perIteration(ours) },
    { what: `one iteration of src/lsq/newton.ts, ${shape}`, measured: perIteration(newton) },
    {
      what: `one iteration of ml-levenberg-marquardt 5.1.0, ${shape}`,
      measured: perIteration(other),
      compared: 'with our Jacobian',
    },
  ];
}

function otherSolver(problem: ResidualProblem, start: Float64Array): { iterations: number } {
  const { n, m } = problem;
  const residual = new Float64Array(n);
  const jacobian = new Float64Array(n * m);
  const index = Array.from({ length: n }, (_, i) => i);
  const { iterations } = levenbergMarquardt(
    { x: index, y: index.map(() => 0) },
    (x) => {
      problem.evaluate(Float64Array.from(x), residual, null);
      return (i) => residual[i];
    },
    {
      initialValues: Array.from(start),
      maxIterations: 10,
      errorTolerance: 0,
      jacobianFunction: (x) => {
        problem.evaluate(Float64Array.from(x), residual, jacobian);
        return (i) => Array.from({ length: m }, (_, k) => jacobian[k * n + i]);
      },
    },
  );
  return { iterations };
}
