/**
 * The whole fit: every law on every evaluation set, noise, competition out of sample, draws. The result is the fit
 * document itself; nothing else is kept.
 */
import { round10 } from '../documents/canonical.ts';
import type { FitDocument, FitEval, FitMember } from '../documents/fit.ts';
import type { Law } from '../laws/law.ts';
import { knowsMixture, lawsFor } from '../laws/registry.ts';
import {
  atBound,
  brokenPromise,
  fewAgree,
  lawDrifts,
  noiseAssumed,
  noLawFits,
  refitsUnfinished,
} from '../problems/fit.ts';
import { type Problem, Refusal } from '../problems/problem.ts';
import { repeatGroups } from '../runs/noise.ts';
import type { Runs } from '../runs/runs.ts';
import { ascending, quantileOfSorted } from '../stats/quantiles.ts';
import { type DiscrepancyDirection, estimateDiscrepancy, NO_DISCREPANCY } from './discrepancy.ts';
import { type EvalData, evalData } from './evalData.ts';
import { type FittedLaw, fitLaw, freeParameters, makeRefitter, robustScale } from './fitLaw.ts';
import { type HoldoutError, holdoutErrors, meanError } from './holdout.ts';
import { estimateNoise, type NoiseModel, runWeights } from './noise.ts';
import type { ObjectiveChoice } from './objective.ts';
import { type Box, brokenPromises } from './promises.ts';
import { layeredParametric } from './resample.ts';

export interface FitOptions {
  readonly objective: ObjectiveChoice;
  /** Laws to try; undefined = all that can model a set's role. */
  readonly laws: readonly Law[] | undefined;
  readonly draws: number;
  readonly seed: number;
  readonly level: number;
  /** Called now and then with work done and to do; both in the same unit. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** A rival whose weight would be smaller than this is left out of the draws. */
const LEAST_WEIGHT = 0.05;
/** How sharply held-out errors decide: weights go with error to the power of minus this. */
const SHARPNESS = 4;
/** A law that errs more than on this share of simulated pilots, which is all of them, is said to drift. */
const SURPRISING = 0.995;
/** Weight of a law that most draws stem from. */
const MAIN = 0.5;
/** A share of refits without convergence that no interval feels. */
const FEW_UNFINISHED = 0.02;
/** Intervals of parameters need so many draws. */
const ENOUGH_DRAWS = 40;

/**
 * Fits all evaluation sets of a table whose rows have been through `setAside`. Throws a `Refusal` (exit 1) where a
 * set has no law that can be fitted.
 */
export function fitRuns(runs: Runs, options: FitOptions): FitDocument {
  const box = boxOf(runs);
  const fits = runs.evals.map((_, index) => fitEval(runs, index, box, options));
  const draws = drawAll(fits, options);
  const evals: FitEval[] = fits.map(({ document }, e) => ({
    ...document,
    members: document.members.map((member, at) => withIntervals(member, draws.evals[e], at, options.level)),
  }));
  const problems: Problem[] = [...runs.problems, ...fits.flatMap((fit) => fit.problems)];
  if (draws.notConverged > FEW_UNFINISHED * options.draws * fits.length) {
    problems.push(refitsUnfinished({ count: draws.notConverged, of: options.draws * fits.length }));
  }
  return {
    schema: 'mixplan.fit/1',
    seed: options.seed,
    level: options.level,
    pilots: pilotsOf(runs, box),
    evals,
    draws,
    problems: problems.map((problem) => ({ ...problem })) as FitDocument['problems'],
  };
}

interface EvalFit {
  readonly data: EvalData;
  readonly weight: Float64Array;
  readonly noise: NoiseModel;
  readonly fitted: readonly FittedLaw[];
  readonly document: FitEval;
  readonly problems: readonly Problem[];
}

function fitEval(runs: Runs, index: number, box: Box, options: FitOptions): EvalFit {
  const data = evalData(runs, index);
  const repeats = repeatGroups(runs);
  const laws = lawsFor(data.role).filter((law) => options.laws === undefined || options.laws.includes(law));
  const even = new Float64Array(data.n).fill(1);
  const first = laws.map((law) => fitLaw(law, data, even, options.objective));
  const notFitted = first.flatMap((fit) =>
    fit.kind === 'fitted'
      ? []
      : [
          {
            law: fit.law.id,
            reason: fit.kind === 'notConverged' ? fit.reason : `needs ${fit.missing.join(', ')}`,
          },
        ],
  );
  const usable = first.filter((fit) => fit.kind === 'fitted');
  // A law that knows no mixture is a yardstick beside the others; alone it would answer for all ratios alike.
  const contends = usable.map(({ law }) => options.laws !== undefined || knowsMixture(law));
  if (!contends.includes(true)) throw new Refusal([noLawFits({ set: data.name, reasons: notFitted })], 1);

  const holdouts = usable.map((fit) => holdoutErrors(fit, data, even));
  const weights = lawWeights(holdouts, contends);
  const order = [...usable.keys()].sort((a, b) => weights[b] - weights[a] || a - b);
  const best = usable[order[0]];
  const noise = estimateNoise(data, best.residual, freeParameters(best.law), repeats);
  const weight = runWeights(data, noise);
  const uneven = weight.some((w) => Math.abs(w - 1) > 1e-9);
  const fitted = order.map((at) => {
    const again = uneven ? fitLaw(usable[at].law, data, weight, options.objective) : usable[at];
    return again.kind === 'fitted' ? again : usable[at];
  });

  const broken = fitted.map((fit) => brokenPromises(fit, data.role, box));
  const drift = (fit: FittedLaw, rank: number, direction: DiscrepancyDirection) => {
    const { perEfold, byRatio, surprise } =
      weights[order[rank]] === 0
        ? NO_DISCREPANCY
        : estimateDiscrepancy(fit, data, weight, noise, direction, options.seed);
    return {
      perEfold: round10(perEfold),
      byRatio: byRatio.map((each) => ({ ratio: each.ratio, perEfold: round10(each.perEfold) })),
      surprise,
    };
  };
  const members = fitted.map((fit, rank) =>
    memberOf(fit, weight, weights[order[rank]], holdouts[order[rank]], broken[rank], {
      tokens: drift(fit, rank, 'tokens'),
      params: drift(fit, rank, 'params'),
    }),
  );
  const problems: Problem[] = [];
  for (const [rank, member] of members.entries()) {
    if (member.weight === 0) continue;
    if (member.weight >= MAIN) {
      for (const trend of broken[rank])
        problems.push(brokenPromise({ law: member.law, set: data.name, trend }));
    }
    const stuck = member.parameters.filter((parameter) => parameter.atBound !== null).map(({ name }) => name);
    if (stuck.length > 0) problems.push(atBound({ law: member.law, set: data.name, parameters: stuck }));
    for (const direction of ['tokens', 'params'] as const) {
      const { surprise, perEfold } = member.discrepancy[direction];
      if (surprise >= SURPRISING && member.weight >= MAIN) {
        problems.push(lawDrifts({ law: member.law, set: data.name, direction, perEfold }));
      }
    }
    const { tried, agreeing } = member.starts;
    if (tried > 2 && agreeing === 1)
      problems.push(fewAgree({ law: member.law, set: data.name, tried, agreeing }));
  }
  if (noise.priorShare > 0.5) {
    problems.push(noiseAssumed({ set: data.name, share: noise.priorShare, runNoise: noise.run }));
  }
  const { name, role, unit } = data;
  return {
    data,
    weight,
    noise,
    fitted,
    document: { name, role, unit, noise: { ...noise }, members, notFitted },
    problems,
  };
}

/**
 * Weights from held-out errors, (best / error)^4 over the directions that every contender could be tried in, small ones
 * dropped. Contenders that were never tried share evenly.
 * @param contends whether each law may have weight; at least one does
 */
export function lawWeights(
  holdouts: readonly (readonly HoldoutError[])[],
  contends: readonly boolean[] = holdouts.map(() => true),
): number[] {
  const contenders = holdouts.filter((_, at) => contends[at]);
  const directions = (['size', 'tokens', 'ratio'] as const).filter((direction) =>
    contenders.every((errors) => !Number.isNaN(meanError(errors, direction))),
  );
  const score = (errors: readonly HoldoutError[]): number =>
    directions.reduce((sum, direction) => sum + meanError(errors, direction), 0);
  const best = Math.max(Math.min(...contenders.map(score)), 1e-12);
  const raw = holdouts.map((errors, at) =>
    contends[at] ? (best / Math.max(score(errors), best)) ** SHARPNESS : 0,
  );
  const total = raw.reduce((a, b) => a + b, 0);
  const kept = raw.map((value) => (value / total < LEAST_WEIGHT ? 0 : value));
  const left = kept.reduce((a, b) => a + b, 0);
  return kept.map((value) => value / left);
}

/**
 * Draw k of every set stems from simulated pilots k. The law of a draw is chosen by one evenly spread number per k,
 * the same for all sets, so that the choice of law is part of the draw and not averaged away.
 */
function drawAll(fits: readonly EvalFit[], options: FitOptions): FitDocument['draws'] {
  let notConverged = 0;
  let done = 0;
  const total = options.draws * fits.length;
  const evals = fits.map(({ data, weight, noise, fitted, document }) => {
    const refitters = fitted.map((fit) => makeRefitter(fit, weight));
    const schemes = fitted.map((fit) => {
      const predicted = fit.residual.map((r, i) => r + data.loss[i]);
      return layeredParametric(data, predicted, noise, options.seed);
    });
    const loss = new Float64Array(data.n);
    const member: number[] = [];
    const parameters: number[][] = [];
    for (let k = 0; k < options.draws; k++) {
      const at = memberAt(document.members, radicalInverse(k));
      const natural = new Float64Array(fitted[at].natural.length);
      schemes[at].fill(k, loss);
      if (!refitters[at](loss, natural)) notConverged++;
      member.push(at);
      parameters.push(Array.from(natural, round10));
      done++;
      if (done % 50 === 0) options.onProgress?.(done, total);
    }
    return { member, parameters };
  });
  return { count: options.draws, resampling: 'layered-parametric', notConverged, evals };
}

function memberAt(members: readonly FitMember[], at: number): number {
  let sum = 0;
  for (let m = 0; m < members.length; m++) {
    sum += members[m].weight;
    if (at < sum) return m;
  }
  return 0;
}

/** Van der Corput's sequence in base 2: k = 0, 1, 2, ... spread evenly over [0, 1). */
function radicalInverse(k: number): number {
  let value = 0;
  let place = 0.5;
  for (let rest = k; rest > 0; rest = Math.floor(rest / 2)) {
    value += place * (rest % 2);
    place /= 2;
  }
  return value;
}

function memberOf(
  fit: FittedLaw,
  weight: Float64Array,
  lawWeight: number,
  holdout: readonly HoldoutError[],
  broken: readonly string[],
  discrepancy: FitMember['discrepancy'],
): FitMember {
  return {
    law: fit.law.id,
    formula: fit.law.formula,
    parameters: fit.law.parameters.map(({ name, unit, pinned }, k) => ({
      name,
      value: fit.natural[k],
      unit,
      interval: null,
      atBound:
        pinned !== undefined || fit.active[k] === 0
          ? null
          : fit.active[k] < 0
            ? ('lower' as const)
            : ('upper' as const),
      pinned: pinned !== undefined,
    })),
    objective: { ...fit.objective, value: fit.value },
    starts: { ...fit.starts },
    weight: lawWeight,
    holdout: holdout.map((each) => ({ ...each, left: { ...each.left } })),
    residualScale: robustScale(fit.residual, weight, freeParameters(fit.law)),
    discrepancy,
    brokenPromises: [...broken],
  };
}

function withIntervals(
  member: FitMember,
  draws: FitDocument['draws']['evals'][number],
  at: number,
  level: number,
): FitMember {
  const mine = draws.parameters.filter((_, k) => draws.member[k] === at);
  if (mine.length < ENOUGH_DRAWS) return member;
  const tail = (1 - level) / 2;
  const parameters = member.parameters.map((parameter, p) => {
    if (parameter.pinned) return parameter;
    const sorted = ascending(mine.map((draw) => draw[p]));
    const interval: [number, number] = [
      round10(quantileOfSorted(sorted, tail)),
      round10(quantileOfSorted(sorted, 1 - tail)),
    ];
    return { ...parameter, interval };
  });
  return { ...member, parameters };
}

export function boxOf(runs: Runs): Box {
  const span = (column: Float64Array): [number, number] => [
    column.reduce((a, b) => Math.min(a, b), Infinity),
    column.reduce((a, b) => Math.max(a, b), -Infinity),
  ];
  return { params: span(runs.params), tokens: span(runs.tokens), domainRatio: span(runs.domainRatio) };
}

function pilotsOf(runs: Runs, box: Box): FitDocument['pilots'] {
  const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
  const byEval = <T>(pick: (index: number) => T): Record<string, T> =>
    Object.fromEntries(runs.evals.map(({ name }, index) => [name, pick(index)]));
  return {
    files: runs.files.map((file) => file.replace(/^.*[/\\]/, '')),
    bases: runs.bases.map(({ id, params, loss }) => ({
      id,
      params,
      loss: byEval((index) => orNull(loss[index])),
    })),
    runs: runs.runs.map((run) => ({
      id: run.id,
      base: run.base,
      params: run.params,
      domainRatio: run.domainRatio,
      seed: run.seed ?? null,
      schedule: run.schedule,
      lr: orNull(run.lr),
      warmupTokens: orNull(run.warmupTokens),
      simulated: run.simulated,
    })),
    observations: {
      run: Array.from(runs.run),
      tokens: Array.from(runs.tokens),
      loss: byEval((index) => Array.from(runs.evals[index].loss, orNull)),
      file: Array.from(runs.file),
      line: Array.from(runs.line),
    },
    setAside: runs.setAside.map(({ file, line, run, tokens, reason }) => ({
      file: file.replace(/^.*[/\\]/, ''),
      line,
      run,
      tokens,
      code: reason.code,
    })),
    range: { params: [...box.params], tokens: [...box.tokens], domainRatio: [...box.domainRatio] },
  };
}
