import { severalValues } from '../problems/options.ts';
import { Refusal } from '../problems/problem.ts';

/** The one value of an option that may hold several, for commands that answer for one; several are refused. */
export function single(values: readonly number[] | undefined, flag: string): number | undefined {
  if (values !== undefined && values.length > 1)
    throw new Refusal([severalValues({ flag, count: values.length })]);
  return values?.[0];
}
