/** What a fit minimises. */
import { type Loss, robust, squared } from '../lsq/losses.ts';

export const OBJECTIVES = ['huber', 'log-huber', 'squared'] as const;
export type ObjectiveKind = (typeof OBJECTIVES)[number];

/**
 * `huber`: on the loss itself; its corner at `delta` nats, by default 1.345 × the robust scale of the residuals
 * (95% efficiency under normal noise, Huber 1964). `log-huber`: on the logarithm of the loss with 1e-3, the
 * setting of the scaling-law literature (Hoffmann et al. 2022). `squared`: plain least squares on the loss.
 */
export interface ObjectiveChoice {
  readonly kind: ObjectiveKind;
  /** Corner of Huber's loss, in nats for `huber` and in ln(loss) for `log-huber`; undefined = the default. */
  readonly delta: number | undefined;
}

export const LITERATURE_DELTA = 1e-3;
export const HUBER_EFFICIENT = 1.345;

/** An objective with its corner settled. */
export interface Objective {
  readonly kind: ObjectiveKind;
  /** 0 for `squared`. */
  readonly delta: number;
}

export function lossOf({ kind, delta }: Objective): Loss {
  return kind === 'squared' ? squared : robust('huber', delta);
}
