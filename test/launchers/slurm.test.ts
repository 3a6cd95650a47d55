import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type SlurmJob, slurmScript, slurmTime } from '../../src/launchers/slurm.ts';

const job: SlurmJob = {
  name: 'law pilots',
  runs: [
    { folder: 'r0', start: 'torchrun --rdzv-endpoint $HEAD_NODE:29500 train.py' },
    { folder: "it's", start: "sh train.sh 'two words'" },
  ],
  nodes: 8,
  gpusPerNode: 8,
  limitHours: 30,
  limitFrom: '24 h by the throughput of the plan, and a quarter more',
  header: ['Made by mixplan from pilots.json'],
};

const folder = mkdtempSync(join(tmpdir(), 'mixplan-slurm-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the script where `srun` and `scontrol` are stand-ins that say what they were given. */
function runTask(task: number | undefined, asked: SlurmJob = job): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  const stand = (name: string, text: string): void =>
    writeFileSync(join(bin, name), `#!/bin/bash\n${text}\n`, { mode: 0o755 });
  stand('scontrol', 'printf "node1\\nnode2\\n"');
  stand('srun', 'SLURM_NODEID=3 exec "$@"');
  for (const name of ['torchrun', 'sh'])
    stand(
      name,
      `{ pwd; echo "rank $NODE_RANK"; for word in ${name} "$@"; do echo "<$word>"; done; } > ${folder}/said`,
    );
  for (const { folder: each } of asked.runs) mkdirSync(join(folder, each), { recursive: true });
  const script = join(folder, 'submit.sbatch');
  writeFileSync(script, slurmScript(asked));
  execFileSync('bash', [script], {
    env: {
      PATH: `${bin}:${process.env.PATH}`,
      SLURM_SUBMIT_DIR: folder,
      SLURM_JOB_NODELIST: 'node[1-2]',
      ...(task === undefined ? {} : { SLURM_ARRAY_TASK_ID: String(task) }),
    },
  });
  return readFileSync(join(folder, 'said'), 'utf8').replaceAll(folder, '');
}

describe('a Slurm script', () => {
  it('has a task for each run, and asks for the nodes, the GPUs and the time', () => {
    const lines = slurmScript(job).split('\n');
    expect(lines.filter((line) => line.startsWith('#SBATCH'))).toEqual([
      '#SBATCH --job-name=law-pilots',
      '#SBATCH --array=0-1',
      '#SBATCH --nodes=8',
      '#SBATCH --ntasks-per-node=1',
      '#SBATCH --gpus-per-node=8',
      '#SBATCH --time=1-06:00:00',
      '#SBATCH --output=%x-%A-%a.log',
    ]);
    expect(lines[1]).toBe('# Made by mixplan from pilots.json');
    expect(lines).toContain('# The time: 24 h by the throughput of the plan, and a quarter more.');
  });

  it('keeps its directives before its first command, where Slurm reads them', () => {
    const lines = slurmScript(job).split('\n');
    const first = lines.findIndex((line) => line !== '' && !line.startsWith('#'));
    expect(lines.findLastIndex((line) => line.startsWith('#SBATCH'))).toBeLessThan(first);
  });

  it('starts the run of its task in its folder, with the head node and the rank of the node', () => {
    expect(runTask(0)).toBe('/r0\nrank 3\n<torchrun>\n<--rdzv-endpoint>\n<node1:29500>\n<train.py>\n');
  });

  it('takes folders and commands with quotes as they are', () => {
    expect(runTask(1)).toBe("/it's\nrank 3\n<sh>\n<train.sh>\n<two words>\n");
  });

  it('is no array for one run', () => {
    const single = { ...job, runs: [{ folder: '.', start: 'torchrun train.py' }] };
    expect(slurmScript(single)).not.toContain('--array');
    expect(runTask(undefined, single)).toBe('/.\nrank 3\n<torchrun>\n<train.py>\n'.replace('/.', ''));
  });
});

describe('a time limit', () => {
  it.each([
    [30, '1-06:00:00'],
    [0.001, '0-00:10:00'],
    [1, '0-01:00:00'],
    [1.01, '0-01:10:00'],
    [100 * 24, '100-00:00:00'],
    [0.1 * 3, '0-00:20:00'],
  ])('of %d hours is %s', (hours, text) => {
    expect(slurmTime(hours)).toBe(text);
  });
});
