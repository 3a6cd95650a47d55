/** A plan from a published curve: the ratio that it names for the tokens that the budget buys, and no loss at all. */
import type { CriticalLawDocument } from '../documents/criticalLaw.ts';
import type { CurvePlanDocument } from '../documents/unpiloted.ts';
import { sameSize } from '../mixture/predictor.ts';
import type { Problem } from '../problems/problem.ts';
import {
  budgetBeyondCurve,
  curveBeyondOne,
  curveExtrapolated,
  curveOfOtherSize,
  curveTooFar,
  noTurningPoint,
  publishedCurve,
} from '../problems/published.ts';
import type { Purchase } from './budget.ts';
import { type CurvePoint, curveAt, tokensFor } from './publishedCurve.ts';
import { budgetTold, problemTold } from './told.ts';
import { plainRun } from './trainingRun.ts';

export interface CurveRequest {
  readonly law: CriticalLawDocument;
  readonly file: { readonly path: string | null; readonly sha256: string };
  readonly params: number;
  readonly modelName: string | null;
  readonly purchase: Purchase;
  readonly sequenceLength: number | undefined;
  readonly extrapolate: boolean;
  readonly command: string;
}

export type CurveOutcome =
  | { readonly kind: 'planned'; readonly plan: CurvePlanDocument }
  /** An honest negative. */
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

/**
 * The plan trains as long as the budget allows and the curve was measured; with `extrapolate` for the whole budget. A
 * budget that ends before the first turning point, or another size without `extrapolate`, is refused.
 */
export function planFromCurve(request: CurveRequest): CurveOutcome {
  const { law, file, params, modelName, purchase, extrapolate } = request;
  const bought = purchase.tokens.value;
  const longest = law.range.tokens[1];
  const size = sizeFactor(law, params);
  if (size > 1 && !extrapolate) {
    const facts = { asked: params, params: law.model.params, name: law.name };
    return { kind: 'refused', problems: [curveOfOtherSize(facts)] };
  }
  const tokens = extrapolate ? bought : Math.min(bought, longest);
  const found = curveAt(law, tokens);
  const problem = refusal(law, found, extrapolate);
  if (problem !== undefined || found.point.kind !== 'at')
    return { kind: 'refused', problems: problem === undefined ? [] : [problem] };
  const { ratio } = found.point;
  const model = { name: modelName, params };
  const problems = [
    ...purchase.problems,
    ...reachProblems(law, found),
    ...(bought > tokens ? [budgetBeyondCurve({ bought, used: tokens, times: bought / longest })] : []),
    publishedCurve({ name: law.name, domain: law.domain, transcribed: law.source.transcribed }),
  ];
  return {
    kind: 'planned',
    plan: {
      schema: 'mixplan.plan/1',
      basis: 'publishedCurve',
      command: request.command,
      fit: null,
      law: { ...file, ...sourceOf(law) },
      model,
      budget: budgetTold(purchase, { asked: purchase.asked, bought: purchase.tokens }, tokens),
      runs: [
        plainRun({ model, tokens, domainRatio: ratio, sequenceLength: request.sequenceLength }, 'constant'),
      ],
      critical: { definition: law.definition, point: { kind: 'at', ratio }, interval: null },
      curve: [0.25, 0.5, 1]
        .map((part) => part * longest)
        .concat([tokens, bought])
        .toSorted((a, b) => a - b)
        .filter((each, i, all) => i === 0 || each > 1.001 * all[i - 1])
        .map((each) => pointTold(law, each)),
      predicted: null,
      within: null,
      extrapolation: {
        params: size,
        tokens: found.times,
        provenance: size > 1 || found.times > 1 ? 'extrapolated' : 'published',
      },
      problems: problems.map(problemTold),
    },
  };
}

/** A point of the curve as documents carry it. */
export function pointTold(law: CriticalLawDocument, tokens: number): CurvePlanDocument['curve'][number] {
  const { point, provenance, times } = curveAt(law, tokens);
  return { tokens, point: { ...point }, provenance, times };
}

/** Why there is no answer at a point; undefined where there is one. */
export function refusal(
  law: CriticalLawDocument,
  { tokens, point, times, verdict }: CurvePoint,
  extrapolate: boolean,
): Problem | undefined {
  if (point.kind === 'none') return noTurningPoint({ tokens, name: law.name, from: tokensFor(law, 0) });
  if (verdict === 'tooFar' && !extrapolate) return curveTooFar({ tokens, times, most: law.range.tokens[1] });
  if (point.kind === 'beyondOne') return curveBeyondOne({ tokens, name: law.name, from: tokensFor(law, 1) });
  return undefined;
}

/** Warnings about an answer outside the measurements. */
export function reachProblems(law: CriticalLawDocument, { tokens, times, point }: CurvePoint): Problem[] {
  const [least, most] = law.range.tokens;
  return times > 1 && point.kind === 'at' ? [curveExtrapolated({ tokens, times, least, most })] : [];
}

export function sourceOf({ name, source }: CriticalLawDocument) {
  return {
    name,
    transcribed: source.transcribed,
    source: `${source.authors}, ${source.title}, arXiv ${source.arxiv}, ${source.where}`,
  };
}

/** How many times a size is that of the curve, either way; 1 for its own. */
export function sizeFactor(law: CriticalLawDocument, params: number): number {
  const own = law.model.params;
  return sameSize(params, own) ? 1 : Math.max(params / own, own / params);
}
