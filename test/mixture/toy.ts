/** Fits made by hand, whose answers can be worked out on paper. */
import type { FitDocument } from '../../src/documents/fit.ts';
import type { Law } from '../../src/laws/law.ts';
import { lawById } from '../../src/laws/registry.ts';
import type { Role } from '../../src/runs/runs.ts';

export type Parameters = Readonly<Record<string, number>>;

export interface ToySet {
  readonly name: string;
  readonly role: Role;
  readonly law: string;
  readonly point: Parameters;
  readonly draws?: readonly Parameters[];
  readonly noise?: Partial<FitDocument['evals'][number]['noise']>;
}

export interface ToyOptions {
  readonly range?: FitDocument['pilots']['range'];
  readonly bases?: FitDocument['pilots']['bases'];
  readonly level?: number;
}

const valuesOf = (law: Law, parameters: Parameters) =>
  law.parameters.map(({ name }) => parameters[name] ?? 0);

/** One law a set, with the parameters of the fit and of each draw as they are given; what is not named is 0. */
export function toyFit(sets: readonly ToySet[], options: ToyOptions = {}): FitDocument {
  const count = sets[0].draws?.length ?? 0;
  const losses = Object.fromEntries(sets.map(({ name }) => [name, 2]));
  return {
    schema: 'mixplan.fit/1',
    seed: 1,
    level: options.level ?? 0.9,
    pilots: {
      files: [],
      bases: options.bases ?? [{ id: 'base', params: 1e9, loss: losses }],
      runs: [],
      observations: { run: [], tokens: [], loss: {}, file: [], line: [] },
      setAside: [],
      range: options.range ?? { params: [1e9, 1e9], tokens: [1e9, 1e10], domainRatio: [0, 1] },
    },
    evals: sets.map(({ name, role, law: id, point, noise }) => {
      const law = lawById(id)!;
      return {
        name,
        role,
        unit: 'nats',
        noise: { evaluation: 0, rho: 0, run: 0, base: 0, priorShare: 0, ...noise },
        members: [
          {
            law: id,
            formula: law.formula,
            parameters: law.parameters.map(({ name: parameter, unit, pinned }, k) => ({
              name: parameter,
              value: valuesOf(law, point)[k],
              unit,
              interval: null,
              atBound: null,
              pinned: pinned !== undefined,
            })),
            objective: { kind: 'squared', delta: 0, value: 0 },
            starts: { tried: 1, agreeing: 1 },
            weight: 1,
            holdout: [],
            discrepancy: {
              tokens: { perEfold: 0, byRatio: [], surprise: 0 },
              params: { perEfold: 0, byRatio: [], surprise: 0 },
            },
            residualScale: 0,
            brokenPromises: [],
          },
        ],
        notFitted: [],
      };
    }),
    draws: {
      count,
      resampling: 'none',
      notConverged: 0,
      evals: sets.map(({ law, draws = [] }) => ({
        member: draws.map(() => 0),
        parameters: draws.map((draw) => valuesOf(lawById(law)!, draw)),
      })),
    },
    problems: [],
  };
}

/**
 * General loss L0 + F·ln(1 + R·D / (k + c·(1 − R)·D)) with k = D, so that the rise is F·ln(1 + R / (1 + c·(1 − R))) at
 * these tokens and its crossing of a rise is known.
 */
export function forgetting(
  name: string,
  F: number,
  c: number,
  tokens: number,
  draws?: readonly number[],
): ToySet {
  const parameters = (of: number): Parameters => ({ F: of, c, k: tokens, w: 1, h: 1, m: 1 });
  return {
    name,
    role: 'general',
    law: 'change-general',
    point: parameters(F),
    ...(draws === undefined ? {} : { draws: draws.map(parameters) }),
  };
}

export const crossingOf = (F: number, c: number, rise: number): number => {
  const undone = Math.expm1(rise / F);
  return (undone * (1 + c)) / (1 + undone * c);
};
