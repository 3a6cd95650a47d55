/** Slurm: one batch script for a list of runs, as an array with a task for each of them. */

export interface SlurmJob {
  readonly name: string;
  /** Folders relative to the script (`.` for its own), and the command that starts the run there. */
  readonly runs: readonly { readonly folder: string; readonly start: string }[];
  readonly nodes: number;
  readonly gpusPerNode: number;
  /** Limit of wall-clock time of the longest run. */
  readonly limitHours: number;
  /** How the limit came about, one line. */
  readonly limitFrom: string;
  /** One line each, without comment signs. */
  readonly header: readonly string[];
}

/** Slurm kills what runs out of time, and the throughput of a plan is an estimate. */
export const TIME_MARGIN = 1.25;

/**
 * The text of a script for `sbatch`, to be submitted in its own folder. Every node of a task runs the start command once, with
 * `HEAD_NODE` and `NODE_RANK` set for those that need them. Throws a `RangeError` without runs: that is a fault of the program.
 */
export function slurmScript({
  name,
  runs,
  nodes,
  gpusPerNode,
  limitHours,
  limitFrom,
  header,
}: SlurmJob): string {
  if (runs.length === 0) throw new RangeError('an array of no runs');
  const array = runs.length === 1 ? [] : [`#SBATCH --array=0-${runs.length - 1}`];
  const log = runs.length === 1 ? '%x-%j.log' : '%x-%A-%a.log';
  const list = (items: readonly string[]): string => items.map((item) => `  ${bashWord(item)}\n`).join('');
  return `#!/bin/bash
${header.map((line) => `# ${line}`.trimEnd()).join('\n')}
#SBATCH --job-name=${name.replaceAll(/[^\w.+=@-]+/g, '-')}
${[
  ...array,
  `#SBATCH --nodes=${nodes}`,
  '#SBATCH --ntasks-per-node=1',
  `#SBATCH --gpus-per-node=${gpusPerNode}`,
  `#SBATCH --time=${slurmTime(limitHours)}`,
  `#SBATCH --output=${log}`,
].join('\n')}
# The time: ${limitFrom}.
# Partition, account and CPUs are for you to add here, or as options of sbatch.

set -euo pipefail

FOLDERS=(
${list(runs.map(({ folder }) => folder))})
STARTS=(
${list(runs.map(({ start }) => start))})

cd "$SLURM_SUBMIT_DIR/\${FOLDERS[\${SLURM_ARRAY_TASK_ID:-0}]}"
export START="\${STARTS[\${SLURM_ARRAY_TASK_ID:-0}]}"
# Not through head: with pipefail, scontrol would fail whenever head is done before it.
mapfile -t NODES < <(scontrol show hostnames "$SLURM_JOB_NODELIST")
HEAD_NODE="\${NODES[0]}"
export HEAD_NODE
srun bash -c 'export NODE_RANK="$SLURM_NODEID"; eval "$START"'
`;
}

/** `D-HH:MM:SS`, rounded up to ten minutes, which is the least. */
export function slurmTime(hours: number): string {
  const minutes = Math.max(Math.ceil(Number((hours * 6).toPrecision(12))), 1) * 10;
  const two = (value: number): string => String(value).padStart(2, '0');
  const days = Math.floor(minutes / 1440);
  return `${days}-${two(Math.floor((minutes % 1440) / 60))}:${two(minutes % 60)}:00`;
}

/** In single quotes, where nothing is expanded before its time. */
function bashWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
