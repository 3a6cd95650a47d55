/** What a set of runs can tell: the variation it holds, which laws that carries, and the runs it lacks. */
import {
  fewRatios,
  fewSizes,
  fewTokenCounts,
  noAllDomain,
  noControl,
  noRepeats,
  oneRatio,
  oneSize,
  oneTokenCount,
} from '../problems/evidence.ts';
import type { Problem } from '../problems/problem.ts';
import { formatScaled } from '../units/number.ts';
import { repeatGroups } from './noise.ts';
import { byNumber, distinct, groupBy } from './order.ts';
import type { Runs } from './runs.ts';

/** Values that a curve of three parameters needs before it can disagree with any of them. */
const TESTABLE = 4;
/** Sizes that leave one to test a slope with. */
const TESTABLE_SIZES = 3;

/** What differs between the observations. */
export interface Variation {
  readonly sizes: readonly number[];
  readonly ratios: readonly number[];
  /** Distinct token counts over all runs. */
  readonly tokenCounts: readonly number[];
  /** Sizes of the ratio that has the most: only sizes at the same ratio show what size does. */
  readonly sizesAtOneRatio: readonly number[];
  /** Ratios of the base that has the most. */
  readonly ratiosOfOneBase: readonly number[];
  /** Token counts of the base and ratio that has the most. */
  readonly tokenCountsOfOneMixture: readonly number[];
  /** Names of bases that runs start from, without a run at ratio 0. */
  readonly withoutControl: readonly string[];
  /** Groups of runs that differ in the seed only. */
  readonly repeats: number;
}

/** Distinct sizes, ratios and token counts of these observations. */
export function variationOf(runs: Runs): Variation {
  const observations = Array.from({ length: runs.n }, (_, k) => k);
  const baseOf = (k: number): number => runs.runs[runs.run[k]].base;
  /** The group with the most distinct values: variation within it is not confounded with what tells groups apart. */
  const most = (group: (k: number) => unknown, values: Float64Array): number[] =>
    [...groupBy(observations, group).values()]
      .map((members) => distinct(members.map((k) => values[k])))
      .reduce((best, candidate) => (candidate.length > best.length ? candidate : best), []);
  const byBase = groupBy(runs.runs, ({ base }) => base);
  const withoutControl = runs.bases.filter((_, base) => {
    const started = byBase.get(base);
    return started !== undefined && !started.some(({ domainRatio }) => domainRatio === 0);
  });
  return {
    sizes: distinct(runs.params),
    ratios: distinct(runs.domainRatio),
    tokenCounts: distinct(runs.tokens),
    sizesAtOneRatio: most((k) => runs.domainRatio[k], runs.params),
    ratiosOfOneBase: most(baseOf, runs.domainRatio),
    tokenCountsOfOneMixture: most((k) => `${baseOf(k)} ${runs.domainRatio[k]}`, runs.tokens),
    withoutControl: withoutControl.map(({ id }) => id),
    repeats: repeatGroups(runs).length,
  };
}

/** What laws of each variable lack in these observations: warnings, and notes where it limits no law. */
export function identifiabilityProblems(variation: Variation): Problem[] {
  const { sizes, ratios, tokenCounts, withoutControl, repeats } = variation;
  const { sizesAtOneRatio, ratiosOfOneBase, tokenCountsOfOneMixture } = variation;
  const problems: Problem[] = [];
  if (ratios.length === 1) problems.push(oneRatio({ ratio: ratios[0] }));
  else if (ratiosOfOneBase.length < TESTABLE) problems.push(fewRatios({ ratios: ratiosOfOneBase }));
  if (withoutControl.length > 0) problems.push(noControl({ bases: withoutControl }));
  if (tokenCounts.length === 1) problems.push(oneTokenCount({ tokens: formatScaled(tokenCounts[0]) }));
  else if (tokenCountsOfOneMixture.length < TESTABLE) {
    problems.push(fewTokenCounts({ counts: tokenCountsOfOneMixture.length }));
  }
  if (sizes.length === 1) problems.push(oneSize({ params: formatScaled(sizes[0]) }));
  else if (sizesAtOneRatio.length < TESTABLE_SIZES)
    problems.push(fewSizes({ sizes: sizesAtOneRatio.map(formatScaled) }));
  const highest = ratios[ratios.length - 1];
  if (ratios.length > 1 && highest < 1) problems.push(noAllDomain({ highest }));
  if (repeats === 0) problems.push(noRepeats({}));
  return problems;
}

/** `tested` = there is variation enough to find a law wrong; `fitted` = just enough to fit one; `none` = not even that. */
export type Support = 'none' | 'fitted' | 'tested';

export interface LawSupport {
  /** The variable: domain ratio R, tokens D, size N. */
  readonly variable: 'R' | 'D' | 'N';
  readonly values: number;
  readonly neededToTest: number;
  readonly support: Support;
}

/** Which laws the variation carries. Laws in two or three variables need all of theirs. */
export function lawSupport(variation: Variation): LawSupport[] {
  const support = (values: number, neededToFit: number, neededToTest: number): Support => {
    if (values >= neededToTest) return 'tested';
    return values >= neededToFit ? 'fitted' : 'none';
  };
  const row = (
    variable: LawSupport['variable'],
    values: number,
    neededToFit: number,
    neededToTest: number,
  ): LawSupport => ({ variable, values, neededToTest, support: support(values, neededToFit, neededToTest) });
  return [
    row('R', variation.ratiosOfOneBase.length, TESTABLE - 1, TESTABLE),
    row('D', variation.tokenCountsOfOneMixture.length, TESTABLE - 1, TESTABLE),
    row('N', variation.sizesAtOneRatio.length, TESTABLE_SIZES - 1, TESTABLE_SIZES),
  ];
}

/** A run that would add what is missing. */
export interface SuggestedRun {
  readonly base: string;
  readonly params: number;
  readonly domainRatio: number;
  /** As long as the longest run from that base. */
  readonly tokens: number;
  readonly why: string;
}

/**
 * Runs to add, the most telling first, from bases that are there: the control, ratios in the widest gaps until
 * four are there at the base that has the most, and a repeat from the smallest base. Controls each base needs.
 */
export function suggestRuns(runs: Runs, variation: Variation): SuggestedRun[] {
  if (runs.n === 0) return [];
  const started = groupBy(runs.runs, ({ base }) => base);
  const cheapest = runs.bases.findIndex((_, base) => started.has(base));
  const ratiosOf = (base: number): number[] =>
    distinct(started.get(base)?.map(({ domainRatio }) => domainRatio) ?? []);
  const broadest = runs.bases.reduce(
    (best, _, base) => (ratiosOf(base).length > ratiosOf(best).length ? base : best),
    cheapest,
  );
  const at = (base: number, domainRatio: number, why: string): SuggestedRun => {
    const { id, params } = runs.bases[base];
    const tokens = Math.max(...started.get(base)!.map(({ lastTokens }) => lastTokens));
    return { base: id, params, domainRatio, tokens, why };
  };
  const suggestions = runs.bases.flatMap(({ id }, base) => {
    if (!variation.withoutControl.includes(id)) return [];
    return [at(base, 0, 'control: tells re-warming from forgetting')];
  });
  for (const ratio of fillGaps(variation.ratiosOfOneBase)) {
    suggestions.push(at(broadest, ratio, 'a further ratio: laws in R can then be tested'));
  }
  if (variation.repeats === 0) {
    const ratios = ratiosOf(cheapest);
    const middle = ratios[ratios.length >> 1];
    suggestions.push(at(cheapest, middle, 'a repeat with another seed: shows the scatter between runs'));
  }
  return suggestions;
}

/** Ratios worth running: 1 is left out, as training without replay is a regime of its own. */
const CANDIDATES: readonly number[] = [0.1, 0.25, 0.5, 0.75, 0.9];

/** Candidates that bring the distinct ratios, 0 included, to four, each as far from the others as can be. */
function fillGaps(ratios: readonly number[]): number[] {
  const there = distinct([0, ...ratios]);
  const distance = (candidate: number): number =>
    Math.min(...there.map((ratio) => Math.abs(ratio - candidate)));
  const added: number[] = [];
  while (there.length < TESTABLE) {
    const farthest = CANDIDATES.reduce((best, candidate) =>
      distance(candidate) > distance(best) ? candidate : best,
    );
    added.push(farthest);
    there.push(farthest);
  }
  return added.sort(byNumber);
}
