/** Everything that explains an answer of a fit, put together: residuals, influence of runs, what dominates, noise. */
import type { ExplainedGroup, ExplanationDocument } from '../documents/explanation.ts';
import type { FitDocument } from '../documents/fit.ts';
import { BY_CHANCE, type ResidualGroup, residualGroups, spreadOfRepeats } from '../fit/residuals.ts';
import { savedSet } from '../fit/savedFit.ts';
import { type Constraint, type CriticalRatio, criticalRatio, limitOf } from './critical.ts';
import { dominanceOfCritical, dominanceOfLoss, layeredPredictor } from './dominance.ts';
import { type Influence, influenceOfRuns, numberOf } from './influence.ts';
import { noiseAsRatio } from './noiseAsRatio.ts';
import { makePredictor } from './predictor.ts';
import type { Target } from './scenario.ts';

export interface ExplanationRequest {
  readonly target: Target;
  readonly tokens: number;
  /** At least one. */
  readonly constraints: readonly Constraint[];
  /** The critical ratio alone, without the layers of the losses, and its own found on a coarser grid: a fifth of the time. */
  readonly brief?: boolean;
}

/** Ratios of the coarser grid: layers of chance are told in whole per cent. */
const COARSE = 31;

/** All but the advice, which is made of words. */
export type Explanation = Omit<ExplanationDocument, 'advice'>;

/**
 * Explains the critical ratio of a fit at one size and token count, and both losses there. Base losses of the sets with
 * a tolerance must be known; sets that cannot be predicted without theirs are left out of the losses.
 */
export function explanationOf(
  fit: FitDocument,
  { target, tokens, constraints, brief = false }: ExplanationRequest,
): Explanation {
  const predictor = makePredictor(fit, target);
  const at = predictor.atTokens(tokens);
  const critical = criticalRatio(predictor, at, constraints);
  const { point } = critical;
  const inside = point.kind === 'at';
  const [least, greatest] = fit.pilots.range.domainRatio;
  const ratio = inside ? point.ratio : point.kind === 'none' ? least : greatest;
  const layered = layeredPredictor(fit, target);
  return {
    schema: 'mixplan.explanation/1',
    level: fit.level,
    target: {
      params: target.params,
      tokens,
      tolerance: Object.fromEntries(
        constraints.map(({ evalIndex, tolerance: accepted }) => {
          const base = target.base[evalIndex].loss;
          return [fit.evals[evalIndex].name, { accepted, base, limit: limitOf(base, accepted) }];
        }),
      ),
    },
    searched: [least, greatest],
    critical: {
      point,
      interval: pair(critical.interval),
      meanInterval: pair(critical.meanInterval),
      binding: critical.binding === undefined ? null : fit.evals[critical.binding].name,
    },
    ends: constraints.map(({ evalIndex }) => {
      const { loss } = target.base[evalIndex];
      const [lowest, highest] = at.losses(evalIndex, Float64Array.of(least, greatest)).point;
      return { set: fit.evals[evalIndex].name, lowest: lowest / loss - 1, highest: highest / loss - 1 };
    }),
    residuals: fit.evals.map((_, e) => residualsOf(fit, e)),
    influence: inside ? influenceIn(fit, critical, influenceOfRuns(fit, target, tokens, constraints)) : null,
    spread: {
      critical:
        inside && fit.draws.count > 0
          ? mutable(dominanceOfCritical(layered, tokens, constraints, brief ? { grid: COARSE } : {}))
          : null,
      losses: fit.evals.flatMap(({ name }, e) => {
        if (brief) return [];
        const loss = at.losses(e, Float64Array.of(ratio)).point[0];
        if (!Number.isFinite(loss)) return [];
        return [
          { set: name, domainRatio: ratio, loss, ...mutable(dominanceOfLoss(layered, tokens, e, ratio)) },
        ];
      }),
    },
    noiseAsRatio: noiseAsRatio(predictor, critical),
  };
}

/** Residuals of one set, by size, ratio, stretch of tokens and run. */
export function residualsOf(fit: FitDocument, evalIndex: number): Explanation['residuals'][number] {
  const { name, noise: believed } = fit.evals[evalIndex];
  const groups = residualGroups(savedSet(fit, evalIndex), believed);
  return {
    set: name,
    noise: { ...believed },
    repeats: spreadOfRepeats(fit, groups, believed),
    groups: groups.map((group) => explained(fit, group)),
    byChance: BY_CHANCE * groups.length,
  };
}

function explained({ pilots }: FitDocument, { key, ...group }: ResidualGroup): ExplainedGroup {
  if (key.by !== 'run') return { key, ...group };
  const { id, params, domainRatio } = pilots.runs[key.run];
  return { key: { by: 'run', run: id, params, domainRatio }, ...group };
}

function influenceIn(
  { pilots }: FitDocument,
  { interval, meanInterval, point }: CriticalRatio,
  { runs, jackknife }: Influence,
): NonNullable<Explanation['influence']> {
  const halfWidth = interval === null ? 0 : (interval[1] - interval[0]) / 2;
  const [first] = runs;
  const moved = numberOf(point) + (first.change ?? Number.POSITIVE_INFINITY);
  const decides = meanInterval !== null && (moved < meanInterval[0] || moved > meanInterval[1]);
  return {
    runs: runs.map(({ run, without, change }) => {
      const { id, params, domainRatio } = pilots.runs[run];
      const halfWidths = change === null || halfWidth === 0 ? null : change / halfWidth;
      return { run: id, params, domainRatio, without, change, halfWidths };
    }),
    jackknife,
    decides: decides ? pilots.runs[first.run].id : null,
  };
}

function pair(interval: readonly [number, number] | null): [number, number] | null {
  return interval === null ? null : [interval[0], interval[1]];
}

/** The documents' types are mutable, as zod infers them. */
function mutable({ layers, sd }: ReturnType<typeof dominanceOfCritical>) {
  return {
    sd,
    layers: layers.map(({ layer, share, without: [low, high] }) => ({
      layer,
      share,
      without: [low, high] as [number, number],
    })),
  };
}
