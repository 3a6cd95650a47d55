import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRuns } from '../../src/runs/read.ts';

/** Written by pyarrow 21 or later (gzip, two groups of rows, whole numbers of 64 bits). */
const file = fileURLToPath(new URL('./fixtures/runs.parquet', import.meta.url));

describe('a Parquet runs table', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mixplan-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is found by its content and read like any other', async () => {
    const path = join(folder, 'runs.csv');
    await writeFile(path, await readFile(file));
    const { runs, bases, evals, tokens } = await readRuns([path]);
    expect(runs.map(({ id, domainRatio }) => [id, domainRatio])).toEqual([
      ['r30', 0.3],
      ['r50', 0.5],
    ]);
    expect(bases[0]).toMatchObject({ params: 333_000, loss: [2.1, 2.9] });
    expect([...tokens]).toEqual([204_800, 409_600, 409_600]);
    expect(Array.from(evals[1].loss)).toEqual([2.7, Number.NaN, 2.4]);
  });

  it('is refused where it is cut off', async () => {
    const path = join(folder, 'cut.parquet');
    await writeFile(path, (await readFile(file)).subarray(0, 1000));
    await expect(readRuns([path])).rejects.toMatchObject({ problems: [{ code: 'parquet-unreadable' }] });
  });
});
