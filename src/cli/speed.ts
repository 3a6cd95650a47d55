import type { OptionValues } from '../options/all.ts';
import { optionsExclude } from '../problems/options.ts';
import { Refusal } from '../problems/problem.ts';

/** Refuses a measured throughput and a utilisation together, since one of them would be ignored. */
export function refuseTwoSpeeds({ throughput, mfu }: OptionValues<'throughput' | 'mfu'>): void {
  if (throughput === undefined || mfu === undefined) return;
  const why = 'a measured throughput needs no utilisation';
  throw new Refusal([optionsExclude({ flag: '--throughput', other: '--mfu', why })]);
}
