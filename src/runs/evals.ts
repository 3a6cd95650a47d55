/** Which loss columns are evaluation sets of which role and unit. */
import { nearest } from '../problems/nearest.ts';
import { evalNameUnusable, evalRoleMissing, evalUnknown, noEvals, roleAbsent } from '../problems/runs.ts';
import type { LossUnit, Role } from './runs.ts';
import type { Report } from './table.ts';

export interface EvalSpec {
  readonly name: string;
  /** Name of its column. */
  readonly column: string;
  readonly role: Role;
  /** Unit of the column. */
  readonly unit: LossUnit;
  readonly bytesPerToken: number | undefined;
  readonly replayed: boolean | undefined;
}

/** What is told about sets by name. */
export interface EvalFacts {
  /** Role of evaluation sets whose name does not tell it. */
  readonly roles?: Readonly<Record<string, Role>> | undefined;
  /** Unit of evaluation sets; nats a token where none is given. */
  readonly units?: Readonly<Record<string, LossUnit>> | undefined;
  /** Bytes of text in a token of a set, on average. */
  readonly bytesPerToken?: Readonly<Record<string, number>> | undefined;
  /** General sets whose text is of the replay corpus; where any is named, the others are taken not to be. */
  readonly replayEvals?: readonly string[] | undefined;
}

const PREFIX = 'loss_';

/**
 * Evaluation sets among the columns in use: general sets before domain sets, the plain `general` and `domain`
 * first, then by name, so that the order of columns does not matter. A set whose role is neither given nor plain
 * from its name is reported and left out.
 */
export function findEvals(
  used: ReadonlySet<string>,
  { roles = {}, units = {}, bytesPerToken = {}, replayEvals }: EvalFacts,
  report: Report,
): EvalSpec[] {
  const columns = [...used].filter((name) => name.startsWith(PREFIX) && name.length > PREFIX.length);
  const names = columns.map((column) => column.slice(PREFIX.length));
  for (const [option, given] of [
    ['--role', Object.keys(roles)],
    ['--unit', Object.keys(units)],
    ['--bytes-per-token', Object.keys(bytesPerToken)],
    ['--replay-eval', replayEvals ?? []],
  ] as const) {
    for (const name of given.filter((candidate) => !names.includes(candidate))) {
      report(evalUnknown({ option, name, nearest: nearest(name, names) }, { field: option }));
    }
  }
  if (names.length === 0) report(noEvals({}));

  const evals: EvalSpec[] = [];
  for (const name of names.sort()) {
    const role = Object.hasOwn(roles, name) ? roles[name] : roleFromName(name);
    const why = unusable(name);
    if (why !== undefined) report(evalNameUnusable({ name, why }, { field: PREFIX + name }));
    else if (role === undefined) report(evalRoleMissing({ name }, { field: PREFIX + name }));
    else
      evals.push({
        name,
        column: PREFIX + name,
        role,
        unit: Object.hasOwn(units, name) ? units[name] : 'nats',
        bytesPerToken: Object.hasOwn(bytesPerToken, name) ? bytesPerToken[name] : undefined,
        replayed: replayEvals === undefined || role === 'domain' ? undefined : replayEvals.includes(name),
      });
  }
  if (evals.length === names.length && names.length > 0) {
    for (const role of ['general', 'domain'] as const) {
      if (!evals.some((one) => one.role === role)) report(roleAbsent({ role }));
    }
  }
  const rank = ({ name, role }: EvalSpec): number => (role === 'general' ? 0 : 2) + (name === role ? 0 : 1);
  return evals.sort((a, b) => rank(a) - rank(b));
}

/** Why a name cannot be that of a set; undefined where it can. */
function unusable(name: string): string | undefined {
  if (/\p{Cc}/u.test(name)) return 'with a control character or line break in it';
  return name in {} ? 'that JavaScript keeps for itself' : undefined;
}

/** `general`, `general_wiki`, `domain`, `domain_law`; anything else needs to be told. */
export function roleFromName(name: string): Role | undefined {
  if (name === 'general' || name.startsWith('general_')) return 'general';
  if (name === 'domain' || name.startsWith('domain_')) return 'domain';
  return undefined;
}
