/**
 * Tokens and ratio together for one size by turning point (Gu et al. 2024, arXiv 2407.17467): the least predicted domain loss
 * where, with the confidence asked, general loss has stopped rising before the end and ends within its tolerance. Unlike by
 * tolerance alone, longer runs leave more ratios open, and short ones none.
 */
import type { Predictor } from '../mixture/predictor.ts';
import { turningPointRatio } from '../mixture/turningPoint.ts';
import { type CriticalAt, type Question, type SizeSearch, sizeSearch } from './search.ts';

export type Definition = 'tolerance' | 'turning-point';

/** One size under one question, by either definition. */
export function searchBy(definition: Definition, predictor: Predictor, question: Question): SizeSearch {
  if (definition === 'tolerance') return sizeSearch(predictor, question);
  const turned: CriticalAt = ({ tokens }, fineness) =>
    turningPointRatio(predictor, tokens, question.constraints, fineness);
  return sizeSearch(predictor, question, turned);
}
