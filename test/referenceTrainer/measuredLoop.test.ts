import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readRuns } from '../../src/runs/read.ts';
import type { Runs } from '../../src/runs/runs.ts';

const path = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const pilotsPath = path('datasets/pilots-german-manuals/runs.csv');
const targetPath = path('datasets/pilots-german-manuals/target.csv');

/** Rise of a set over the base at the end of each run, by size and ratio. */
function risesAtEnd(runs: Runs, set: string): { params: number; ratio: number; rise: number }[] {
  const column = runs.evals.find(({ name }) => name === set);
  const e = runs.evals.findIndex(({ name }) => name === set);
  return runs.runs.map(({ params, domainRatio, base }, index) => {
    const last = runs.run.lastIndexOf(index);
    return {
      params,
      ratio: domainRatio,
      rise: (column?.loss[last] ?? Number.NaN) / runs.bases[base].loss[e] - 1,
    };
  });
}

describe('the measured loop', () => {
  it('shifts far enough to count: without replay general loss rises by more than 5% at every size', async () => {
    for (const file of [pilotsPath, targetPath]) {
      const alone = risesAtEnd(await readRuns([file]), 'general').filter(({ ratio }) => ratio === 1);
      expect(alone.length).toBeGreaterThan(0);
      for (const { rise } of alone) expect(rise).toBeGreaterThan(0.05);
    }
  });

  it.each([
    ['general', 0.05],
    ['general_books', 0.2],
  ])('has pilots on both sides of the tolerance on %s at every size', async (set, tolerance) => {
    const rises = risesAtEnd(await readRuns([pilotsPath]), set);
    const sizes = new Set(rises.map(({ params }) => params));
    expect(sizes.size).toBe(3);
    for (const size of sizes) {
      const ofSize = rises.filter(({ params }) => params === size);
      expect(ofSize.some(({ rise }) => rise < tolerance)).toBe(true);
      expect(ofSize.some(({ rise }) => rise > tolerance)).toBe(true);
    }
  });

  it('keeps the larger model out of the pilots', async () => {
    const [pilots, target] = [await readRuns([pilotsPath]), await readRuns([targetPath])];
    const largest = Math.max(...pilots.params);
    expect(Math.min(...target.params)).toBeGreaterThan(2 * largest);
  });

  it('is on its page as the data and the laws have it (else: npx tsx notebooks/measured-loop.ts)', () => {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), path('notebooks/measured-loop.ts')],
      { encoding: 'utf8' },
    );
    expect([status, stderr]).toEqual([0, '']);
    expect(readFileSync(path('notebooks/measured-loop.md'), 'utf8')).toBe(stdout);
  });
});
