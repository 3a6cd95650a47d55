import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { comparisonSchema, type FitComparison, type PlanComparison } from '../../src/documents/comparison.ts';
import { mixplan } from './harness.ts';
import { codesOf, edited, fitPath, runsPath, runsWhere, scratch, size } from './pilots.ts';

const { path, put } = scratch();
const laws = ['--law', 'change-general,change-domain', '--draws', '60'];
let fewer = '';

beforeAll(async () => {
  const kept = await runsWhere(({ run }) => !/^333k-r0(50|75)/.test(run));
  fewer = path('fewer.fit.json');
  expect((await mixplan(['fit', '-', ...laws, '-o', fewer], { stdin: kept })).status).toBe(0);
});

async function compare<T>(...argv: readonly string[]): Promise<T> {
  const { status, stdout, stderr } = await mixplan(['compare', ...argv, '--json']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return comparisonSchema.parse(JSON.parse(stdout)) as T;
}

describe('mixplan compare of two fits', () => {
  it('finds no difference between a fit and itself', async () => {
    const { data, move, difference, withinNoise, critical } = await compare<FitComparison>(fitPath, fitPath);
    expect({ move, withinNoise, changed: data.runs.changed, only: data.runs.onlyA }).toEqual({
      move: 0,
      withinNoise: true,
      changed: [],
      only: [],
    });
    expect(critical.a).toEqual(critical.b);
    // Independent fits of one kind differ either way alike.
    expect(difference![0]).toBeCloseTo(-difference![1], 2);
  });

  it('tells which runs were added, and whether the move is noise, the other way round with the signs turned', async () => {
    const there = await compare<FitComparison>(fitPath, fewer);
    expect([...there.data.runs.onlyA].sort()).toEqual(['333k-r050', '333k-r075']);
    expect([there.data.runs.onlyB, there.data.runs.changed]).toEqual([[], []]);
    expect(there.data.observations.a).toBeGreaterThan(there.data.observations.b);
    const back = await compare<FitComparison>(fewer, fitPath);
    expect(back.data.runs.onlyB).toEqual(there.data.runs.onlyA);
    expect(back.move).toBeCloseTo(-there.move, 12);
    expect(back.difference![0]).toBeCloseTo(-there.difference![1], 12);
    expect(there.withinNoise).toBe(there.difference![0] <= 0 && there.difference![1] >= 0);
  });

  it('asks both the same question, the answers of which are those of critical', async () => {
    const question = [...size, '--tokens', '4M', '--tolerance', '2%'];
    const { critical, question: asked } = await compare<FitComparison>(fitPath, fewer, ...question);
    expect(asked.tokens).toBe(4e6);
    for (const [fit, answer] of [
      [fitPath, critical.a],
      [fewer, critical.b],
    ] as const) {
      const { stdout } = await mixplan(['critical', fit, ...question, '--json', '--confidence', '80%']);
      const [{ point, interval }] = (JSON.parse(stdout) as { points: { point: object; interval: object }[] })
        .points;
      expect({ point: answer.point, interval: answer.interval }).toEqual({ point, interval });
    }
  });

  it('sees a move beyond noise, and a run that is not the same any more', async () => {
    // Forgetting three times as strong, in the fit and in every draw.
    const forgetful = await put(
      'forgetful.fit.json',
      await edited((fit) => {
        fit.pilots.observations.loss.domain[0] = 2;
        const general = fit.evals.findIndex(({ role }) => role === 'general');
        fit.evals[general].members.forEach(({ parameters }, m) => {
          const forgetting = parameters.findIndex(({ name }) => name === 'F');
          if (forgetting < 0) return;
          parameters[forgetting].value *= 3;
          const { member, parameters: drawn } = fit.draws.evals[general];
          for (const [k, each] of drawn.entries()) if (member[k] === m) each[forgetting] *= 3;
        });
      }),
    );
    const { withinNoise, data, move, difference } = await compare<FitComparison>(fitPath, forgetful);
    expect(data.runs.changed).toHaveLength(1);
    expect(move).toBeLessThan(-0.05);
    expect(difference![1]).toBeLessThan(0);
    expect(withinNoise).toBe(false);
    expect((await mixplan(['compare', fitPath, forgetful])).stdout).toMatch(
      /That\s+is\s+more\s+than\s+noise/,
    );
  });

  it('says it in words', async () => {
    const { stdout } = await mixplan(['compare', fitPath, fewer]);
    expect(stdout).toMatch(
      /^The critical domain ratio of a 333k model after 5M tokens moves by [+−]0\.\d{3}/,
    );
    expect(stdout).toContain('2 runs, 333k-r050 and 333k-r075');
  });
});

describe('mixplan compare of two plans', () => {
  const plan = async (name: string, fit: string, ...argv: readonly string[]): Promise<string> => {
    const file = path(name);
    const { status, stderr } = await mixplan([
      'plan',
      fit,
      ...size,
      '--throughput',
      '12000tok/s',
      ...argv,
      '-o',
      file,
    ]);
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    return file;
  };

  it('changes one input at a time, each as plan itself would', async () => {
    const a = await plan('a.plan.json', fewer, '--budget', '0.15gpu-h', '--tolerance', '3%');
    const b = await plan('b.plan.json', fewer, '--budget', '0.1gpu-h', '--tolerance', '4%');
    const c = await plan('c.plan.json', fewer, '--budget', '0.1gpu-h', '--tolerance', '3%');
    const { inputs, outcome, notMadeAgain } = await compare<PlanComparison>(a, b);
    expect(notMadeAgain).toBeNull();
    expect(inputs.map(({ input, a: one, b: other }) => [input, one, other])).toEqual([
      ['tolerance', '3%', '4%'],
      ['budget', '0.15gpu-h', '0.1gpu-h'],
    ]);
    const withBudget = inputs.find(({ input }) => input === 'budget')!.alone!;
    expect(withBudget).toEqual({ kind: 'planned', outcome: (await compare<PlanComparison>(c, a)).outcome.a });
    expect(outcome.b.domainRatio).toBeGreaterThan(outcome.a.domainRatio);
    const { stdout } = await mixplan(['compare', a, b]);
    expect(stdout).toContain('What differs: tolerance and budget.');
  });

  it('takes the fit for an input, and says which input makes it impossible', async () => {
    const a = await plan('d.plan.json', fewer, '--budget', '0.1gpu-h', '--tolerance', '3%');
    const b = await plan(
      'e.plan.json',
      fitPath,
      '--budget',
      '0.1gpu-h',
      '--tolerance',
      '3%',
      '--confidence',
      '80%',
    );
    const { inputs } = await compare<PlanComparison>(a, b);
    expect(inputs.map(({ input, alone }) => [input, alone?.kind])).toEqual([
      ['fit', 'planned'],
      ['confidence', 'planned'],
    ]);
    const twoFits = await compare<PlanComparison>(a, a);
    expect([twoFits.inputs, twoFits.notMadeAgain]).toEqual([[], null]);
  });

  it('says why inputs cannot be changed one at a time', async () => {
    const a = await plan('f.plan.json', fewer, '--budget', '0.1gpu-h', '--tolerance', '3%');
    const text = await readFile(a, 'utf8');
    const moved = await put(
      'moved.plan.json',
      text.replace('fewer.fit.json"', 'gone.fit.json"').replace('0.1gpu-h --', '0.2gpu-h --'),
    );
    const { inputs, notMadeAgain } = await compare<PlanComparison>(moved, a);
    expect(inputs.map(({ alone }) => alone)).toEqual([null]);
    expect(notMadeAgain).toContain('gone.fit.json');
    const foreign = await put('foreign.plan.json', text.replace('mixplan plan', 'other plan'));
    expect((await compare<PlanComparison>(foreign, a)).notMadeAgain).toContain('does not understand');
  });
});

describe('mixplan compare refuses', () => {
  it.each<[string, () => readonly string[], readonly string[]]>([
    ['a fit and another kind', () => [fitPath, path('a.plan.json')], ['different-kinds']],
    ['a question to plans', () => [path('a.plan.json'), path('b.plan.json'), ...size], ['options-exclude']],
    ['runs', () => [runsPath, runsPath], ['json-syntax']],
    ['one document', () => [fitPath], ['operand-missing']],
    ['three', () => [fitPath, fitPath, fitPath], ['operand-surplus']],
    ['a file that is not there', () => [fitPath, path('none.json')], ['file-missing']],
    ['several token counts', () => [fitPath, fitPath, '--tokens', '1M,2M'], ['option-several-values']],
  ])('%s', async (_, argv, codes) => {
    const { status, stdout, stderr } = await mixplan(['compare', ...argv(), '--json']);
    expect({ status, stdout, codes: codesOf(stderr) }).toEqual({ status: 2, stdout: '', codes });
  });
});
