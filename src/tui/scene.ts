/**
 * One size under one question, ready to be asked many times a second: what depends on the fit and the model alone is kept
 * between frames, and so are the losses at token counts that come again.
 */
import type { FitDocument } from '../documents/fit.ts';
import { baseLosses } from '../mixture/baseLoss.ts';
import type { Constraint } from '../mixture/critical.ts';
import { makePredictor, type Predictor, type TokensPredictor } from '../mixture/predictor.ts';
import { distanceFrom, type Target } from '../mixture/scenario.ts';
import { tokenCost } from '../plan/budget.ts';
import { limitedCorpus, mostTokens } from '../plan/corpora.ts';
import type { PlanRequest } from '../plan/makePlan.ts';
import {
  type Candidate,
  excessAt,
  nearestMiss,
  type Question,
  type SizeSearch,
  tokenLevels,
} from '../plan/search.ts';
import { least, type SizeRequest } from '../plan/sizes.ts';
import { searchBy } from '../plan/turning.ts';
import { remember } from './remember.ts';

export interface Scene {
  readonly fit: FitDocument;
  readonly size: SizeRequest;
  readonly target: Target;
  readonly predictor: Predictor;
  readonly question: Question;
  readonly constraints: readonly Constraint[];
  /** Most tokens of the plan: what the budget buys and the corpora hold. */
  readonly most: number;
  readonly search: SizeSearch;
}

/** Token counts whose losses are kept: those of a search and of a chart. */
const KEPT_TOKENS = 40;
/** Grids this coarse, and single ratios, are asked again for every question; finer grids only once. */
const COARSE = 33;

/** What was found for the question, where its scene shall show just that. */
interface Found {
  readonly params: number;
  readonly tokens: number;
}

/** Makes scenes of one fit, one for each size that it can speak for; keeps what they share. */
export function sceneMaker(fit: FitDocument): (request: PlanRequest, found?: Found) => readonly Scene[] {
  const predictors = remember<string, Predictor>(8);
  const scenes = remember<string, Scene>(24);
  const { range } = fit.pilots;

  const opened = (request: PlanRequest, found?: Found) => {
    const { corpora, assumeBaseFromSizeLaw, extrapolate, sizes } = request;
    const asked = sizes.flatMap((size) => {
      if (found !== undefined && found.params !== size.params) return [];
      const reach = size.tokens?.value ?? found?.tokens;
      if (reach === undefined) return [];
      const most = Math.min(reach, mostTokens(corpora, range.domainRatio));
      if (distanceFrom(range, size.params, most).verdict === 'tooFar' && !extrapolate) return [];
      // Of several sizes those that the GPUs cannot hold are set aside.
      const tooLarge = size.means.problems.some(({ severity }) => severity === 'error');
      if (tooLarge && sizes.length > 1) return [];
      return [{ size, most, base: baseLosses(fit, size.params, size.baseLoss, assumeBaseFromSizeLaw) }];
    });
    // One that is not known is asked for, whatever the other sizes could do.
    return asked.some(({ base }) => base.some(({ source }) => source === 'unknown')) ? [] : asked;
  };

  return (request, found) => {
    const { constraints, confidence, objective, corpora, definition = 'tolerance' } = request;
    const corpus = limitedCorpus(corpora);
    const open = opened(request, found);
    const reference = open[0]?.base.map(({ loss }) => loss) ?? [];
    return open.map(({ size, base, most }) => {
      const target = { params: size.params, base };
      const about = JSON.stringify([target, corpus?.unique, corpus?.law.id, corpus?.constant]);
      const predictor = predictors(about, () => remembering(makePredictor(fit, target, corpus)));
      const question = { constraints, confidence, objective, corpora, reference };
      const key = JSON.stringify([about, question, definition, most]);
      return scenes(key, () => {
        const search = searchBy(definition, predictor, question);
        return { fit, size, target, predictor, question, constraints, most, search };
      });
    });
  };
}

/** The same predictor, whose losses on coarse grids of ratios and at single ones are kept. */
function remembering(predictor: Predictor): Predictor {
  const kept = remember<number, TokensPredictor>(KEPT_TOKENS);
  return {
    ...predictor,
    atTokens: (tokens) =>
      kept(tokens, () => {
        const at = predictor.atTokens(tokens);
        const losses = remember<string, ReturnType<TokensPredictor['losses']>>(
          2 * predictor.fit.evals.length,
        );
        return {
          ...at,
          losses: (evalIndex, ratios, memory) => {
            const { length } = ratios;
            if ((length !== COARSE && length !== 1) || memory !== undefined)
              return at.losses(evalIndex, ratios, memory);
            const key = `${evalIndex} ${length} ${ratios[0]} ${ratios[length - 1]}`;
            return losses(key, () => at.losses(evalIndex, ratios));
          },
        };
      }),
  };
}

/** A plan to about four digits of its ratio, or what keeps it. */
export type QuickPlan =
  | { readonly kind: 'found'; readonly scene: Scene; readonly best: Candidate }
  /** Nothing is feasible at the token counts that were looked at. */
  | { readonly kind: 'missed'; readonly scene: Scene; readonly set: string };

/**
 * The plan at all the tokens there may be or at `before`, those of the last plan, whichever is better; at fewer tokens where
 * neither is feasible. Of several sizes the best.
 * @param scenes at least one
 */
export function quickPlan(scenes: readonly Scene[], before?: number): QuickPlan {
  const atMost = bestOf(scenes, ({ most }) =>
    before === undefined || before >= most ? [most] : [most, before],
  );
  const found = atMost ?? bestOf(scenes, promising);
  if (found !== undefined) return found;
  const [scene] = scenes;
  const { evalIndex } = nearestMiss(scene.search, scene.most);
  return { kind: 'missed', scene, set: scene.fit.evals[evalIndex].name };
}

function bestOf(
  scenes: readonly Scene[],
  counts: (scene: Scene) => readonly number[],
): Extract<QuickPlan, { kind: 'found' }> | undefined {
  const found = scenes.flatMap((scene) =>
    counts(scene).flatMap((tokens) => {
      const best = scene.search.about(tokens);
      return best === undefined ? [] : [{ kind: 'found', scene, best } as const];
    }),
  );
  return least(found, ({ scene, best }) => [best.domainLoss, tokenCost(scene.size.means)]);
}

/** Levels that one ratio says may be feasible: a look at all others would cost many times as much. */
function promising({ search, most }: Scene): readonly number[] {
  return tokenLevels(search, most).filter((tokens) => tokens < most && excessAt(search, tokens) <= 0);
}
