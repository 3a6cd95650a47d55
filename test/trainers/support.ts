import { Refusal } from '../../src/problems/problem.ts';
import type { EmitRequest } from '../../src/trainers/adapter.ts';

/** Codes of the problems with which a call is refused; empty where it is not. */
export function codesOf(call: () => unknown): readonly string[] {
  try {
    call();
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.problems.map(({ code }) => code);
  }
}

/** Runs whose corpora have at least this share, where they take part at all. */
export function atLeast(least: number): (request: EmitRequest) => EmitRequest {
  return (request) => {
    const { run } = request;
    const raised = run.corpora.map(({ share }) => (share === 0 ? 0 : Math.max(share, least)));
    const sum = raised.reduce((total, share) => total + share, 0);
    const corpora = run.corpora.map((corpus, k) => ({ ...corpus, share: raised[k] / sum }));
    return { ...request, run: { ...run, corpora } };
  };
}
