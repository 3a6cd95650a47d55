/** What `mixplan emit --launcher` writes beside the files of its runs. */
import { basename } from 'node:path';
import type { EmissionDocument } from '../documents/emission.ts';
import { slurmScript, TIME_MARGIN } from '../launchers/slurm.ts';
import type { OptionValues } from '../options/all.ts';
import { Refusal } from '../problems/problem.ts';
import { emitNeeds } from '../problems/trainers.ts';
import type { EmittedFile } from '../trainers/adapter.ts';
import { nodesOf } from '../trainers/torchrun.ts';
import { headerOf, type Source } from './emitSource.ts';

/** What starts all runs on a cluster, relative to the folder of the output; undefined where no launcher was asked for. */
export function launcherFile(
  emitted: readonly EmissionDocument[],
  source: Source,
  { launcher, timeLimit, gpus }: OptionValues<'launcher' | 'timeLimit' | 'gpus'>,
  command: string,
): EmittedFile | undefined {
  if (launcher === undefined) return undefined;
  if (gpus === undefined) throw new Error('the GPUs were not asked for');
  const { nodes, perNode } = nodesOf(gpus);
  const longest = Math.max(...emitted.map(({ run }) => run.tokens));
  const speed = source.tokensPerGpuSecond;
  const estimate = speed === null ? undefined : longest / (speed * gpus * 3600);
  const limitHours = timeLimit ?? (estimate === undefined ? undefined : estimate * TIME_MARGIN);
  if (limitHours === undefined) {
    const why = `${launcher} stops a run at its limit, and ${source.name} does not say how fast the runs are`;
    throw new Refusal([emitNeeds({ flag: '--time-limit', example: '36h', why })]);
  }
  const reckoned = `${speed?.toPrecision(4)} tokens a second on each GPU by the plan, times ${TIME_MARGIN}`;
  const text = slurmScript({
    name: basename(source.name, '.json'),
    runs: emitted.map(({ run, start }) => ({
      folder: emitted.length === 1 ? '.' : run.name,
      start,
    })),
    nodes,
    gpusPerNode: perNode,
    limitHours,
    limitFrom: timeLimit === undefined ? reckoned : 'as it was asked for',
    header: headerOf(source, command),
  });
  return { path: 'submit.sbatch', text };
}
