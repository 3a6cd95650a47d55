/** The evaluation sets of some runs: what each is good for, and in which unit its losses are. */
import { evalUnitsDiffer } from '../problems/logs.ts';
import type { Problem } from '../problems/problem.ts';
import { choiceUnknown } from '../problems/units.ts';
import { roleFromName } from '../runs/evals.ts';
import type { LossUnit, Role } from '../runs/runs.ts';
import type { Fact, FactOf, LogFacts } from './facts.ts';

/** A set as the runs so far have it. */
export interface SetSeen {
  readonly name: string;
  readonly role: Role | undefined;
  readonly unit: LossUnit;
  readonly runs: string[];
}

/** Adds a set of a run to those that were seen; what does not go together is reported. */
export function noteSet(
  sets: Map<string, SetSeen>,
  name: string,
  run: string,
  factOf: FactOf,
  units: Readonly<Record<string, LossUnit>>,
  facts: LogFacts,
  report: (problem: Problem) => void,
): void {
  const unit = facts.units?.[name] ?? unitOf(factOf(`unit_${name}`), report) ?? units[name] ?? 'nats';
  const role = facts.roles?.[name] ?? roleOf(factOf(`role_${name}`), report) ?? roleFromName(name);
  const seen = sets.get(name);
  if (seen === undefined) sets.set(name, { name, role, unit, runs: [run] });
  else if (seen.unit !== unit)
    report(evalUnitsDiffer({ set: name, run, unit, other: seen.unit, otherRun: seen.runs[0] }));
  else if (seen.role === undefined && role !== undefined) sets.set(name, { ...seen, role });
}

function unitOf(fact: Fact | undefined, report: (problem: Problem) => void): LossUnit | undefined {
  return oneOf(['nats', 'bpb', 'ppl'] as const, 'unit', fact, report);
}

function roleOf(fact: Fact | undefined, report: (problem: Problem) => void): Role | undefined {
  return oneOf(['general', 'domain'] as const, 'role', fact, report);
}

function oneOf<T extends string>(
  choices: readonly T[],
  name: string,
  fact: Fact | undefined,
  report: (problem: Problem) => void,
): T | undefined {
  if (fact === undefined) return undefined;
  const found = choices.find((choice) => choice === fact.text);
  if (found === undefined) report(choiceUnknown({ text: fact.text, name, choices }, fact.place));
  return found;
}
