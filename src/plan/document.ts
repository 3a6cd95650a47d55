/** The plan document: what was chosen, beside everything it was compared with and rests on. */
import type { FitDocument } from '../documents/fit.ts';
import type { PlanDocument } from '../documents/plan.ts';
import { meaningsOf } from '../mixture/meaning.ts';
import { distanceFrom } from '../mixture/scenario.ts';
import { blindSpots, lossReminder } from '../mixture/tolerances.ts';
import { farExtrapolation, fewTokens, impossibleLoss, noDraws } from '../problems/plan.ts';
import type { Problem } from '../problems/problem.ts';
import { alternatives, evidence, inLosses, lawFreeOf } from './baselines.ts';
import { type Cost, costOf } from './budget.ts';
import { frontier } from './frontier.ts';
import type { PlanRequest } from './makePlan.ts';
import { chanceWithin, pair, predictedPaths, tradeOff } from './predicted.ts';
import { effectiveProblems, leftOver, repetitionOf, repetitionProblems } from './repeats.ts';
import type { Choice, Chosen, Size, SizeRequest, Sizes } from './sizes.ts';
import { budgetTold, problemTold } from './told.ts';
import { trainingRun } from './trainingRun.ts';

export interface Answer {
  readonly choice: Choice;
  readonly found: Chosen['found'];
  readonly target: PlanDocument['target'];
}

export function planDocument(
  fit: FitDocument,
  request: PlanRequest,
  sizes: Sizes,
  answer: Answer,
): PlanDocument {
  const { size, best } = answer.choice;
  const { tokens, domainRatio, critical } = best;
  const { constraints, confidence, objective, corpora, curve, goal, definition = 'tolerance' } = request;
  const { predictor, question } = size.search;
  const { params } = size.request;
  const { means } = size.request;
  const evalNames = fit.evals.map(({ name }) => name);
  const model = modelOf(size.request);
  const lawFree = lawFreeOf(fit, constraints);
  const judged = evidence(
    fit,
    [...constraints, ...objective].map(({ evalIndex }) => evalIndex),
  );
  const { ratioInside: _, ...extrapolation } = distanceFrom(fit.pilots.range, params, tokens);
  const predicted = predictedPaths(predictor, tokens, domainRatio);
  const counted = effectiveProblems(corpora, tokens, domainRatio, fit.pilots.range.tokens[0]);
  const problems = [
    ...repetitionProblems(corpora, tokens, domainRatio),
    ...counted,
    ...(answer.target === null ? leftOver(answer.choice, corpora, definition) : []),
    ...judged.problems,
    ...fit.problems,
    ...request.problems,
    ...size.problems,
    ...reach(fit, params, tokens),
    ...(fit.draws.count === 0 ? [noDraws({})] : []),
    ...blindSpots(fit, constraints),
    ...lossReminder(domainRatio),
    ...impossibleLosses(predicted, params, tokens),
  ];
  return {
    schema: 'mixplan.plan/1',
    basis: 'fit',
    command: request.command,
    fit: { ...request.fitFile },
    level: fit.level,
    model,
    units: Object.fromEntries(fit.evals.map(({ name, unit }) => [name, unit])),
    base: Object.fromEntries(
      size.base.map(({ loss, source, sd }, e) => [
        evalNames[e],
        { loss, sd, source: source as 'given' | 'measured' | 'assumed' },
      ]),
    ),
    budget: budgetTold(
      means,
      {
        asked: goal.kind === 'budget' ? goal.asked : null,
        bought: size.request.tokens ?? { value: tokens, low: tokens, high: tokens },
      },
      tokens,
    ),
    target: answer.target,
    constraints: {
      tolerance: Object.fromEntries(
        constraints.map(({ evalIndex, tolerance }) => [evalNames[evalIndex], tolerance]),
      ),
      confidence,
      maxEpochs: corpora.maxEpochs ?? null,
    },
    meaning: meaningsOf(fit, { params, base: size.base }, constraints, request.meaning),
    objective: Object.fromEntries(objective.map(({ evalIndex, weight }) => [evalNames[evalIndex], weight])),
    runs: [
      trainingRun(fit, {
        model,
        tokens,
        domainRatio,
        corpora,
        sequenceLength: request.sequenceLength,
        told: request.training,
      }),
    ],
    critical: {
      definition,
      point: critical.point,
      interval: pair(critical.interval),
      meanInterval: pair(critical.meanInterval),
      none: shareOf(critical.newRun, 0),
      all: shareOf(critical.newRun, 1),
      binding: critical.binding === undefined ? null : evalNames[critical.binding],
    },
    predicted,
    within: chanceWithin(critical, domainRatio),
    tradeOff: tradeOff(predictor, question, tokens, domainRatio),
    sizes: sizesTold(fit, sizes, answer),
    repetition: repetitionOf(corpora, domainRatio * tokens, fit.level),
    frontier: curve ? frontierTold(sizes.open) : null,
    lawFree,
    outOfSample: judged.outOfSample,
    alternatives: alternatives(answer.choice, lawFree),
    laws: Object.fromEntries(
      fit.evals.map(({ name, members }) => [
        name,
        members.filter(({ weight }) => weight > 0).map(({ law, weight }) => ({ law, weight })),
      ]),
    ),
    extrapolation: counted.length === 0 ? extrapolation : { ...extrapolation, provenance: 'extrapolated' },
    problems: problems.map(problemTold),
  };
}

function reach(fit: FitDocument, params: number, tokens: number): Problem[] {
  const { range } = fit.pilots;
  const distance = distanceFrom(range, params, tokens);
  return [
    ...(distance.verdict === 'near'
      ? []
      : [farExtrapolation({ params: distance.params, tokens: distance.tokens })]),
    ...(tokens < range.tokens[0] ? [fewTokens({ tokens, least: range.tokens[0] })] : []),
  ];
}

function impossibleLosses(predicted: PlanDocument['predicted'], params: number, tokens: number): Problem[] {
  return Object.entries(predicted).flatMap(([set, { end }]) => {
    const loss = Math.min(end.loss, end.interval?.[0] ?? end.loss);
    return loss > 0 ? [] : [impossibleLoss({ set, loss, params, tokens })];
  });
}

/** What each size could do, in the order of their parameters. */
function sizesTold(
  fit: FitDocument,
  { setAside }: Sizes,
  { choice, found, target }: Answer,
): PlanDocument['sizes'] {
  const loss = choice.best.domainLoss;
  const costOfChoice = choice.size.tokenCost * choice.best.tokens;
  const told = found.map(({ size, result }): PlanDocument['sizes'][number] => {
    if (result.kind === 'infeasible') {
      const set = fit.evals[result.evalIndex].name;
      return { kind: 'infeasible', model: modelOf(size.request), set, rise: result.rise };
    }
    const { domainLoss, tokens } = result.best;
    return {
      kind: 'feasible',
      ...choiceTold({ size, best: result.best }),
      chosen: size === choice.size,
      regret: inLosses(size, domainLoss - loss),
      extraCost: target === null ? 0 : (size.tokenCost * tokens) / costOfChoice - 1,
    };
  });
  const others = setAside.map(({ request, problem }): PlanDocument['sizes'][number] => ({
    kind: 'setAside',
    model: modelOf(request),
    problem: problemTold(problem),
  }));
  return [...told, ...others].toSorted((a, b) => a.model.params - b.model.params);
}

function frontierTold(open: readonly Size[]): PlanDocument['frontier'] {
  const unit = open.every(({ request }) => request.means.throughput !== null) ? 'gpu-hours' : 'FLOP';
  return frontier(open).map(({ budget, choice }) => ({
    budget: { unit, amount: budget },
    choice: choice === undefined ? null : choiceTold(choice),
  }));
}

function choiceTold({ size, best }: Choice) {
  const cost: Cost = costOf(size.request.means, best.tokens);
  return {
    model: modelOf(size.request),
    tokens: best.tokens,
    domainRatio: best.domainRatio,
    domainLoss: inLosses(size, best.domainLoss),
    cost: { ...cost },
  };
}

function modelOf({ name, params }: SizeRequest): PlanDocument['model'] {
  return { name, params };
}

function shareOf(sorted: Float64Array, value: number): number {
  return sorted.length === 0 ? 0 : sorted.filter((each) => each === value).length / sorted.length;
}
