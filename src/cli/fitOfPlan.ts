import { dirname, join } from 'node:path';
import type { PlanDocument } from '../documents/plan.ts';

/** Where the fit of a plan lies: beside the plan, or from the current folder on for a plan from standard input. */
export function fitPathOf({ fit }: PlanDocument, path: string): string {
  return join(path === '-' ? '.' : dirname(path), fit.path);
}
