/**
 * One size under one question, ready to be asked many times a second: what depends on the fit and the model alone is kept
 * between frames, and so are the losses at token counts that come again.
 */
import type { FitDocument } from '../documents/fit.ts';
import { baseLosses } from '../mixture/baseLoss.ts';
import type { Constraint } from '../mixture/critical.ts';
import { makePredictor, type Predictor, type TokensPredictor } from '../mixture/predictor.ts';
import { distanceFrom, type Target } from '../mixture/scenario.ts';
import { limitedCorpus, mostTokens } from '../plan/corpora.ts';
import type { PlanRequest } from '../plan/makePlan.ts';
import { type Candidate, type Question, sizeSearch, tokenLevels } from '../plan/search.ts';
import { remember } from './remember.ts';

export interface Scene {
  readonly fit: FitDocument;
  readonly target: Target;
  readonly predictor: Predictor;
  readonly question: Question;
  readonly constraints: readonly Constraint[];
  /** Most tokens of the plan: what the budget buys and the corpora hold. */
  readonly most: number;
  /** The best at a token count, quickly. */
  readonly about: (tokens: number) => Candidate | undefined;
}

/** Token counts whose losses are kept: those of a search and of a chart, at two sizes. */
const KEPT_TOKENS = 64;
/** Grids this coarse are asked again for every question; finer ones only once. */
const COARSE = 33;

/** Makes scenes of one fit; keeps what they share. */
export function sceneMaker(fit: FitDocument): (request: PlanRequest) => Scene | undefined {
  const predictors = remember<string, Predictor>(6);
  const scenes = remember<string, Scene>(12);
  return (request) => {
    const [size, ...others] = request.sizes;
    if (others.length > 0) return undefined;
    const { constraints, confidence, objective, corpora, assumeBaseFromSizeLaw } = request;
    const base = baseLosses(fit, size.params, size.baseLoss, assumeBaseFromSizeLaw);
    if (base.some(({ source }) => source === 'unknown')) return undefined;
    const reach = size.tokens?.value;
    if (reach === undefined) return undefined;
    const { range } = fit.pilots;
    const most = Math.min(reach, mostTokens(corpora, range.domainRatio));
    const { verdict } = distanceFrom(range, size.params, most);
    if (verdict === 'tooFar' && !request.extrapolate) return undefined;
    const corpus = limitedCorpus(corpora);
    const target = { params: size.params, base };
    const about = JSON.stringify([target, corpus?.unique, corpus?.law.id, corpus?.constant]);
    const predictor = predictors(about, () => remembering(makePredictor(fit, target, corpus)));
    const reference = base.map(({ loss }) => loss);
    const question = { constraints, confidence, objective, corpora, reference };
    const key = JSON.stringify([about, constraints, confidence, objective, corpora, most]);
    return scenes(key, () => ({
      fit,
      target,
      predictor,
      question,
      constraints,
      most,
      about: sizeSearch(predictor, question).about,
    }));
  };
}

/** The same predictor, whose losses on coarse grids of ratios are kept. */
function remembering(predictor: Predictor): Predictor {
  const kept = remember<number, TokensPredictor>(KEPT_TOKENS);
  return {
    ...predictor,
    atTokens: (tokens) =>
      kept(tokens, () => {
        const at = predictor.atTokens(tokens);
        const losses = remember<string, ReturnType<TokensPredictor['losses']>>(predictor.fit.evals.length);
        return {
          ...at,
          losses: (evalIndex, ratios, memory) => {
            if (ratios.length !== COARSE || memory !== undefined) return at.losses(evalIndex, ratios, memory);
            const key = `${evalIndex} ${ratios[0]} ${ratios[COARSE - 1]}`;
            return losses(key, () => at.losses(evalIndex, ratios));
          },
        };
      }),
  };
}

/**
 * The plan to about four digits of its ratio, at all the tokens there may be or at `before`, those of the last plan, whichever
 * is better; at other token counts where neither is feasible. Undefined where nothing is.
 */
export function quickPlan(
  { about, most, predictor, question }: Scene,
  before?: number,
): Candidate | undefined {
  const better = (a: Candidate | undefined, b: Candidate | undefined): Candidate | undefined =>
    a === undefined || (b !== undefined && b.domainLoss < a.domainLoss) ? b : a;
  const counts = before === undefined || before >= most ? [most] : [most, before];
  const found = counts.map(about).reduce(better);
  if (found !== undefined) return found;
  const levels = tokenLevels({ predictor, question, about, exactly: about }, most);
  return levels.map(about).reduce(better);
}
