/**
 * What an accepted rise of general loss means: as a factor on perplexity, and as the pre-training that it undoes.
 *
 * The latter compares with a base that never reached so low a loss. Where the pilots have bases of several sizes, their
 * own line of loss against size tells how much smaller a base has that loss; elsewhere the published law of Chinchilla
 * tells on how many fewer tokens. Both give a range, since how the base was trained is known in part at best.
 */
import type { FitDocument } from '../documents/fit.ts';
import type { Meaning } from '../documents/meaning.ts';
import { type Constraint, limitOf } from './critical.ts';
import type { Target } from './scenario.ts';
import { bitsPerNat } from './tolerances.ts';

/**
 * L = E + A / N^alpha + B / D^beta in nats a token, of which only B and beta matter here: Hoffmann et al. 2022 (arXiv
 * 2203.15556) before rounding, and the refit of Besiroglu et al. 2024 (arXiv 2404.10102).
 */
export const CHINCHILLA = [
  { source: 'Hoffmann et al. 2022', B: Math.exp(6.0179186), beta: 0.2849083 },
  { source: 'Besiroglu et al. 2024', B: 2085.43, beta: 0.3658 },
] as const;
/** Sizes to which the law was fitted; further than ten times beyond them it is not asked. */
const CHINCHILLA_PARAMS = [44e6, 16e9] as const;
const TOO_FAR = 10;
/** Tokens a parameter that bases were pre-trained on: from Chinchilla's rule to the longest trained of today. Assumed. */
const TOKENS_PER_PARAM = [20, 2000] as const;

/** What is told beside the fit. */
export interface MeaningFacts {
  /** Bytes of text in a token, by set; what the fit says unless given. */
  readonly bytesPerToken?: Readonly<Record<string, number>> | undefined;
  /** Tokens that the base was pre-trained on. */
  readonly baseTokens?: number | undefined;
}

/** By set, the meaning of each tolerance, all of it used, for a target whose base losses are known there. */
export function meaningsOf(
  fit: FitDocument,
  { params, base }: Target,
  constraints: readonly Constraint[],
  facts: MeaningFacts = {},
): Record<string, Meaning> {
  return Object.fromEntries(
    constraints.map(({ evalIndex, tolerance }) => {
      const { name, unit, bytesPerToken } = fit.evals[evalIndex];
      const { loss } = base[evalIndex];
      const limit = limitOf(loss, tolerance);
      const nats = inNats(limit - loss, unit === 'bpb', facts.bytesPerToken?.[name] ?? bytesPerToken);
      const computeLost =
        ladderLoss(fit, name, limit / loss) ?? publishedLoss(nats, params, facts.baseTokens);
      return [name, { perplexity: nats === null ? null : Math.exp(nats), computeLost }];
    }),
  );
}

function inNats(rise: number, perByte: boolean, bytesPerToken: number | undefined): number | null {
  if (!perByte) return rise;
  return bytesPerToken === undefined ? null : rise / bitsPerNat(bytesPerToken);
}

/**
 * By the line of ln loss against ln size through the bases: the base whose loss is higher by this factor has fewer
 * parameters. Compute is in proportion to size times tokens; whether tokens grew with size is not known, and is the range.
 */
function ladderLoss({ pilots }: FitDocument, set: string, factor: number): Meaning['computeLost'] {
  const bases = pilots.bases.flatMap(({ params, loss }) => {
    const known = loss[set];
    return known === null || known === undefined ? [] : [{ x: Math.log(params), y: Math.log(known) }];
  });
  const slope = slopeOf(bases);
  if (!(slope < 0)) return null;
  const size = factor ** (1 / slope);
  return { source: 'ladder', low: 1 - size, high: 1 - size ** 2, bases: bases.length };
}

/** Least squares; NaN where all x are the same. */
function slopeOf(points: readonly { readonly x: number; readonly y: number }[]): number {
  const mean = (value: (point: { x: number; y: number }) => number): number =>
    points.reduce((sum, point) => sum + value(point), 0) / points.length;
  const [mx, my] = [mean(({ x }) => x), mean(({ y }) => y)];
  const squares = points.reduce((sum, { x }) => sum + (x - mx) ** 2, 0);
  return points.reduce((sum, { x, y }) => sum + (x - mx) * (y - my), 0) / squares;
}

/** By Chinchilla's law: the share of tokens without which the base would have ended higher by so many nats. */
function publishedLoss(
  nats: number | null,
  params: number,
  baseTokens: number | undefined,
): Meaning['computeLost'] {
  const [least, greatest] = CHINCHILLA_PARAMS;
  if (nats === null || params < least / TOO_FAR || params > greatest * TOO_FAR) return null;
  const range: [number, number] =
    baseTokens === undefined
      ? [TOKENS_PER_PARAM[0] * params, TOKENS_PER_PARAM[1] * params]
      : [baseTokens, baseTokens];
  const lost = CHINCHILLA.flatMap(({ B, beta }) =>
    range.map((tokens) => 1 - (1 + (nats * tokens ** beta) / B) ** (-1 / beta)),
  );
  return { source: 'published', low: Math.min(...lost), high: Math.max(...lost), baseTokens: range };
}
