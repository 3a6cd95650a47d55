/** What repeating its corpora does to a plan. */
import type { PlanDocument } from '../documents/plan.ts';
import { CAUTION_EPOCHS } from '../laws/modifiers/repetition.ts';
import { valueOfRepeats } from '../laws/modifiers/valueOfRepeats.ts';
import { manyEpochs } from '../problems/goals.ts';
import type { Problem } from '../problems/problem.ts';
import { type Corpora, epochsOf } from './corpora.ts';

/** The value of each epoch of the domain corpus; null where its size is not known. */
export function repetitionOf(
  { domain, law, constant }: Corpora,
  domainTokens: number,
  level: number,
): PlanDocument['repetition'] {
  return domain === undefined ? null : valueOfRepeats(law, constant, domain, domainTokens, level);
}

/** A caution for each corpus that the plan sees more often than was found harmless. */
export function repetitionProblems(corpora: Corpora, tokens: number, domainRatio: number): Problem[] {
  const seen = { domain: domainRatio * tokens, general: (1 - domainRatio) * tokens } as const;
  return (['domain', 'general'] as const).flatMap((corpus) => {
    const epochs = epochsOf(corpora[corpus], seen[corpus]);
    return epochs !== null && epochs > CAUTION_EPOCHS
      ? [manyEpochs({ corpus, epochs, caution: CAUTION_EPOCHS })]
      : [];
  });
}
