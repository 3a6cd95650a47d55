/** Slips of people: each told once, by the name of what is wrong, with what there is instead. */
import { execFileSync } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LogFacts } from '../../src/logs/facts.ts';
import { readLogs } from '../../src/logs/read.ts';
import type { Problem, Refusal } from '../../src/problems/problem.ts';
import { scratch } from './scratch.ts';

const { path, put } = scratch();
const set = { params: '1M', domain_ratio: '0.5', batch_tokens: '1000' };
const state = (...entries: string[]): string => `{"log_history": [${entries.join(', ')}]}`;
const evaluated = (step: string, loss: string): string => `{"step": ${step}, "eval_general_loss": ${loss}}`;

/** What a refusal says; nothing where the logs were read. */
async function refusal(paths: readonly string[], facts: LogFacts = { set }): Promise<readonly Problem[]> {
  return readLogs(paths, facts).then(
    () => [],
    (error: Refusal) => error.problems,
  );
}

describe('a slip', () => {
  it('in --set is told with the fact, and that fact is not asked for again', async () => {
    const file = await put('slip/trainer_state.json', state(evaluated('1', '2.5')));
    const told = await refusal([file], { set: { ...set, params: '-5', batch_tokens: 'abc' } });
    expect(told.map(({ place }) => place?.field)).toEqual(['--set params', '--set batch_tokens']);
  });

  it('in the name of a metric is told with those that were logged, for tokens too', async () => {
    const file = await put('metric/trainer_state.json', state(evaluated('1', '2.5')));
    for (const fact of ['tokens', 'loss_general']) {
      const [told, ...others] = await refusal([file], { set: { ...set, [fact]: 'nope' } });
      expect(others.filter(({ code }) => code === 'metric-absent')).toEqual([]);
      expect(told.code).toBe('metric-absent');
      expect(told.message).toContain('logged is "eval_general_loss"');
    }
  });

  it('of a trainer that counts steps beyond all numbers loses that entry alone', async () => {
    const text = state(
      evaluated('1', '2.5'),
      evaluated('1e400', '1'),
      evaluated('-5', '1'),
      evaluated('2', '2.25'),
    );
    const file = await put('steps/trainer_state.json', text);
    const { runs, problems } = await readLogs([file], { set });
    expect(runs[0].evaluations.map(({ losses }) => losses.general)).toEqual([2.5, 2.25]);
    expect(problems.map(({ code }) => code)).not.toContain('steps-superseded');
  });
});

describe.skipIf(process.platform === 'win32')('a pipe (Windows has none in folders)', () => {
  it('is refused where it is named, and passed over in a folder', { timeout: 10_000 }, async () => {
    const file = await put('pipes/trainer_state.json', state(evaluated('1', '2.5')));
    const pipe = path('pipes/output.log');
    execFileSync('mkfifo', [pipe]);
    expect(await refusal([pipe])).toMatchObject([{ code: 'log-not-a-file' }]);
    const { runs } = await readLogs([dirname(file)], { set });
    expect(runs[0].evaluations).toHaveLength(1);
  });
});

it('a link in a folder that leads nowhere is passed over', async () => {
  const file = await put('links/trainer_state.json', state(evaluated('1', '2.5')));
  await symlink('nowhere', path('links/debug.log'));
  const { runs } = await readLogs([dirname(file)], { set });
  expect(runs[0].evaluations).toHaveLength(1);
});

describe('what a refusal says of a file', () => {
  it('names every format once, and shows the document that was meant for something else', async () => {
    const file = await put('plan.json', '{\n  "schema": "mixplan.plan/1",\n  "runs": []\n}\n');
    const [{ message }] = await refusal([file]);
    expect(message).toContain('{ \\"schema\\": \\"mixplan.plan/1\\"');
    expect(message.match(/W&B history/g)).toHaveLength(1);
  });

  it('says that a log is cut off where that may be why something is missing', async () => {
    const file = await put('cut/trainer_state.json', '{"log_history": [');
    expect((await refusal([file])).map(({ code }) => code)).toEqual([
      'log-without-losses',
      'trainer-state-cut-off',
    ]);
  });

  it('names the format that was looked for in a folder', async () => {
    await put('only/trainer_state.json', state(evaluated('1', '2.5')));
    const [{ message, hint }] = await refusal([path('only')], { set, format: 'megatron' });
    expect(message).toContain('no log of the format megatron');
    expect(hint).toContain('--format');
  });
});

describe('one run in two places', () => {
  const table = (...rows: string[]): string =>
    `run,params,tokens,domain_ratio,loss_general\n${rows.join('\n')}\n`;

  it('is refused with both files: which of the two counts is not guessed', async () => {
    await put('twice/a/trainer_state.json', state(evaluated('1', '2.5')));
    await put('twice/runs.csv', table('a,1M,1000,0.5,2.5'));
    const told = await refusal([path('twice')]);
    expect(told.map(({ code }) => code)).toEqual(['evaluated-twice']);
    expect(told[0].message).toContain('trainer_state.json');
    expect(told[0].message).toContain('runs.csv');
  });

  it('is one run where the table is the one that is written again', async () => {
    const { runs } = await readLogs([path('twice')], { set, result: path('twice/runs.csv') });
    expect(runs.map(({ name, format }) => [name, format])).toEqual([['a', 'Hugging Face trainer state']]);
  });
});

describe('a run that diverged', () => {
  it('is known by losses that end in NaN, from a trainer and from a table; one NaN on the way is not', async () => {
    const log = await put(
      'nan/trainer_state.json',
      state(
        evaluated('1', '2.5'),
        evaluated('2', 'NaN'),
        evaluated('3', '2.4'),
        evaluated('4', 'NaN'),
        evaluated('5', 'Infinity'),
      ),
    );
    const table = await put(
      'nan/table.csv',
      'run,params,tokens,domain_ratio,loss_general,loss_domain\nb,1M,1000,0.5,nan,2.5\nb,1M,2000,0.5,2.4,2.25\nb,1M,3000,0.5,inf,2.125\n',
    );
    for (const [file, since] of [
      [log, 4000],
      [table, 3000],
    ] as const) {
      const { runs, problems } = await readLogs([file], { set });
      expect(runs[0].diverged).toEqual({ general: since });
      expect(problems.map(({ code }) => code)).toContain('losses-not-finite');
    }
  });
});
