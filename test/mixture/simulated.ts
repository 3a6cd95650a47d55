/** Fits to runs simulated from a known truth, for tests of what is said about fits. */
import type { FitDocument } from '../../src/documents/fit.ts';
import { fitRuns } from '../../src/fit/fitRuns.ts';
import { changeDomain, changeGeneral } from '../../src/laws/change.ts';
import { setAside } from '../../src/runs/honesty.ts';
import type { Runs } from '../../src/runs/runs.ts';
import { gridDesign, simulateRuns } from '../../src/simulate/simulate.ts';
import type { TrueEval } from '../../src/simulate/truth.ts';
import { drawTruth } from '../../src/simulate/truths.ts';
import { HUBER } from '../fit/data.ts';

const SIZES = [0.5e9, 1.8e9, 4e9];
const RATIOS = [0, 0.2, 0.4, 0.6, 0.8];
const CHECKPOINTS = Array.from({ length: 10 }, (_, i) => (i + 1) * 2.6e9);

/** Cells of size and ratio, and the largest and longest of them. */
export const SEEDED = {
  cells: SIZES.length * RATIOS.length,
  params: 4e9,
  tokens: 26e9,
} as const;

export interface SimulatedFit {
  readonly noise: TrueEval['noise'];
  readonly seeds?: number;
  readonly draws?: number;
  readonly seed?: number;
  /** Changes the runs before they are fitted. */
  readonly edit?: (runs: Runs) => Runs;
}

export function simulatedRuns({ noise, seeds = 1, seed = 1, edit }: SimulatedFit): Runs {
  const truth = drawTruth(
    {
      kind: 'change',
      target: SEEDED,
      tolerance: { kind: 'relative', share: 0.03 },
      noise,
      spread: 0,
      middleTokens: Math.exp(CHECKPOINTS.reduce((sum, D) => sum + Math.log(D), 0) / CHECKPOINTS.length),
    },
    5,
    2,
  );
  const repeats = Array.from({ length: seeds }, (_, i) => i + 1);
  const runs = simulateRuns(truth, gridDesign(SIZES, RATIOS, CHECKPOINTS, repeats), seed);
  return edit === undefined ? runs : edit(runs);
}

export function fitOf(runs: Runs, draws = 0, objective = HUBER): FitDocument {
  const laws = [changeGeneral, changeDomain];
  return fitRuns(setAside(runs), { objective, laws, draws, seed: 1, level: 0.9 });
}

export function simulatedFit(options: SimulatedFit): FitDocument {
  return fitOf(simulatedRuns(options), options.draws);
}

/** All losses of one run on the general set multiplied by a factor. */
export function withRunMoved(run: number, factor: number): (runs: Runs) => Runs {
  return (runs) => ({
    ...runs,
    evals: runs.evals.map((each) =>
      each.role === 'general'
        ? { ...each, loss: each.loss.map((loss, row) => (runs.run[row] === run ? factor * loss : loss)) }
        : each,
    ),
  });
}
