/**
 * Tokens and ratio together for one size by turning point (Gu et al. 2024, arXiv 2407.17467): the least predicted domain loss
 * where, with the confidence asked, general loss has stopped rising before the end and ends within its tolerance. Unlike by
 * tolerance alone, longer runs leave more ratios open, and short ones none.
 */
import { plannedRatio } from '../mixture/critical.ts';
import type { Predictor } from '../mixture/predictor.ts';
import { turningPointRatio } from '../mixture/turningPoint.ts';
import { ratioBounds } from './corpora.ts';
import { minimumByZoom } from './minimum.ts';
import { type Candidate, domainLosses, type Question, type SizeSearch, sizeSearch } from './search.ts';

export type Definition = 'tolerance' | 'turning-point';

/** Ratios between which crossings are interpolated while searching. */
const COARSE = 33;

/** One size under one question, by either definition. */
export function searchBy(definition: Definition, predictor: Predictor, question: Question): SizeSearch {
  if (definition === 'tolerance') return sizeSearch(predictor, question);
  const remembered = (grid?: number) => {
    const found = new Map<number, Candidate | undefined>();
    return (tokens: number): Candidate | undefined => {
      if (!found.has(tokens)) found.set(tokens, candidate(predictor, question, tokens, grid));
      return found.get(tokens);
    };
  };
  return { predictor, question, exactly: remembered(), about: remembered(COARSE) };
}

function candidate(
  predictor: Predictor,
  question: Question,
  tokens: number,
  grid?: number,
): Candidate | undefined {
  const { domainRatio: piloted } = predictor.fit.pilots.range;
  const { constraints, confidence, corpora } = question;
  const critical = turningPointRatio(predictor, tokens, constraints, grid);
  const planned = plannedRatio(critical, confidence, piloted);
  const [low, most] = ratioBounds(corpora, tokens, piloted);
  const high = Math.min(planned, most);
  if (planned === 0 || low > high) return undefined;
  const at = predictor.atTokens(tokens);
  const { x: domainRatio, value } = minimumByZoom((ratios) => domainLosses(at, ratios, question), low, high);
  return { tokens, domainRatio, critical, domainLoss: value };
}
