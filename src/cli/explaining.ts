/** `--explain`: where the answer is asked for that is explained, and the explanation as a document. */
import type { ExplanationDocument } from '../documents/explanation.ts';
import type { FitDocument } from '../documents/fit.ts';
import { adviceOn } from '../explain/advice.ts';
import { explanationOf } from '../mixture/explanation.ts';
import { type OptionValues, optionOf } from '../options/all.ts';
import { noCriticalRatio } from '../problems/explanation.ts';
import { optionNeeds, optionsExclude } from '../problems/options.ts';
import { type Problem, Refusal } from '../problems/problem.ts';
import { type ExplainingOptions, explainingOptions } from './explainingOptions.ts';
import { constraintsOf, refuseTooFar, refuseUnmodelledRatio, targetOf } from './question.ts';
import { single } from './single.ts';

/** A rise of general loss that many accept; used where none is asked for. */
export const USUAL_TOLERANCE = { kind: 'everySet', tolerance: { kind: 'relative', share: 0.03 } } as const;

/** Refuses questions without `--explain`, and two answers on standard output. */
export function refuseStrayQuestions(values: OptionValues<ExplainingOptions | 'output'>): void {
  const problems: Problem[] = [];
  if (!values.explain) {
    for (const name of explainingOptions) {
      if (values[name] !== undefined && values[name] !== false)
        problems.push(optionNeeds({ flag: optionOf(name).flag, needs: '--explain' }));
    }
  } else if (values.output === '-') {
    const why = 'the fit and its explanation would both go to standard output';
    problems.push(optionsExclude({ flag: '--explain', other: '--output -', why }));
  }
  if (problems.length > 0) throw new Refusal(problems);
}

/**
 * Explains the critical ratio at the size, tokens and tolerance that were given; by default at the largest and longest
 * pilots and 3%.
 */
export function explain(
  fit: FitDocument,
  values: OptionValues<ExplainingOptions>,
): { document: ExplanationDocument; problems: readonly Problem[] } {
  const { range } = fit.pilots;
  const constraints = constraintsOf(fit, values.tolerance ?? USUAL_TOLERANCE);
  const constrained = constraints.map(({ evalIndex }) => evalIndex);
  refuseUnmodelledRatio(fit, constrained);
  const asked = { ...values, params: values.params ?? [range.params[1]] };
  const { target, problems } = targetOf(fit, asked, (e) => constrained.includes(e));
  const tokens = single(values.tokens, '--tokens') ?? range.tokens[1];
  const distance = refuseTooFar(fit, target.params, [tokens, tokens], values.extrapolate);
  const explanation = explanationOf(fit, { target, tokens, constraints });
  const document = { ...explanation, advice: adviceOn(explanation) };
  return { document, problems: [...problems, ...distance.problems, ...noneInside(document)] };
}

function noneInside({ critical: { point, binding }, ends, searched }: ExplanationDocument): Problem[] {
  if (point.kind === 'at') return [];
  // Where every ratio is acceptable no set binds: the one that comes nearest to its limit is told.
  const nearest = ends.toSorted((a, b) => b.highest - a.highest)[0];
  const { set, lowest, highest } = ends.find((each) => each.set === binding) ?? nearest;
  return [noCriticalRatio({ end: point.kind, set, searched, rises: [lowest, highest] })];
}
