/**
 * What the exit status says. An interrupt ends most commands at once, without a code of ours: nothing catches SIGINT for
 * longer than a file is being written, and the shell reports 128 + 2 = 130.
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
  /** Interrupted while it followed something that would have gone on; what was known by then was told. */
  interrupted: 130,
} as const;

export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];
