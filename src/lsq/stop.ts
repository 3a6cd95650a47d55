/** Why a solve ended. */

export type Stop =
  /** The undamped step still to go is shorter than the tolerance. */
  | { readonly kind: 'converged'; readonly remaining: number }
  /** The step still to go is above the tolerance, but lost in the rounding of the residuals. */
  | { readonly kind: 'precision'; readonly remaining: number }
  | { readonly kind: 'evaluationLimit'; readonly remaining: number }
  | { readonly kind: 'stalled'; readonly remaining: number }
  | { readonly kind: 'startNotFinite' };

export type StopKind = Stop['kind'];

interface StopMeaning {
  /** The parameters are a stationary point, as far as the arithmetic can tell. */
  readonly success: boolean;
  readonly sentence: string;
}

/** `remaining` of a stop is in standard errors: the longest any combination of parameters has still to go. */
export const stopMeanings: Readonly<Record<StopKind, StopMeaning>> = {
  converged: {
    success: true,
    sentence: 'The step still to go is shorter than the tolerance, counted in standard errors.',
  },
  precision: {
    success: true,
    sentence:
      'The step still to go is above the tolerance, but its effect is lost in floating-point rounding.',
  },
  evaluationLimit: {
    success: false,
    sentence: 'The limit on evaluations was reached before the step still to go became short.',
  },
  stalled: {
    success: false,
    sentence:
      'No step along the Jacobian lowers the objective, although the Jacobian promises one: the model jumps, has a wrong Jacobian, or is not defined around this point.',
  },
  startNotFinite: {
    success: false,
    sentence: 'The residuals or their derivatives are not finite at the starting point.',
  },
};
