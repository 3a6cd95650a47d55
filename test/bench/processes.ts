/** The built program as people start it: a new process each time, from nothing to its answer. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../results/tables.ts';
import { PILOTS } from './pilots.ts';
import { type BenchRow, summary, type Timing } from './timing.ts';

const PLAN_ASKED = [
  '--budget',
  '0.25gpu-h',
  '--throughput',
  '12000tok/s',
  '--params',
  '788k',
  '--tolerance',
  '3%',
];
/** Times the start of Node itself that `--help` may take. */
const HELP_AGAINST_NODE = 2.5;

export function processes(): BenchRow[] {
  execFileSync(process.execPath, ['build.mjs'], { cwd: root });
  const folder = mkdtempSync(join(tmpdir(), 'mixplan-bench-'));
  try {
    const bin = (name: string) => join(root, 'dist/cli/bin', `${name}.js`);
    const plan = [...PLAN_ASKED, '--assume-base-from-size-law', '--force', '-o', join(folder, 'plan.json')];
    const [node, help] = timeProcesses(15, [
      ['-e', '0'],
      [bin('mixplan'), '--help'],
    ]);
    const [planned] = timeProcesses(5, [[bin('plan'), PILOTS, ...plan]]);
    return [
      { what: 'plan, cold process, from CSV to written plan', measured: planned, target: 3000 },
      { what: 'node -e 0, cold process', measured: node },
      {
        what: 'mixplan --help, cold process',
        measured: help,
        ...(typeof node === 'string' ? {} : { target: HELP_AGAINST_NODE * node.median }),
        compared: `${HELP_AGAINST_NODE} × node -e 0`,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Command lines of Node, timed in turns so that a busy moment falls on all of them; words for one that fails. */
function timeProcesses(n: number, commandLines: readonly (readonly string[])[]): (Timing | string)[] {
  const times = commandLines.map((): number[] => []);
  const failures = commandLines.map((): string | undefined => undefined);
  // The first round fills the disk's cache and counts for nothing.
  for (let round = -1; round < n; round++) {
    commandLines.forEach((args, k) => {
      if (failures[k] !== undefined) return;
      const start = performance.now();
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      const took = performance.now() - start;
      if (status !== 0) failures[k] = `failed with exit status ${status}: ${stderr.split('\n')[0]}`;
      else if (round >= 0) times[k].push(took);
    });
  }
  return times.map((each, k) => failures[k] ?? summary(each));
}
