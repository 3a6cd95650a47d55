/** The built program as people start it: a new process each time, from nothing to its answer. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FitDocument } from '../../src/documents/fit.ts';
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
const EIGHT_SIZES = [
  '--params',
  '56k,100k,148k,200k,333k,400k,500k,788k',
  '--assume-base-from-size-law',
  '--tolerance',
  'general=3%,wiki=2.5%,web=3%',
  '--budget',
  '1.5e13FLOP',
  '--corpus',
  'domain=2M,general=20M',
  '--force',
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
    const fit = join(folder, 'three.fit.json');
    writeFileSync(fit, JSON.stringify(withThreeGeneralSets()));
    const [eight] = timeProcesses(5, [[bin('plan'), fit, ...EIGHT_SIZES, '-o', join(folder, 'eight.json')]]);
    const mixplan = bin('mixplan');
    const report = ['report', join(folder, 'plan.json'), '--force'];
    const [page, drawing] = timeProcesses(5, [
      [mixplan, ...report, '--html', join(folder, 'report.html')],
      [mixplan, ...report, '--svg', join(folder, 'charts'), '--chart', 'trade-off'],
    ]);
    return [
      { what: 'plan, cold process, from CSV to written plan', measured: planned, target: 3000 },
      {
        what: 'plan, cold, from a saved fit: 8 sizes, 3 general sets, 2 corpora with limits, 1,000 draws',
        measured: eight,
        target: 1500,
      },
      { what: 'report, cold process, from a plan to its page', measured: page, target: 3000 },
      { what: 'report, cold process, from a plan to one chart as SVG', measured: drawing, target: 500 },
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

/** The shipped fit with its general set three times, under three names. */
function withThreeGeneralSets(): FitDocument {
  const fit = JSON.parse(readFileSync(join(root, 'fits/pilots-kernel-c.fit.json'), 'utf8')) as FitDocument;
  const [general, domain] = fit.evals;
  const [ofGeneral, ofDomain] = fit.draws.evals;
  for (const { loss } of [...fit.pilots.bases, fit.pilots.observations]) {
    for (const name of ['wiki', 'web']) loss[name] = loss.general;
  }
  fit.evals = [general, { ...general, name: 'wiki' }, { ...general, name: 'web' }, domain];
  fit.draws.evals = [ofGeneral, ofGeneral, ofGeneral, ofDomain];
  return fit;
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
