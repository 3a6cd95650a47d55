/** What repeating its corpora does to a plan. */
import type { PlanDocument } from '../documents/plan.ts';
import { CAUTION_EPOCHS, MEASURED_EPOCHS } from '../laws/modifiers/repetition.ts';
import { valueOfRepeats } from '../laws/modifiers/valueOfRepeats.ts';
import { plannedRatio } from '../mixture/critical.ts';
import { corpusIsLimit, epochsBeyondSources, fewEffectiveTokens, manyEpochs } from '../problems/corpora.ts';
import type { Problem } from '../problems/problem.ts';
import { inLosses } from './baselines.ts';
import { type Corpora, type CorpusName, epochsOf, mostEpochs } from './corpora.ts';
import { domainLosses } from './search.ts';
import type { Choice } from './sizes.ts';
import { type Definition, searchBy } from './turning.ts';

/** The value of each epoch of the domain corpus; null where its size is not known. */
export function repetitionOf(
  { domain, law, constant }: Corpora,
  domainTokens: number,
  level: number,
): PlanDocument['repetition'] {
  return domain === undefined ? null : valueOfRepeats(law, constant, domain, domainTokens, level);
}

const CORPORA = ['domain', 'general'] as const;
/** Rounding of a limit that a plan fills to the last token. */
const ROUNDING = 1e-6;
/** A budget or a corpus that is used up to this share is used up: tokens are found to a thousandth. */
const USED_UP = 0.995;

const seenOf = (corpus: CorpusName, tokens: number, domainRatio: number): number =>
  tokens * (corpus === 'domain' ? domainRatio : 1 - domainRatio);

/** A caution for each corpus that the plan sees more often than was found harmless, or than anybody measured. */
export function repetitionProblems(corpora: Corpora, tokens: number, domainRatio: number): Problem[] {
  return CORPORA.flatMap((corpus) => {
    const epochs = epochsOf(corpora[corpus], seenOf(corpus, tokens, domainRatio));
    if (epochs === null || epochs <= CAUTION_EPOCHS * (1 + ROUNDING)) return [];
    return epochs > MEASURED_EPOCHS * (1 + ROUNDING)
      ? [epochsBeyondSources({ corpus, epochs, measured: MEASURED_EPOCHS })]
      : [manyEpochs({ corpus, epochs, caution: CAUTION_EPOCHS })];
  });
}

/** Tokens at which the domain laws are asked: those of the run, repeated ones counted as what they are worth. */
export function countedTokens(
  { domain, law, constant }: Corpora,
  tokens: number,
  domainRatio: number,
): number {
  const seen = tokens * domainRatio;
  return domain === undefined || seen <= domain
    ? tokens
    : (tokens * law.effectiveTokens(seen, domain, constant.value)) / seen;
}

/** Where repeats count for so little that the domain laws are asked before the first evaluation of any pilot. */
export function effectiveProblems(
  corpora: Corpora,
  tokens: number,
  domainRatio: number,
  firstEvaluation: number,
): Problem[] {
  const counted = countedTokens(corpora, tokens, domainRatio);
  return counted < Math.min(firstEvaluation, tokens)
    ? [fewEffectiveTokens({ tokens, counted, first: firstEvaluation })]
    : [];
}

/** The corpus that is seen as often as it may be; undefined where none is. */
export function corpusUsedUp(
  corpora: Corpora,
  { tokens, domainRatio }: Pick<Choice['best'], 'tokens' | 'domainRatio'>,
): CorpusName | undefined {
  return CORPORA.find((corpus) => {
    const epochs = epochsOf(corpora[corpus], seenOf(corpus, tokens, domainRatio));
    return epochs !== null && epochs >= USED_UP * mostEpochs(corpora, corpus);
  });
}

/**
 * Where a corpus is seen as often as it may be and the budget is not used up: what is left over, and what would use it. The
 * search has found that a smaller share over more tokens does worse, so what that costs is told as well.
 */
export function leftOver({ size, best }: Choice, corpora: Corpora, definition: Definition): Problem[] {
  const bought = size.request.tokens?.value;
  const { tokens } = best;
  if (bought === undefined || tokens >= USED_UP * bought) return [];
  const corpus = corpusUsedUp(corpora, best);
  if (corpus === undefined) return [];
  const epochs = mostEpochs(corpora, corpus);
  const unique = corpora[corpus]!;
  const { predictor, question } = size.search;
  const lifted = { ...question, corpora: { ...corpora, [corpus]: undefined } };
  const whole = searchBy(definition, predictor, lifted).about(bought);
  const allowed =
    whole === undefined
      ? 0
      : plannedRatio(whole.critical, question.confidence, predictor.fit.pilots.range.domainRatio);
  const share = (unique * epochs) / bought;
  const [least] = predictor.fit.pilots.range.domainRatio;
  const smaller =
    corpus === 'domain' && share >= least && share <= allowed
      ? {
          ratio: share,
          loss: inLosses(size, domainLosses(predictor.atTokens(bought), Float64Array.of(share), question)[0]),
          instead: inLosses(size, best.domainLoss),
        }
      : undefined;
  const needed = seenOf(corpus, bought, allowed) / epochs;
  return [
    corpusIsLimit({
      corpus,
      epochs,
      unique,
      tokens,
      bought,
      smaller,
      needed: allowed > 0 && needed > unique ? needed : undefined,
      larger: bought / tokens,
    }),
  ];
}
