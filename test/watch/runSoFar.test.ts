/** The run of a plan out of a table: which one it is, and what is refused. */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FitDocument } from '../../src/documents/fit.ts';
import type { PlanDocument } from '../../src/documents/plan.ts';
import { tablesToRuns } from '../../src/runs/assemble.ts';
import type { Runs } from '../../src/runs/runs.ts';
import { readSeparated } from '../../src/runs/separated.ts';
import { runSoFar } from '../../src/watch/runSoFar.ts';
import { fitPath } from '../cli/pilots.ts';
import { refusal } from '../runs/tables.ts';
import { PARAMS, planFor } from './runs.ts';

let plan: PlanDocument;
beforeAll(async () => {
  plan = planFor(JSON.parse(await readFile(fitPath, 'utf8')) as FitDocument, 5e6);
});

const ratio = (): number => plan.runs[0].phases[0].domainRatio;
const table = (rows: string, sets = 'loss_general,loss_domain'): Runs => {
  const text = `run,params,domain_ratio,tokens,${sets}\n${rows}`;
  return tablesToRuns([readSeparated('runs.csv', text, () => undefined)!], {
    roles: Object.fromEntries(sets.includes('loss_wiki') ? [['wiki', 'general']] : []),
  });
};
const rowsOf = (run: string, { params = PARAMS, domainRatio = ratio() } = {}): string =>
  `${run},${params},${domainRatio},1000000,1.55,2.0\n${run},${params},${domainRatio},500000,1.56,2.1\n`;
const codes = (act: () => unknown): string[] => refusal(act).map(({ code }) => code);

describe('the run of a plan', () => {
  it('is the only one, in order of tokens', () => {
    const { name, evaluations, sets, problems } = runSoFar(table(rowsOf('job-7')), plan, undefined);
    expect({ name, sets, problems }).toEqual({ name: 'job-7', sets: ['general', 'domain'], problems: [] });
    expect(evaluations).toEqual([
      { tokens: 5e5, losses: { general: 1.56, domain: 2.1 } },
      { tokens: 1e6, losses: { general: 1.55, domain: 2.0 } },
    ]);
  });

  it('tells its batch where the table does', () => {
    const told = (cell: string) => {
      const rows = rowsOf('job').replaceAll('\n', `,${cell}\n`);
      return runSoFar(table(rows, 'loss_general,loss_domain,batch_tokens'), plan, undefined).batchTokens;
    };
    expect([told('2048'), told('')]).toEqual([2048, 0]);
  });

  it('is the one that is named, or that has the name of the plan', () => {
    const both = table(rowsOf('plan') + rowsOf('other'));
    expect(runSoFar(both, plan, undefined).name).toBe('plan');
    expect(runSoFar(both, plan, 'other').name).toBe('other');
    expect(codes(() => runSoFar(both, plan, 'othr'))).toEqual(['watched-run-unknown']);
    expect(codes(() => runSoFar(table(rowsOf('a') + rowsOf('b')), plan, undefined))).toEqual([
      'watch-needs-run',
    ]);
  });

  it('has the size and the mixture of the plan, but for rounding', () => {
    expect(runSoFar(table(rowsOf('job', { domainRatio: ratio() + 0.004 })), plan, undefined).name).toBe(
      'job',
    );
    const other = table(rowsOf('job', { params: 2 * PARAMS, domainRatio: ratio() + 0.1 }));
    expect(codes(() => runSoFar(other, plan, undefined))).toEqual(Array(2).fill('other-run-than-planned'));
  });

  it('is looked at on the sets of the plan; others are left out with a word', () => {
    const row = `job,${PARAMS},${ratio()},1000000,1.55,3.2\n`;
    const { evaluations, problems } = runSoFar(table(row, 'loss_general,loss_wiki'), plan, undefined);
    expect(evaluations).toEqual([{ tokens: 1e6, losses: { general: 1.55 } }]);
    expect(problems.map(({ code }) => code)).toEqual(['sets-not-of-plan']);
    const foreign = table(`job,${PARAMS},${ratio()},1000000,3.2\n`, 'loss_wiki');
    expect(codes(() => runSoFar(foreign, plan, undefined))).toEqual(['no-set-of-plan']);
  });

  it('has losses in the units of the plan', () => {
    const inBits = { ...plan, units: { ...plan.units, general: 'bpb' as const } };
    expect(codes(() => runSoFar(table(rowsOf('job')), inBits, undefined))).toEqual([
      'other-unit-than-planned',
    ]);
  });

  it('starts from the base model of the plan', () => {
    const base = (loss: number): Runs =>
      table(`,${PARAMS},,0,${loss},${plan.base.domain.loss}\n${rowsOf('job')}`);
    const same = runSoFar(base(1.001 * plan.base.general.loss), plan, undefined);
    expect(same.problems).toEqual([]);
    expect(same.base.general).toBeCloseTo(1.001 * plan.base.general.loss, 12);
    const other = runSoFar(base(1.1 * plan.base.general.loss), plan, undefined);
    expect(other.problems.map(({ code }) => code)).toEqual(['base-of-another-model']);
  });
});
