/** What simulated runs obey: exact losses and base losses per evaluation set, and layered noise. */
import type { NoiseModel } from '../fit/noise.ts';
import { bindLaw } from '../laws/kernel.ts';
import type { Inputs, Law } from '../laws/law.ts';
import type { LossUnit, Role } from '../runs/runs.ts';

/** Where losses are wanted; the base loss is the truth's own. */
export type Places = Omit<Inputs, 'baseLoss'>;

export interface TrueEval {
  readonly name: string;
  readonly role: Role;
  readonly unit: LossUnit;
  /** Losses without noise. */
  readonly losses: (places: Places) => Float64Array;
  /** Base loss by size; also what tolerances are counted from. */
  readonly baseLoss: (params: number) => number;
  readonly noise: Pick<NoiseModel, 'evaluation' | 'rho' | 'run' | 'base'>;
  /**
   * Noise grows with the mixture: every layer is multiplied by 1 + spread · R. 0 = the same everywhere; repeats of
   * public runs differ several-fold in spread between mixtures.
   */
  readonly spread: number;
}

export interface Truth {
  /** What to call it in reports: the law's id, or the form in words. */
  readonly id: string;
  readonly evals: readonly TrueEval[];
}

/** The losses of a law with given natural parameters. */
export function lossesOfLaw(
  law: Law,
  natural: ArrayLike<number>,
  role: Role,
  baseLoss: (params: number) => number,
): TrueEval['losses'] {
  return (places) => {
    const kernel = bindLaw(law, { ...places, baseLoss: places.params.map(baseLoss) }, role);
    const x = new Float64Array(kernel.m);
    kernel.fromNatural(natural, x);
    const losses = new Float64Array(places.n);
    kernel.evaluate(x, losses, null);
    return losses;
  };
}

/** Exact losses of one size at one token count over ratios. */
export function lossesOverRatios(
  each: TrueEval,
  params: number,
  tokens: number,
  ratios: Float64Array,
): Float64Array {
  const n = ratios.length;
  return each.losses({
    n,
    params: new Float64Array(n).fill(params),
    tokens: new Float64Array(n).fill(tokens),
    domainRatio: ratios,
  });
}
