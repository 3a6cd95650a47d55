import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requestOf } from '../trainers/randomRequests.ts';
import { mixplan } from './harness.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mixplan-launcher-'));
});
afterEach(() => rm(folder, { recursive: true }));

const cluster = ['--gpus', '64', '--micro-batch', '2'];
const told = [
  ...['--trainer', 'huggingface', '--launcher', 'slurm'],
  ...['--data', 'general=/data/web,domain=/data/law', '--eval-data', 'general=/held/web,domain=/held/law'],
  ...['--base', '/models/8b'],
];

async function pilots(): Promise<string> {
  const path = join(folder, 'pilots.json');
  const runs = ['r0', 'r1', 'r2'].map((name) => ({ ...requestOf().run, name }));
  await writeFile(path, JSON.stringify({ schema: 'mixplan.pilots/1', runs }));
  return path;
}

describe('mixplan emit --launcher slurm', () => {
  it('writes one script beside the folders of the runs, with a task for each', async () => {
    const output = join(folder, 'out');
    const { status, stderr } = await mixplan([
      'emit',
      await pilots(),
      ...told,
      ...cluster,
      '--time-limit',
      '5h',
      '-o',
      output,
    ]);
    expect(status).toBe(0);
    expect((await readdir(output)).sort()).toEqual(['r0', 'r1', 'r2', 'submit.sbatch']);
    const script = await readFile(join(output, 'submit.sbatch'), 'utf8');
    expect(script).toContain('#SBATCH --array=0-2\n#SBATCH --nodes=8\n');
    expect(script).toContain('#SBATCH --time=0-05:00:00');
    expect(script).toContain("FOLDERS=(\n  'r0'\n  'r1'\n  'r2'\n)");
    expect(stderr).toContain('sbatch submit.sbatch');
  });

  it('asks for the time where nobody knows how fast the runs are', async () => {
    const { status, stderr } = await mixplan(['emit', await pilots(), ...told, ...cluster]);
    expect(status).toBe(2);
    expect(stderr).toContain('--time-limit 36h is needed');
  });

  it('takes the time of a plan from its throughput, and a quarter more', async () => {
    const plan = join(folder, 'plan.json');
    const fit = 'fits/pilots-kernel-c.fit.json';
    const budget = [
      '--budget',
      '8Mtokens',
      '--params',
      '333k',
      '--tolerance',
      '3%',
      '--throughput',
      '500tok/s',
      '--gpus',
      '1',
    ];
    const made = await mixplan(['plan', fit, ...budget, '--price', '1', '-o', plan]);
    expect(made.stderr).not.toContain('error');
    const { runs, budget: means } = JSON.parse(await readFile(plan, 'utf8')) as {
      runs: { tokens: number }[];
      budget: { throughput: { tokensPerGpuSecond: number } };
    };
    const run = [
      ...told,
      '--gpus',
      '2',
      '--micro-batch',
      '1',
      '--sequence-length',
      '128',
      '--batch-tokens',
      '8192',
    ];
    const rest = ['--lr', '1e-3', '--schedule', 'constant', '--warmup', '1%'];
    const { status, stdout, stderr } = await mixplan(['emit', plan, ...run, ...rest]);
    expect(stderr).not.toContain('error');
    expect(status).toBe(0);
    const hours =
      (1.25 * Math.round(runs[0].tokens / 8192) * 8192) / (means.throughput.tokensPerGpuSecond * 2 * 3600);
    const [, days, hour, minute] = /--time=(\d+)-(\d\d):(\d\d):00/.exec(stdout)!.map(Number);
    expect(days * 24 + hour + minute / 60).toBeGreaterThanOrEqual(hours);
    expect(days * 24 + hour + minute / 60).toBeLessThan(hours + 1 / 6 + 1e-9);
  });
});
