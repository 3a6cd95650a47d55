import { expect } from 'vitest';
import { Refusal } from '../../src/problems/problem.ts';

/** The codes of the problems that `action` refuses with; fails where it does anything else. */
export function refusalCodes(action: () => unknown): readonly string[] {
  try {
    const value = action();
    return expect.fail(`accepted as ${JSON.stringify(value)}`);
  } catch (error) {
    if (error instanceof Refusal) return error.problems.map((problem) => problem.code);
    throw error;
  }
}

/** The same for an action that is awaited. */
export async function refusalOf(action: () => Promise<unknown>): Promise<Refusal> {
  try {
    const value = await action();
    return expect.fail(`accepted as ${JSON.stringify(value)}`);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
