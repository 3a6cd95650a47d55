/**
 * Coverage studies: pilots simulated from a known truth, fitted as a user would, and asked about a target whose true
 * outcome is then looked up. An interval is honest if it holds the truth as often as it says.
 */
import { fitRuns } from '../fit/fitRuns.ts';
import { DEFAULT_RESAMPLING, type ResamplingId } from '../fit/resample.ts';
import { criticalRatio, intervalOf, limitOf, plannedRatio } from '../mixture/critical.ts';
import { makePredictor } from '../mixture/predictor.ts';
import { distanceFrom } from '../mixture/scenario.ts';
import { Refusal } from '../problems/problem.ts';
import { setAside } from '../runs/honesty.ts';
import { ascending } from '../stats/quantiles.ts';
import { stream } from '../stats/streams.ts';
import type { Tolerance } from '../units/tolerance.ts';
import { baseEffect, type Design, gridDesign, simulateRuns } from './simulate.ts';
import { lossesOverRatios } from './truth.ts';
import { drawTruth, type TruthKind, type TruthRequest, trueCritical } from './truths.ts';

export interface StudyDesign {
  readonly id: number;
  readonly title: string;
  readonly design: Design;
  readonly target: TruthRequest['target'];
  /** Truths take turns. */
  readonly truths: readonly TruthKind[];
  readonly noise: TruthRequest['noise'];
  readonly spread: number;
  /** Whether one run, another in each study, diverges. */
  readonly divergedRun: boolean;
}

const TOLERANCE: Tolerance = { kind: 'relative', share: 0.03 };
const LEVELS = [0.5, 0.8, 0.9] as const;
const CONFIDENCE = 0.9;
const NOISE = { evaluation: 0.002, rho: 0.3, run: 0.003, base: 0.002 };
const LAST = 26e9;
const CHECKPOINTS = Array.from({ length: 20 }, (_, i) => ((i + 1) * LAST) / 20);
/** The law of change pins scales at the geometric middle of the pilots; a truth of that law has them there. */
const MIDDLE = Math.exp(CHECKPOINTS.reduce((sum, tokens) => sum + Math.log(tokens), 0) / CHECKPOINTS.length);
const SIZES = [0.5e9, 1.8e9, 4e9];

const RICH_GRID: Design = gridDesign(SIZES, [0, 0.1, 0.2, 0.33, 0.5, 0.67, 0.8, 0.9, 1], CHECKPOINTS);

/** Nine pilots, three at each size, their ratios staggered so that nine ratios are seen. */
const NINE_PILOTS: Design = {
  ...gridDesign([], [], CHECKPOINTS),
  runs: [
    [0.5e9, [0.05, 0.4, 0.8]] as const,
    [1.8e9, [0.2, 0.5, 0.95]] as const,
    [4e9, [0.1, 0.3, 0.7]] as const,
  ]
    .flatMap(([params, ratios]) => gridDesign([params], ratios, CHECKPOINTS).runs)
    .map((run) => ({ ...run, id: `${run.params}-${run.domainRatio}` })),
};

export const STUDY_DESIGNS: readonly StudyDesign[] = [
  {
    id: 1,
    title: 'rich grid, 3.5 × size and 8 × tokens, base known',
    design: RICH_GRID,
    target: { params: 14e9, tokens: 8 * LAST },
    truths: ['change'],
    noise: NOISE,
    spread: 0,
    divergedRun: false,
  },
  {
    id: 2,
    title: 'nine pilots at three sizes, same target',
    design: NINE_PILOTS,
    target: { params: 14e9, tokens: 8 * LAST },
    truths: ['change'],
    noise: NOISE,
    spread: 0,
    divergedRun: false,
  },
  {
    id: 3,
    title: 'five pilots at one size, 4 × tokens at that size',
    design: gridDesign([1.8e9], [0.05, 0.25, 0.5, 0.75, 0.95], CHECKPOINTS),
    target: { params: 1.8e9, tokens: 4 * LAST },
    truths: ['change'],
    noise: NOISE,
    spread: 0,
    divergedRun: false,
  },
  {
    id: 4,
    title: 'as 2 with five times the run noise and a diverged run',
    design: NINE_PILOTS,
    target: { params: 14e9, tokens: 8 * LAST },
    truths: ['change'],
    noise: { ...NOISE, run: 5 * NOISE.run },
    spread: 0,
    divergedRun: true,
  },
  {
    id: 5,
    title: 'truth outside the law set, 4 × size and tokens',
    design: gridDesign(SIZES, [0, 0.1, 0.25, 0.5, 0.75, 0.9], CHECKPOINTS),
    target: { params: 4 * 4e9, tokens: 4 * LAST },
    truths: ['outside'],
    noise: NOISE,
    spread: 0,
    divergedRun: false,
  },
  {
    // A law of levels: its base models are put where the critical ratio comes out inside, and its runs do not start there.
    id: 6,
    title: 'as 1, truth a D-CPT L3, which does not start at its base models',
    design: RICH_GRID,
    target: { params: 14e9, tokens: 8 * LAST },
    truths: ['d-cpt-l3'],
    noise: NOISE,
    spread: 0,
    divergedRun: false,
  },
];

/** One asked quantity against its truth. */
export interface Asked {
  readonly truth: number;
  readonly point: number;
  /** One interval per level 50, 80, 90%. */
  readonly intervals: readonly (readonly [number, number])[];
}

export interface StudyRecord {
  readonly design: number;
  readonly study: number;
  readonly truth: string;
  /** Why there was no plan; undefined where there was one. */
  readonly refused?: string;
  /** New run and mean curve, of both losses (as shares of the base loss) and of the critical ratio. */
  readonly asked: Readonly<Record<string, Asked>>;
  /** Planned ratio, and whether the new run kept the tolerance there; undefined where no ratio was planned. */
  readonly kept?: boolean;
  readonly warnings: readonly string[];
}

/** Study `study` of a design: the same for the same seed, whatever else is run. */
export function runStudy(
  design: StudyDesign,
  study: number,
  seed: number,
  draws: number,
  resampling: ResamplingId = DEFAULT_RESAMPLING,
): StudyRecord {
  const kind = design.truths[study % design.truths.length];
  const { target } = design;
  const truth = drawTruth(
    {
      kind,
      target,
      tolerance: TOLERANCE,
      noise: design.noise,
      spread: design.spread,
      middleTokens: MIDDLE,
    },
    seed,
    design.id * 100_000 + study,
  );
  const ownSeed = seed * 1_000_000 + design.id * 100_000 + study;
  const numbers = stream(ownSeed, 'study');
  const { runs } = design.design;
  const diverged = design.divergedRun ? [runs[numbers.below(runs.length)].id] : [];
  const pilots = simulateRuns(truth, { ...design.design, diverged }, ownSeed);

  // What the new run will be multiplied by: a piloted size keeps its base effect, a new one brings its own.
  const piloted = runs.some(({ params }) => params === target.params);
  const factors = truth.evals.map((each) => {
    const ofBase = piloted ? baseEffect(each, target.params, ownSeed) : each.noise.base * numbers.normal();
    return 1 + ofBase + each.noise.run * numbers.normal() + each.noise.evaluation * numbers.normal();
  });
  const meanFactors = truth.evals.map(() => 1);

  const record = { design: design.id, study, truth: truth.id };
  try {
    const fit = fitRuns(setAside(pilots), {
      objective: { kind: 'huber', delta: undefined },
      laws: undefined,
      draws,
      seed: ownSeed,
      level: 0.9,
      resampling,
    });
    const base = truth.evals.map(({ baseLoss }) => ({
      loss: baseLoss(target.params),
      source: 'given' as const,
      sd: 0,
    }));
    const predictor = makePredictor(fit, { params: target.params, base });
    const at = predictor.atTokens(target.tokens);
    const constraints = [{ evalIndex: 0, tolerance: TOLERANCE }];
    const critical = criticalRatio(predictor, at, constraints);
    const range = fit.pilots.range.domainRatio;
    const span: readonly [number, number] = [range[0], range[1]];
    const generalFactor = [factors[0]];
    const trueMean = trueCritical(truth, target, TOLERANCE, [1], span);
    const point =
      critical.point.kind === 'at' ? critical.point.ratio : critical.point.kind === 'none' ? 0 : 1;
    const levels = (sorted: Float64Array) => LEVELS.map((level) => intervalOf(sorted, level)!);
    const asked: Record<string, Asked> = {
      'critical, new run': {
        truth: trueCritical(truth, target, TOLERANCE, generalFactor, span),
        point,
        intervals: levels(critical.newRun),
      },
      'critical, mean': { truth: trueMean, point, intervals: levels(critical.mean) },
    };
    // Losses are asked where they decide: at the true critical ratio, inside the pilots' ratios.
    const ratios = Float64Array.of(Math.min(Math.max(trueMean, span[0]), span[1]));
    truth.evals.forEach((each, e) => {
      const exact = lossesOverRatios(each, target.params, target.tokens, ratios)[0];
      const { point: predicted, draws: ofDraws } = at.losses(e, ratios);
      const scale = base[e].loss;
      const noisy = ofDraws.map((loss, k) => (loss * predictor.newRun[e][k]) / scale);
      const of = (factor: number, draw: Float64Array): Asked => ({
        truth: (exact * factor) / scale,
        point: predicted[0] / scale,
        intervals: levels(ascending(draw)),
      });
      asked[`${each.name}, new run`] = of(factors[e], noisy);
      asked[`${each.name}, mean`] = of(
        meanFactors[e],
        ofDraws.map((loss) => loss / scale),
      );
    });
    const planned = plannedRatio(critical, CONFIDENCE, range);
    const warnings = [
      ...fit.problems.filter(({ severity }) => severity === 'warning').map(({ code }) => code),
      ...(distanceFrom(fit.pilots.range, target.params, target.tokens).verdict === 'far'
        ? ['far-extrapolation']
        : []),
    ];
    if (planned === 0) return { ...record, refused: 'infeasible', asked, warnings };
    const reached = lossesOverRatios(
      truth.evals[0],
      target.params,
      target.tokens,
      Float64Array.of(planned),
    )[0];
    return { ...record, asked, warnings, kept: reached * factors[0] <= limitOf(base[0].loss, TOLERANCE) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...record, refused: error.problems[0].code, asked: {}, warnings: [] };
  }
}
