/** Trouble with what least squares are given. Trouble on the way is an outcome of the solver, not a problem. */
import { declareProblem } from './problem.ts';

export const lsqLengthMismatch = declareProblem<{
  what: string;
  length: number;
  expected: number;
  unit: string;
}>({
  code: 'lsq-length-mismatch',
  severity: 'error',
  title: 'least squares: an array of the wrong length',
  message: ({ what, length, expected, unit }) =>
    `The ${what} have ${length} elements, but the problem has ${expected} ${unit}.`,
  hint: ({ expected, unit }) => `give one element for each of the ${expected} ${unit}`,
  explanation:
    'Starting values and bounds need one element per parameter, weights one per residual. A shorter or longer array is refused, because recycling or cutting it would fit something nobody asked for.',
});

export const lsqValueOutOfRange = declareProblem<{ what: string; value: number; expected: string }>({
  code: 'lsq-value-out-of-range',
  severity: 'error',
  title: 'least squares: a value out of range',
  message: ({ what, value, expected }) => `The ${what} is ${value}, expected: ${expected}.`,
  explanation:
    'Starting values must be finite, standard deviations and scales of robust losses positive and finite, weights and counts finite and not negative. A row that should not count gets the weight or the count 0, never an infinite standard deviation.',
});

export const lsqBoundsCrossed = declareProblem<{ index: number; lower: number; upper: number }>({
  code: 'lsq-bounds-crossed',
  severity: 'error',
  title: 'least squares: a lower bound above its upper bound',
  message: ({ index, lower, upper }) =>
    `Parameter ${index} (counted from 0) has the lower bound ${lower} and the upper bound ${upper}, expected lower ≤ upper.`,
  hint: () => 'equal bounds hold a parameter fixed; -Infinity and Infinity mean none',
  explanation:
    'A parameter can only lie between its bounds if the lower one does not exceed the upper one, and neither is NaN. Equal bounds are fine: they hold the parameter at that value.',
});
