/** Why the confidence of an answer is no promise, where it is none. */
import { withoutPromise } from '../problems/guards.ts';
import { baseLossAssumed } from '../problems/plan.ts';

/** Completes "but ..., so it is no promise" from the warnings of an answer; undefined where confidence is promised. */
export function whyNoPromise(problems: readonly { readonly code: string }[]): string | undefined {
  const said = new Set(problems.map(({ code }) => code));
  const assumed = [
    ...(said.has(baseLossAssumed.code) ? ['the base loss behind that'] : []),
    ...([...withoutPromise].some((code) => said.has(code))
      ? ['the likeness of the pilots to each other and to this run']
      : []),
  ];
  if (assumed.length === 0) return undefined;
  return `${assumed.join(' and ')} ${assumed.length === 1 ? 'is' : 'are'} assumed`;
}
