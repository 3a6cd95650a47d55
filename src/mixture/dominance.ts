/**
 * What makes an interval wide. The draws of an answer stack several layers of chance; each is switched off by taking its
 * middle instead, the same draws otherwise, and the question is asked again. The variance that a layer adds depends on
 * which others are on, so it is averaged over every order of switching them on (Shapley values): the shares add up to
 * the whole, and a layer that changes nothing has none. As the shares come from the draws themselves, those of 1,000
 * draws are known to two or three points of a hundred.
 */
import type { FitDocument } from '../documents/fit.ts';
import { shapleyValues } from '../stats/shapley.ts';
import { type Constraint, criticalRatio, type Fineness, intervalOf, sortedDraws } from './critical.ts';
import { makePredictor, type Predictor, sameSize } from './predictor.ts';
import type { Target } from './scenario.ts';

/**
 * `parameters` of the laws as the pilots leave them open; `law`: which law a draw stems from; `drift` of the laws beyond
 * the pilots; `baseLoss`: an assumed base loss; `baseModel`: the effect of a base model that no pilot started from;
 * `run` and `evaluation`: noise of the new run.
 */
export const LAYERS = ['parameters', 'law', 'drift', 'baseLoss', 'baseModel', 'run', 'evaluation'] as const;
export type Layer = (typeof LAYERS)[number];

export interface LayerShare {
  readonly layer: Layer;
  /** Of the variance; all of an answer sum to 1. */
  readonly share: number;
  /** The interval of the answer if this layer were switched off, at the level of the fit. */
  readonly without: readonly [number, number];
}

export interface Dominance {
  /** Largest share first; layers that play no part are left out. Empty where nothing varies, or without draws. */
  readonly layers: readonly LayerShare[];
  /** Standard deviation over the draws, in the unit of the answer. */
  readonly sd: number;
}

/** Answers of one question, one per draw, with some layers on. */
type Draws = (predictor: Predictor) => Float64Array;

/** What dominates the critical ratio of new runs; none counts as 0 and all as 1, as in its interval. */
export function dominanceOfCritical(
  layered: LayeredPredictor,
  tokens: number,
  constraints: readonly Constraint[],
  fineness: Fineness = {},
): Dominance {
  return dominance(
    layered,
    (predictor) => criticalRatio(predictor, predictor.atTokens(tokens), constraints, fineness).newRun,
  );
}

/** What dominates the loss of new runs on one set at a ratio. */
export function dominanceOfLoss(
  layered: LayeredPredictor,
  tokens: number,
  evalIndex: number,
  domainRatio: number,
): Dominance {
  const ratios = Float64Array.of(domainRatio);
  return dominance(layered, (predictor) => {
    const { draws } = predictor.atTokens(tokens).losses(evalIndex, ratios);
    return draws.map((loss, k) => loss * predictor.newRun[evalIndex][k]);
  });
}

function dominance(layered: LayeredPredictor, ask: Draws): Dominance {
  const { level, draws } = layered.fit;
  if (draws.count === 0) return { layers: [], sd: 0 };
  const all = LAYERS.filter((layer) => layered.acts(layer));
  const drawsOf = (on: readonly Layer[]): Float64Array => ask(layered.with(new Set(on)));
  const variances = shapleyValues(all.length, (coalition) =>
    variance(drawsOf(all.filter((_, at) => (coalition >> at) & 1))),
  );
  const total = variances.reduce((a, b) => a + b, 0);
  if (!(total > 0)) return { layers: [], sd: 0 };
  const layers = all.map((layer, at): LayerShare => {
    const without = intervalOf(sortedDraws(drawsOf(all.filter((each) => each !== layer))), level);
    if (without === null) throw new Error('unreachable: there are draws');
    return { layer, share: variances[at] / total, without };
  });
  return {
    layers: layers.filter(({ share }) => share !== 0).toSorted((a, b) => b.share - a.share),
    sd: Math.sqrt(total),
  };
}

export interface LayeredPredictor {
  readonly fit: FitDocument;
  /** Whether a layer can play any part here: drift needs a target beyond the pilots, and so on. */
  acts(layer: Layer): boolean;
  /** The predictor with these layers on; with all of them it is the ordinary one. */
  with(on: ReadonlySet<Layer>): Predictor;
}

/**
 * Layers are told apart by asking changed copies of the fit the ordinary way: the streams of random numbers stay in
 * step, so that a copy differs from the fit in its layer alone.
 */
export function layeredPredictor(fit: FitDocument, target: Target): LayeredPredictor {
  const known: Target = { ...target, base: target.base.map((each) => ({ ...each, sd: 0 })) };
  const straight = withoutDrift(fit);
  const parts = {
    parameters: makePredictor(straight, known),
    law: makePredictor(withoutRefits(straight), known),
    drift: makePredictor(fit, known),
    baseLoss: makePredictor(straight, target),
  };
  const noise = {
    baseModel: makePredictor(withNoise(straight, 'base'), known).newRun,
    run: makePredictor(withNoise(straight, 'run'), known).newRun,
    evaluation: makePredictor(withNoise(straight, 'evaluation'), known).newRun,
  };
  const { count } = fit.draws;
  // A base model that was piloted has shown its effect; what the pilots leave open of it, the parameters carry along.
  const piloted = fit.pilots.bases.some(({ params }) => sameSize(params, target.params));
  const piecesAt = remember((tokens, evalIndex, ratios) => {
    const at = (part: keyof typeof parts) => parts[part].atTokens(tokens).losses(evalIndex, ratios);
    const { point, draws: parameters } = at('parameters');
    return {
      point,
      parameters,
      law: at('law').draws,
      drift: at('drift').draws,
      baseLoss: at('baseLoss').draws,
    };
  });

  const predictorWith = (on: ReadonlySet<Layer>): Predictor => {
    const [parameters, law, drift, baseLoss] = LAYERS.map((layer) => on.has(layer));
    return {
      fit,
      target,
      count,
      newRun: fit.evals.map((_, e) =>
        Float64Array.from({ length: count }, (_, k) => {
          let factor = 1;
          for (const layer of ['baseModel', 'run', 'evaluation'] as const) {
            if (on.has(layer === 'baseModel' && piloted ? 'parameters' : layer))
              factor += noise[layer][e][k] - 1;
          }
          return factor;
        }),
      ),
      base: parts[baseLoss ? 'baseLoss' : 'parameters'].base,
      atTokens: (tokens) => ({
        tokens,
        point: (evalIndex, ratios) => piecesAt(tokens, evalIndex, ratios).point,
        losses(evalIndex, ratios) {
          const pieces = piecesAt(tokens, evalIndex, ratios);
          const n = ratios.length;
          const draws = new Float64Array(count * n);
          for (let i = 0; i < draws.length; i++) {
            const middle = pieces.point[i % n];
            let loss = law ? pieces.law[i] : middle;
            if (parameters) loss += pieces.parameters[i] - pieces.law[i];
            if (baseLoss) loss += pieces.baseLoss[i] - pieces.parameters[i];
            draws[i] = drift ? loss * (pieces.drift[i] / pieces.parameters[i]) : loss;
          }
          return { point: pieces.point, draws };
        },
      }),
    };
  };

  const acts = (layer: Layer): boolean => {
    const inUse = fit.evals.map(({ members }) => members.filter(({ weight }) => weight > 0));
    switch (layer) {
      case 'parameters':
        return true;
      case 'law':
        return inUse.some((members) => members.length > 1);
      case 'drift':
        return inUse
          .flat()
          .some(({ discrepancy }) => discrepancy.tokens.perEfold + discrepancy.params.perEfold > 0);
      case 'baseLoss':
        return target.base.some(({ sd }) => sd > 0);
      default:
        return (
          !(layer === 'baseModel' && piloted) &&
          noise[layer].some((factors) => factors.some((factor) => factor !== 1))
        );
    }
  };
  return { fit, acts, with: predictorWith };
}

type Pieces = {
  readonly point: Float64Array;
  readonly parameters: Float64Array;
  readonly law: Float64Array;
  readonly drift: Float64Array;
  readonly baseLoss: Float64Array;
};
type FindPieces = (tokens: number, evalIndex: number, ratios: Float64Array) => Pieces;

/** The same curves are asked for with every combination of layers. */
function remember(find: FindPieces): FindPieces {
  const found = new Map<string, Pieces>();
  return (tokens, evalIndex, ratios) => {
    const name = `${tokens} ${evalIndex} ${ratios.join()}`;
    let pieces = found.get(name);
    if (pieces === undefined) {
      pieces = find(tokens, evalIndex, ratios);
      found.set(name, pieces);
    }
    return pieces;
  };
}

/** Every draw with the parameters that its law has in the fit itself. */
function withoutRefits(fit: FitDocument): FitDocument {
  const evals = fit.draws.evals.map(({ member }, e) => {
    const parameters = fit.evals[e].members.map((each) => each.parameters.map(({ value }) => value));
    return { member, parameters: member.map((at) => parameters[at]) };
  });
  return { ...fit, draws: { ...fit.draws, evals } };
}

function withoutDrift(fit: FitDocument): FitDocument {
  const none = { perEfold: 0, byRatio: [], surprise: 0 };
  return {
    ...fit,
    evals: fit.evals.map((each) => ({
      ...each,
      members: each.members.map((member) => ({ ...member, discrepancy: { tokens: none, params: none } })),
    })),
  };
}

/** Of all noise only one layer. */
function withNoise(fit: FitDocument, layer: 'base' | 'run' | 'evaluation'): FitDocument {
  return {
    ...fit,
    evals: fit.evals.map((each) => ({
      ...each,
      noise: { ...each.noise, base: 0, run: 0, evaluation: 0, [layer]: each.noise[layer] },
    })),
  };
}

function variance(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}
