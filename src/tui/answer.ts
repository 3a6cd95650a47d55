/**
 * From what is asked to a plan, twice: at once to about four digits, from what is kept between frames; then, where the keys
 * rest, by the very function behind `mixplan plan`, so that the screen and the command agree to the last digit.
 */
import type { FitDocument } from '../documents/fit.ts';
import type { PlanDocument } from '../documents/plan.ts';
import { withLaws } from '../fit/chosenLaws.ts';
import { limitOf, type Outcome, shareWithin } from '../mixture/critical.ts';
import { makePlan, type PlanRequest } from '../plan/makePlan.ts';
import { type Problem, Refusal } from '../problems/problem.ts';
import { remember } from './remember.ts';
import { type QuickPlan, quickPlan, type Scene, sceneMaker } from './scene.ts';
import { commandsFor, type Held, type Host } from './source.ts';
import type { Values } from './values.ts';

/** What the panes show of a plan. */
export interface Figures {
  /** Whether these are the figures that the command gives, or close ones. */
  readonly exact: boolean;
  readonly model: PlanDocument['model'];
  readonly tokens: number;
  /** Most tokens that the budget and the corpora allow. */
  readonly domainRatio: number;
  readonly critical: Outcome;
  readonly interval: readonly [number, number] | null;
  readonly within: number | null;
  /** Set whose tolerance decides. */
  readonly binding: string | null;
  readonly losses: readonly {
    readonly set: string;
    readonly unit: PlanDocument['units'][string];
    readonly base: number;
    readonly end: number;
    readonly interval: readonly [number, number] | null;
    readonly limit: number | undefined;
  }[];
}

export type Answer =
  | {
      readonly kind: 'planned';
      readonly figures: Figures;
      readonly plan: PlanDocument | undefined;
      readonly scene: Scene | undefined;
    }
  /** No plan: an incomplete question, or an honest no. */
  | { readonly kind: 'refused'; readonly problems: readonly Problem[]; readonly scene: Scene | undefined }
  /** Nothing was found at once; the exact answer may find more. `missed` is the set whose tolerance is passed by most. */
  | { readonly kind: 'later'; readonly missed?: string; readonly scene: Scene | undefined };

export interface Answers {
  /** What can be shown in this frame. */
  now(held: Held, values: Values): Answer;
  /** The exact answer, kept for the frames to come. */
  exactly(held: Held, values: Values): Answer;
  /** Whether `now` gives the exact answer. */
  settled(held: Held, values: Values): boolean;
  /** The fit as it is asked: with the laws that are chosen. */
  fitAsked(held: Held, values: Values): FitDocument;
}

/** A budget of which so much is used is used up. */
const USED_UP = 0.99;
/** Plans kept: a walk back and forth asks nothing twice. */
const KEPT_PLANS = 200;

export function makeAnswers(host: Host): Answers {
  const chosen = remember<string, FitDocument>(6);
  const scenes = new WeakMap<FitDocument, ReturnType<typeof sceneMaker>>();
  const exact = remember<string, Answer>(KEPT_PLANS);
  const settled = new Set<string>();
  /** Tokens of the last plan that left some of its budget over; the next one may too. */
  let fewerTokens: number | undefined;

  const fitAsked = ({ fit, sha256 }: Held, { law }: Values): FitDocument =>
    law === undefined ? fit : chosen(`${sha256} ${law.join()}`, () => withLaws(fit, law));
  const keyOf = (held: Held, values: Values): string =>
    [held.sha256, ...commandsFor(held.source, values)].join('\n');
  const scenesOf = (fit: FitDocument): ReturnType<typeof sceneMaker> => {
    const known = scenes.get(fit) ?? sceneMaker(fit);
    scenes.set(fit, known);
    return known;
  };
  /** Whatever is refused, by whichever part, is an answer. */
  const answering = (make: () => Answer): Answer => {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { kind: 'refused', problems: error.problems, scene: undefined };
    }
  };
  const requestOf = (held: Held, values: Values): { fit: FitDocument; request: PlanRequest } => {
    const fit = fitAsked(held, values);
    const command = commandsFor(held.source, values).at(-1)!;
    const path = held.source.pathWithout(held.exclude);
    const request = host.request(fit, values, { command, fitFile: { path, sha256: held.sha256 } });
    return { fit, request };
  };

  const exactly = (held: Held, values: Values): Answer => {
    const key = keyOf(held, values);
    const answer = exact(key, () =>
      answering(() => {
        const { fit, request } = requestOf(held, values);
        const outcome = makePlan(fit, request);
        if (outcome.kind === 'refused')
          return { kind: 'refused', problems: outcome.problems, scene: scenesOf(fit)(request)[0] };
        const { plan } = outcome;
        const figures = figuresOf(plan);
        const [scene] = scenesOf(fit)(request, { params: plan.model.params, tokens: figures.tokens });
        return { kind: 'planned', figures, plan, scene };
      }),
    );
    settled.add(key);
    if (answer.kind === 'planned' && answer.scene !== undefined) {
      const { tokens } = answer.figures;
      fewerTokens = tokens < USED_UP * answer.scene.most ? tokens : undefined;
    }
    return answer;
  };

  return {
    fitAsked,
    exactly,
    settled: (held, values) => settled.has(keyOf(held, values)),
    now: (held, values) => {
      if (settled.has(keyOf(held, values))) return exactly(held, values);
      return answering(() => {
        const { fit, request } = requestOf(held, values);
        const scenes = scenesOf(fit)(request);
        if (scenes.length === 0) return { kind: 'later', scene: undefined };
        const quick = quickPlan(scenes, fewerTokens);
        const { scene } = quick;
        if (quick.kind === 'missed') return { kind: 'later', missed: quick.set, scene };
        return { kind: 'planned', figures: quickFigures(quick), plan: undefined, scene };
      });
    },
  };
}

function figuresOf(plan: PlanDocument): Figures {
  const [, domain] = plan.runs[0].corpora;
  return {
    exact: true,
    model: plan.model,
    tokens: plan.runs[0].tokens,
    domainRatio: domain.share,
    critical: plan.critical.point,
    interval: plan.critical.interval,
    within: plan.within,
    binding: plan.critical.binding,
    losses: Object.entries(plan.predicted).map(([set, { end }]) => {
      const tolerance = plan.constraints.tolerance[set];
      const base = plan.base[set].loss;
      const limit = tolerance === undefined ? undefined : limitOf(base, tolerance);
      return { set, unit: plan.units[set], base, end: end.loss, interval: end.interval, limit };
    }),
  };
}

function quickFigures({
  scene: { fit, predictor, target, size, constraints },
  best: { tokens, domainRatio, critical },
}: Extract<QuickPlan, { kind: 'found' }>): Figures {
  const at = predictor.atTokens(tokens);
  const ratio = Float64Array.of(domainRatio);
  return {
    exact: false,
    model: { name: size.name, params: size.params },
    tokens: Math.round(tokens),
    domainRatio,
    critical: critical.point,
    interval: critical.interval,
    within: critical.newRun.length === 0 ? null : shareWithin(critical, domainRatio),
    binding: critical.binding === undefined ? null : fit.evals[critical.binding].name,
    losses: fit.evals.map(({ name: set, unit }, evalIndex) => {
      const base = target.base[evalIndex].loss;
      const tolerance = constraints.find((each) => each.evalIndex === evalIndex)?.tolerance;
      const limit = tolerance === undefined ? undefined : limitOf(base, tolerance);
      return { set, unit, base, end: at.point(evalIndex, ratio)[0], interval: null, limit };
    }),
  };
}
