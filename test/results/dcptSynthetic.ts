/**
 * D-CPT L3 on data with a known truth: the grid of its authors (3 sizes, 9 ratios, 20 token counts), evaluation noise,
 * and outliers. What counts is what is predicted far outside; parameters of this law are not identified.
 */
import type { EvalData } from '../../src/fit/evalData.ts';
import { type FittedLaw, fitLaw } from '../../src/fit/fitLaw.ts';
import { dcptL3 } from '../../src/laws/dcptL3.ts';
import { bindLaw } from '../../src/laws/kernel.ts';
import type { Inputs } from '../../src/laws/law.ts';
import { ascending } from '../../src/stats/quantiles.ts';
import { type Stream, stream } from '../../src/stats/streams.ts';
import { percent, row, type Section, shown } from './report.ts';

const SIZES = [0.5e9, 1.8e9, 4e9];
export const RATIOS = [0, 0.1, 0.2, 0.33, 0.5, 0.67, 0.8, 0.9, 1];
const TOKENS = Array.from({ length: 20 }, (_, i) => 0.1e9 * 260 ** (i / 19));
const TRUTH: Readonly<Record<string, number>> = {
  E: 1.2,
  A: 60,
  B: 35,
  C: 0.25,
  alpha: 0.28,
  beta: 0.24,
  eta: 0.3,
  epsilon: 0.06,
  gamma: 0.55,
};
const NOISE = 0.003;
const OUTLIERS = { share: 0.03, least: 0.05, greatest: 0.15 };
const FAR = { params: 14e9, tokens: 208e9 };
const SEEDS = 100;
const ACCEPTED = 0.006;

const natural = Float64Array.from(dcptL3.parameters, ({ name }) => TRUTH[name]);

function grid(sizes: readonly number[], tokens: readonly number[]): Inputs {
  const points = sizes.flatMap((n) => RATIOS.flatMap((r) => tokens.map((d) => ({ n, r, d }))));
  return {
    n: points.length,
    params: Float64Array.from(points, ({ n }) => n),
    tokens: Float64Array.from(points, ({ d }) => d),
    domainRatio: Float64Array.from(points, ({ r }) => r),
    baseLoss: new Float64Array(points.length).fill(Number.NaN),
  };
}

function lossesAt(inputs: Inputs, parameters: Float64Array): Float64Array {
  const kernel = bindLaw(dcptL3, inputs, 'domain');
  const x = new Float64Array(kernel.m);
  const loss = new Float64Array(inputs.n);
  kernel.fromNatural(parameters, x);
  kernel.evaluate(x, loss, null);
  return loss;
}

/** One noisy data set with outliers; the same seed gives the same one. */
export function syntheticPilots(seed: number): EvalData {
  const inputs = grid(SIZES, TOKENS);
  const numbers = stream(seed, 'synthetic D-CPT pilots');
  const loss = lossesAt(inputs, natural).map(
    (exact) => exact * (1 + NOISE * numbers.normal() + outlier(numbers)),
  );
  return {
    name: 'domain',
    role: 'domain',
    unit: 'nats',
    n: inputs.n,
    inputs,
    loss,
    run: Int32Array.from(loss, (_, i) => Math.floor(i / TOKENS.length)),
    base: Int32Array.from(loss, (_, i) => Math.floor(i / (TOKENS.length * RATIOS.length))),
  };
}

function outlier(numbers: Stream): number {
  if (numbers.uniform() >= OUTLIERS.share) return 0;
  const size = OUTLIERS.least + (OUTLIERS.greatest - OUTLIERS.least) * numbers.uniform();
  return numbers.uniform() < 0.5 ? -size : size;
}

export function fitSynthetic(data: EvalData): FittedLaw {
  const fit = fitLaw(dcptL3, data, new Float64Array(data.n).fill(1), { kind: 'huber', delta: undefined });
  if (fit.kind !== 'fitted') throw new Error(`synthetic pilots: ${fit.kind}`);
  return fit;
}

export function dcptSynthetic(): Section {
  const far = grid([FAR.params], [FAR.tokens]);
  const truth = lossesAt(far, natural);
  const worst = Array.from({ length: SEEDS }, (_, seed) => {
    const predicted = lossesAt(far, fitSynthetic(syntheticPilots(seed)).natural);
    return predicted.reduce((most, loss, i) => Math.max(most, Math.abs(loss / truth[i] - 1)), 0);
  });
  const sorted = ascending(worst);
  const within = worst.filter((error) => error <= ACCEPTED).length;
  return {
    title: 'D-CPT L3, known truth',
    method: `${SIZES.length} sizes up to 4B × ${RATIOS.length} ratios × ${TOKENS.length} token counts up to 26B, ${percent(NOISE, 1)} noise and ${percent(OUTLIERS.share, 0)} outliers of 5 to 15%; predicted at 14B params and 208B tokens over all ratios, worst relative error of each of ${SEEDS} seeds.`,
    head: ['what', 'measured', 'target'],
    rows: [
      row(
        within >= 95,
        `seeds with a worst error up to ${percent(ACCEPTED, 1)}`,
        `${within} of ${SEEDS}`,
        '≥ 95',
      ),
      shown('median of the worst errors', percent(sorted[SEEDS / 2]), ''),
      shown('largest of them', percent(sorted[SEEDS - 1]), ''),
    ],
  };
}
