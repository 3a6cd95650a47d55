/** The fit on threads is the fit. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { canonicalJson } from '../../src/documents/canonical.ts';
import type { FitDocument } from '../../src/documents/fit.ts';
import { fitOnThreads } from '../../src/fit/fitOnThreads.ts';
import { type FitOptions, fitRuns } from '../../src/fit/fitRuns.ts';
import { DEFAULT_RESAMPLING, RESAMPLING_SCHEMES } from '../../src/fit/resample.ts';
import { changeDomain, changeGeneral } from '../../src/laws/change.ts';
import { Refusal } from '../../src/problems/problem.ts';
import type { Runs } from '../../src/runs/runs.ts';
import { mixplan } from '../cli/harness.ts';
import { fromText } from '../runs/tables.ts';
import { OPTIONS, shippedPilots } from './data.ts';

/** Chunks of draws do not come out even. */
const FEW: FitOptions = { ...OPTIONS, draws: 60 };
const CHANGE = [changeGeneral, changeDomain];

let runs: Runs;
beforeAll(async () => {
  runs = await shippedPilots();
});

it('gives the same bytes on one, two and three threads', async () => {
  const alone = canonicalJson(fitRuns(runs, FEW));
  for (const threads of [1, 2, 3]) {
    expect(canonicalJson(await fitOnThreads(runs, FEW, threads))).toBe(alone);
  }
});

it.each(RESAMPLING_SCHEMES.map(({ id }) => id))('also with %s and only some laws', async (resampling) => {
  const options = { ...FEW, laws: CHANGE, resampling };
  const fit = fitRuns(runs, options);
  expect(canonicalJson(await fitOnThreads(runs, options, 2))).toBe(canonicalJson(fit));
  expect(fit.draws.resampling).toBe(resampling);
});

it('is what --threads and --resampling of the command line ask for', async () => {
  const file = fileURLToPath(new URL('../../datasets/pilots-kernel-c/runs.csv', import.meta.url));
  const asked = ['fit', file, '--draws', '20', '--law', 'change-general,change-domain', '-o', '-'];
  const scheme = ['--resampling', 'dirichlet-by-run'];
  const [one, two] = [
    await mixplan([...asked, ...scheme, '--threads', '1']),
    await mixplan([...asked, ...scheme, '--threads', '2']),
  ];
  expect(two).toEqual(one);
  const { draws } = JSON.parse(one.stdout) as FitDocument;
  expect(draws.resampling).toBe('dirichlet-by-run');
  expect((JSON.parse((await mixplan(asked)).stdout) as FitDocument).draws.resampling).toBe(
    DEFAULT_RESAMPLING,
  );
  expect((await mixplan([...asked, '--resampling', 'rows'])).status).toBe(2);
});

it('tells of every draw once, in order', async () => {
  for (const threads of [1, 2]) {
    const seen: (readonly [number, number])[] = [];
    const onProgress = (done: number, total: number) => void seen.push([done, total]);
    await fitOnThreads(runs, { ...FEW, laws: CHANGE, onProgress }, threads);
    expect(seen.map(([done]) => done)).toEqual(seen.map(([done]) => done).toSorted((a, b) => a - b));
    expect(seen.at(-1)).toEqual([120, 120]);
  }
});

it('refuses on threads as it does alone', async () => {
  const few = fromText(
    [
      'run,params,tokens,domain_ratio,loss_general,loss_domain',
      'a,1000,1000,0.5,2,3',
      'a,1000,2000,0.5,2.1,2.9',
    ].join('\n'),
  );
  const problemsOf = async (threads: number) => {
    const error = await fitOnThreads(few, FEW, threads).catch((each: unknown) => each);
    if (!(error instanceof Refusal)) throw error;
    return { status: error.exitStatus, problems: error.problems };
  };
  const alone = await problemsOf(1);
  expect(alone).toMatchObject({ status: 1, problems: [{ code: 'no-law-fits' }] });
  for (const threads of [2, 3]) expect(await problemsOf(threads)).toEqual(alone);
});

it('is over at once when it is interrupted, and leaves nothing behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mixplan-'));
  try {
    const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
    const asked = ['--draws', '100000', '--threads', '2', '-o', join(folder, 'pilots.fit.json')];
    const program = ['--import', import.meta.resolve('tsx'), path('src/cli/bin/mixplan.ts')];
    const child = spawn(
      process.execPath,
      [...program, 'fit', path('datasets/pilots-kernel-c/runs.csv'), ...asked],
      { stdio: 'ignore' },
    );
    const ended = once(child, 'close');
    // Long enough to be among its draws, which take a minute.
    await Promise.race([setTimeout(3000), ended]);
    child.kill('SIGINT');
    expect(await ended).toEqual([null, 'SIGINT']);
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
