/** Global fits of published laws, and their refits. */
import { levenbergMarquardt } from 'ml-levenberg-marquardt';
import { makeRefitter } from '../../src/fit/fitLaw.ts';
import { layeredParametric } from '../../src/fit/resample.ts';
import { costOf, robust } from '../../src/lsq/losses.ts';
import { chinchillaAbsent, chinchillaData, fitChinchilla } from '../results/chinchilla.ts';
import { fitSynthetic, syntheticPilots } from '../results/dcptSynthetic.ts';
import { type BenchRow, inWords, time } from './timing.ts';

export function chinchillaFit(folder: string): BenchRow[] {
  const what = 'Chinchilla, 240 points, log-Huber 1e-3, global';
  const data = chinchillaData(folder);
  if (data === undefined) return [{ what, measured: `skipped: ${chinchillaAbsent}` }];
  const fit = fitChinchilla(data);
  if (fit.kind !== 'fitted') return [{ what, measured: fit.kind }];
  const digits = (objective: number) => objective.toPrecision(7);
  let plain = { best: Number.NaN, starts: 0 };
  const plainTiming = time(3, 1, () => {
    plain = plainMultistart(
      Array.from(data.inputs.params),
      Array.from(data.inputs.tokens),
      Array.from(data.loss),
    );
  });
  return [
    {
      what,
      measured: time(30, 10, () => fitChinchilla(data)),
      target: 20,
      compared: `objective ${digits(fit.value)}`,
    },
    {
      what: `the same by ml-levenberg-marquardt 5.1.0, ${plain.starts} starts, squared`,
      measured: plainTiming,
      compared: `objective ${digits(plain.best)} at its best answer`,
    },
    { what: 'the same, scipy L-BFGS, 4,500 starts', measured: '57 s', compared: 'quoted, not measured here' },
    { what: 'the same, scipy BFGS, 500 starts', measured: '7.9 s', compared: 'quoted, not measured here' },
    {
      what: 'a data set of this kind, vpnls',
      measured: '70 to 120 ms',
      compared: 'quoted, not measured here',
    },
  ];
}

/**
 * What one would write with the package alone: squares of log residuals, its own derivatives, some starts from the
 * published grid. Returns the best log-Huber 1e-3 objective over the starts.
 */
function plainMultistart(
  params: number[],
  tokens: number[],
  loss: number[],
): { best: number; starts: number } {
  const huber = robust('huber', 1e-3);
  const logN = params.map(Math.log);
  const logD = tokens.map(Math.log);
  const y = loss.map(Math.log);
  const model =
    ([a, b, e, alpha, beta]: number[]) =>
    (i: number) =>
      Math.log(Math.exp(a - alpha * logN[i]) + Math.exp(b - beta * logD[i]) + Math.exp(e));
  const exponents = [0.25, 0.5, 1];
  const starts = exponents.flatMap((alpha) => exponents.map((beta) => [10, 10, 0.5, alpha, beta]));
  const x = y.map((_, i) => i);
  const objectives = starts.map((initialValues) => {
    try {
      const { parameterValues } = levenbergMarquardt({ x, y }, model, {
        initialValues,
        maxIterations: 200,
        errorTolerance: 0,
      });
      const predict = model(parameterValues);
      return y.reduce((sum, value, i) => sum + costOf(huber, predict(i) - value), 0);
    } catch {
      // It throws where its normal equations turn singular.
      return Number.POSITIVE_INFINITY;
    }
  });
  return { best: Math.min(...objectives), starts: starts.length };
}

export function dcptFits(): BenchRow[] {
  const sets = Array.from({ length: 8 }, (_, seed) => syntheticPilots(seed));
  const fit = fitSynthetic(sets[0]);
  const fitted = fit.residual.map((r, i) => r + sets[0].loss[i]);
  const noise = { evaluation: 0.003, rho: 0, run: 0, base: 0, priorShare: 0 };
  const scheme = layeredParametric(sets[0], fitted, noise, 1);
  const refit = makeRefitter(fit, new Float64Array(sets[0].n).fill(1));
  const loss = new Float64Array(sets[0].n);
  const natural = new Float64Array(fit.natural.length);
  let converged = 0;
  const refits = (): void => {
    converged = 0;
    for (let k = 0; k < 1000; k++) {
      scheme.fill(k, loss);
      if (refit(loss, natural)) converged++;
    }
  };
  const shape = `${sets[0].n} points with outliers`;
  return [
    {
      what: `D-CPT L3, ${shape}, robust, global`,
      measured: time(32, 16, (round) => fitSynthetic(sets[round % sets.length])),
      target: 15,
    },
    {
      what: `D-CPT L3, ${shape}, 1,000 refits of one loss`,
      measured: time(3, 1, refits),
      target: 2000,
      compared: `${converged} converged; scipy takes ${inWords(19_000)} to ${inWords(25_000)} for 4,000 of Chinchilla (quoted, not measured here)`,
    },
  ];
}
