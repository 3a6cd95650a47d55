/**
 * What the exit status says. An interrupt needs no code of ours: nothing catches SIGINT for longer than a
 * file is being written, so a fit in full flight dies at once and the shell reports 128 + 2 = 130.
 */
export const exitStatus = {
  /** The answer was given. */
  done: 0,
  /** An honest negative: infeasible, not converged, extrapolation refused, off course. */
  negative: 1,
  /** Wrong usage or bad data: the caller has to change something. */
  badInput: 2,
  /** A fault of mixplan itself. */
  bug: 70,
} as const;

export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];
