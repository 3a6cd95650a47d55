import { chmod, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { FitDocument } from '../../src/documents/fit.ts';
import { importSchema } from '../../src/documents/import.ts';
import {
  asEventFile,
  asMegatronOutput,
  asTrainerState,
  type PilotRow,
  pilotRows,
} from '../logs/pilotLogs.ts';
import { fixture, scratch } from '../logs/scratch.ts';
import { mixplan } from './harness.ts';
import { codesOf, runsPath } from './pilots.ts';

const { path, put } = scratch();

/** Everything that the logs of the pilots do not say. */
function factsYaml(runs: ReadonlyMap<string, readonly PilotRow[]>): string {
  const entries = [...runs].map(
    ([
      run,
      [{ base, params, params_total, domain_ratio, batch_tokens, sequence_length, seed, warmup_tokens }],
    ]) =>
      `  ${run}: {base: ${base}, params: ${params}, params_total: ${params_total}, domain_ratio: ${domain_ratio}, batch_tokens: ${batch_tokens}, sequence_length: ${sequence_length}, seed: ${seed}, warmup_tokens: ${warmup_tokens}}`,
  );
  return `runs:\n${entries.join('\n')}\n`;
}

describe('mixplan import', () => {
  it('turns logs of three trainers into a table that fit takes: the fit is that of the table', async () => {
    const runs = await pilotRows();
    await put('pilots/runs.yaml', factsYaml(runs));
    let k = 0;
    for (const [run, rows] of runs) {
      if (k % 3 === 0) await put(`pilots/${run}/trainer_state.json`, asTrainerState(rows));
      else if (k % 3 === 1) await put(`pilots/${run}/slurm-${k}.out`, asMegatronOutput(rows));
      else await put(`pilots/${run}/events.out.tfevents.17700000${k}.host`, asEventFile(rows));
      k += 1;
    }
    const table = path('imported.csv');
    const imported = await mixplan(['import', path('pilots'), '-o', table]);
    expect(imported.stderr).toContain(`wrote ${table}`);
    expect(imported.status).toBe(0);
    for (const format of ['Hugging Face trainer state', 'output of Megatron', 'TensorBoard event files']) {
      expect(imported.stderr).toContain(format);
    }
    expect((await readFile(table, 'utf8')).trimEnd().split('\n').length).toBe(
      (await readFile(runsPath, 'utf8')).trimEnd().split('\n').length,
    );

    const law = ['--law', 'change-general,change-domain', '--draws', '20', '--json'];
    const [from, to] = await Promise.all([runsPath, table].map((file) => mixplan(['fit', file, ...law])));
    expect([from.status, to.status]).toEqual([0, 0]);
    const [before, after] = [from, to].map(({ stdout }) => JSON.parse(stdout) as FitDocument);
    expect(after.pilots.observations).toEqual(before.pilots.observations);
    expect(after.evals).toEqual(before.evals);
  }, 60_000);

  it('asks for every missing fact at once, each with the flag and the line that would give it, and writes nothing', async () => {
    const output = path('nothing.csv');
    const { status, stderr, stdout } = await mixplan([
      'import',
      fixture('wandb'),
      fixture('maxtext'),
      '-o',
      output,
      '--json',
    ]);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(new Set(codesOf(stderr))).toEqual(new Set(['fact-missing', 'log-without-losses']));
    expect(stderr).toContain('--set params=1.5B');
    expect(stderr).toContain('config.data.domain_share (0.3)');
    expect(stderr).toContain("--set 'loss_general=eval/avg_loss'");
    await expect(readFile(output)).rejects.toThrow('ENOENT');
  });

  it('tells the runs, where everything came from, and the next command', async () => {
    const set =
      'params=333k,domain_ratio=config.data.domain_share,loss_web=eval/general_loss,loss_general=none';
    const { status, stdout, stderr } = await mixplan([
      'import',
      fixture('wandb'),
      '--set',
      set,
      '--role',
      'web=general',
    ]);
    expect(status).toBe(0);
    expect(stdout.split('\n')[0]).toBe(
      'run,params,tokens,domain_ratio,loss_web,loss_domain,step,seed,lr,schedule',
    );
    expect(stdout.split('\n')[3]).toBe('pilot-r30,333000,819200,0.3,2.14,2.5,400,3,0.0002,constant');
    expect(stderr).toContain('params from --set');
    expect(stderr).toContain('domain_ratio from config.data.domain_share');
    expect(stderr).toContain('mixplan fit RUNS --role web=general');
  });

  it('writes JSON Lines by the name of the file, and a summary with --json', async () => {
    const output = path('runs.jsonl');
    const set = 'params=333k,domain_ratio=0.3';
    const { status, stdout } = await mixplan([
      'import',
      fixture('megatron'),
      '--set',
      set,
      '-o',
      output,
      '--json',
    ]);
    expect(status).toBe(0);
    const { runs, rows } = importSchema.parse(JSON.parse(stdout));
    expect(rows).toBe(2);
    expect(runs[0]).toMatchObject({ name: 'pilot-r30', firstTokens: 409_600, sets: ['general', 'domain'] });
    const [first] = (await readFile(output, 'utf8')).split('\n');
    expect(JSON.parse(first)).toMatchObject({
      run: 'pilot-r30',
      params: 333_000,
      tokens: 409_600,
      schedule: 'constant',
    });
    const refused = await mixplan([
      'import',
      fixture('megatron'),
      '--set',
      set,
      '-o',
      output,
      '--set',
      'seed=2',
    ]);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain('--force');
  });

  it('takes facts from the pilots that launched the runs', async () => {
    const launched = {
      schema: 'mixplan.pilots/1',
      runs: [
        {
          name: 'pilot-r30',
          model: { name: null, params: 333_000 },
          base: 'gpt-333k',
          seed: 4,
          corpora: [
            { name: 'web', role: 'general', share: 0.7, tokens: 573_440, available: null, epochs: null },
            { name: 'law', role: 'domain', share: 0.3, tokens: 245_760, available: 1_000_000, epochs: 0.25 },
          ],
          tokens: 819_200,
          batchTokens: 2048,
          steps: 400,
          sequenceLength: 128,
          schedule: {
            kind: 'constant',
            peakLr: 0.0002,
            warmupTokens: 8192,
            decayTokens: null,
            finalLrShare: null,
          },
          phases: [{ fromTokens: 0, toTokens: 819_200, domainRatio: 0.3 }],
          evalEveryTokens: 409_600,
          evals: [
            { name: 'general', role: 'general' },
            { name: 'domain', role: 'domain' },
          ],
        },
      ],
    };
    const plan = await put('pilots.json', JSON.stringify(launched));
    const { status, stdout } = await mixplan(['import', fixture('hf'), '--plan', plan]);
    expect(status).toBe(0);
    expect(stdout.split('\n')[1]).toBe(
      'pilot-r30,gpt-333k,333000,0,0.3,2.1,2.9,0,4,0.0002,constant,8192,2048,128,1000000',
    );
  });

  it('lets the table of the reference trainer pass, and fills what it lacks', async () => {
    const file = await put(
      'reference/runs.jsonl',
      '{"run":"a","params":333000,"tokens":0,"loss_general":2.1,"loss_domain":2.9}\n{"run":"a","params":333000,"tokens":4096,"loss_general":2.2,"loss_domain":2.5,"metric_x":7}\n{"run":"a","par',
    );
    const { status, stdout } = await mixplan(['import', file, '--set', 'domain_ratio=30%']);
    expect(status).toBe(0);
    expect(stdout).toBe(
      'run,params,tokens,domain_ratio,loss_general,loss_domain,metric_x\na,333000,0,0.3,2.1,2.9,\na,333000,4096,0.3,2.2,2.5,7\n',
    );
  });

  it('refuses a file that it may not read', async ({ skip }) => {
    if (process.getuid?.() === 0) skip('the superuser may read everything');
    const file = await put('locked.jsonl', '{}');
    await chmod(file, 0);
    const { status, stderr } = await mixplan(['import', file, '--json']);
    expect(status).toBe(2);
    expect(codesOf(stderr)).toEqual(['file-unreadable']);
  });
});
