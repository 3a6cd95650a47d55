/** Files that the screen is taken away in. */
import { writeAllAtomically } from '../documents/atomic.ts';
import { canonicalJson } from '../documents/canonical.ts';
import { Refusal } from '../problems/problem.ts';
import type { Answer } from './answer.ts';
import type { Held } from './source.ts';

const PLAN_FILE = 'plan.json';

/** Writes the plan, and its fit where that is not a file already; says what was written, or why not. */
export async function exportPlan(held: Held, answer: Answer): Promise<string> {
  if (answer.kind !== 'planned' || answer.plan === undefined) return 'there is no plan to write';
  const { source, exclude, fit } = held;
  const writesFit = source.kind === 'runs' || exclude.length > 0;
  const files = [
    { path: PLAN_FILE, text: canonicalJson(answer.plan) },
    ...(writesFit ? [{ path: source.pathWithout(exclude), text: canonicalJson(fit) }] : []),
  ];
  try {
    await writeAllAtomically(files, { force: false });
    return `wrote ${files.map(({ path }) => path).join(' and ')}`;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.problems.map(({ message, hint }) => `${message} ${hint ?? ''}`).join(' ');
  }
}
