/** Which base model each run starts from, and how large it is. */
import { baseChangesSize, baseFromParams } from '../problems/runs.ts';
import { formatScaled } from '../units/number.ts';
import { groupBy } from './order.ts';
import type { RunFacts } from './runFacts.ts';
import type { Report } from './table.ts';

/**
 * Where there is no base column, runs of one size share a base. Where there is one, what leaves out its size takes it
 * from other rows of its base. A base with two sizes is reported.
 */
export function settleBases(
  facts: readonly RunFacts[],
  used: ReadonlySet<string>,
  report: Report,
): RunFacts[] {
  if (!used.has('base')) {
    const sizes = new Set(facts.map(({ params }) => params).filter((params) => !Number.isNaN(params)));
    if (sizes.size > 0) report(baseFromParams({ bases: sizes.size }));
    return facts.map((one) => ({ ...one, base: `base-${formatScaled(one.params)}` }));
  }
  const sizes = new Map<string, number>();
  const sized = facts.filter(({ base, params }) => base !== '' && !Number.isNaN(params));
  for (const [base, [first, ...others]] of groupBy(sized, (one) => one.base)) {
    sizes.set(base, first.params);
    const other = others.find(({ params }) => params !== first.params);
    if (other === undefined) continue;
    const { file, line } = other.rows[0];
    const sizesFound = { base, first: formatScaled(first.params), later: formatScaled(other.params) };
    report(baseChangesSize(sizesFound, { file, line, field: 'params' }));
  }
  return facts.map((one) => {
    return Number.isNaN(one.params) ? { ...one, params: sizes.get(one.base) ?? Number.NaN } : one;
  });
}
