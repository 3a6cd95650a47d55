/** Paths and names that go into files of trainers which split or interpret them. */
import { type Problem, Refusal } from '../problems/problem.ts';
import { nameUnsafe } from '../problems/trainers.ts';
import type { EmitRequest } from './adapter.ts';

/** Every name of a request that files carry, with what it is. */
function namesOf({ data, evalData, base, tokenizer, output }: EmitRequest): [what: string, value: string][] {
  return [
    ...Object.entries(data).map(([corpus, path]): [string, string] => [`data of ${corpus}`, path]),
    ...Object.entries(evalData).map(([set, path]): [string, string] => [`evaluation data of ${set}`, path]),
    ['base', base],
    ['output folder', output],
    ...(tokenizer === null ? [] : [['tokenizer', tokenizer] as [string, string]]),
  ];
}

/**
 * Refuses every name with a character that `unsafe` matches. `why` ends the sentence that opens with the name: "holds a
 * space, and arguments are split at spaces".
 */
export function refuseUnsafeNames(request: EmitRequest, unsafe: RegExp, why: string): void {
  const problems: Problem[] = namesOf(request)
    .filter(([, value]) => unsafe.test(value))
    .map(([what, value]) => nameUnsafe({ what, value, why }));
  if (problems.length > 0) throw new Refusal(problems);
}
