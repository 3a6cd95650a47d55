import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FitDocument } from '../../src/documents/fit.ts';
import type { PlanDocument } from '../../src/documents/plan.ts';
import type { PredictionDocument } from '../../src/documents/prediction.ts';
import { readRuns } from '../../src/runs/read.ts';
import type { Runs } from '../../src/runs/runs.ts';
import { mixplan } from './harness.ts';
import { codesOf, edited, fitPath, scratch } from './pilots.ts';

const { path, put } = scratch();
const simulate = (...options: readonly string[]) => mixplan(['simulate', fitPath, ...options]);
const GRID = 'sizes: [148224, 332928]\nratios: [0, 0.5, 90%]\ntokens: 5M\ncheckpoints: 10\n';

/** The table that a simulation printed, as every other command reads it. */
async function read(table: string): Promise<Runs> {
  return readRuns([await put('table.csv', table)]);
}

describe('mixplan simulate FIT', () => {
  it('draws the pilots of the fit again, which check and fit read as simulated', async () => {
    const fit = JSON.parse(await readFile(fitPath, 'utf8')) as FitDocument;
    const file = path('again.csv');
    const { status, stdout, stderr } = await simulate('-o', file);
    expect({ status, stderr }).toEqual({ status: 0, stderr: `wrote ${file}\n` });
    expect(stdout).toMatch(/^Simulated 29 runs of 55\.7k, 148k and 333k up to 5M tokens, 551 evaluations/);
    const runs = await readRuns([file]);
    expect(runs.problems).toEqual([]);
    expect(runs.runs.every(({ simulated }) => simulated)).toBe(true);
    const place = ({
      id,
      params,
      domainRatio,
      lr,
      warmupTokens,
      seed,
    }: Runs['runs'][number] | FitDocument['pilots']['runs'][number]) => [
      id,
      params,
      domainRatio,
      lr,
      warmupTokens,
      seed,
    ];
    expect(runs.runs.map(place)).toEqual(fit.pilots.runs.map(place));
    expect([...runs.tokens]).toEqual(fit.pilots.observations.tokens);
    const losses = ({ loss }: { readonly loss: Readonly<Record<string, unknown>> }) => [
      loss.general,
      loss.domain,
    ];
    expect(runs.bases.map(({ loss }) => loss)).toEqual(fit.pilots.bases.map(losses));
    expect((await mixplan(['check', file])).stdout).toContain('29 of them simulated');
  });

  it('gives equal bytes for equal seeds, and other losses for another', async () => {
    const [once, again, other] = await Promise.all([
      simulate(),
      simulate('--seed', '1'),
      simulate('--seed', '2'),
    ]);
    expect(again.stdout).toBe(once.stdout);
    const [a, b] = [await read(once.stdout), await read(other.stdout)];
    expect(a.evals[0].loss.every((loss, row) => loss !== b.evals[0].loss[row])).toBe(true);
  });

  it('draws the runs of a design, around what the fit predicts there', async () => {
    const design = await put('design.yaml', GRID);
    const { status, stdout, stderr } = await simulate('--design', design);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: 'simulated from the best laws of the fit; no run was trained\n',
    });
    const runs = await read(stdout);
    expect(runs.runs.map(({ id }) => id)).toEqual([
      '148.224k-r0-s1',
      '148.224k-r0.5-s1',
      '148.224k-r0.9-s1',
      '332.928k-r0-s1',
      '332.928k-r0.5-s1',
      '332.928k-r0.9-s1',
    ]);
    const asked = [
      'predict',
      fitPath,
      '--params',
      '332928',
      '--tokens',
      '5M',
      '--domain-ratio',
      '0.5',
      '--json',
    ];
    const { predictions } = JSON.parse((await mixplan(asked)).stdout) as PredictionDocument;
    predictions.forEach(({ loss }, set) => {
      const row = [...runs.run].findIndex(
        (r, i) => runs.runs[r].id === '332.928k-r0.5-s1' && runs.tokens[i] === 5e6,
      );
      // All layers together have a standard deviation of 0.75% of the loss.
      expect(Math.abs(runs.evals[set].loss[row] / loss - 1)).toBeLessThan(0.03);
    });
  });

  it('gives the same rows as JSON Lines', async () => {
    const design = await put('lines.yaml', GRID);
    const { stdout, stderr } = await simulate('--design', design, '--json');
    expect(stderr).toBe('');
    const lines = await readRuns([await put('lines.jsonl', stdout)]);
    const table = await read((await simulate('--design', design)).stdout);
    const { files: _, file: __, line: ___, ...rows } = table;
    expect(lines).toMatchObject(rows);
  });

  it('says how to read sets whose role and unit the columns do not show', async () => {
    const stdin = await edited((fit) => {
      fit.evals[0].name = 'wiki';
      fit.evals[1].unit = 'bpb';
      for (const { loss } of [...fit.pilots.bases, fit.pilots.observations]) {
        Object.assign(loss, { wiki: loss.general });
        delete loss.general;
      }
    });
    const { status, stdout, stderr } = await mixplan(['simulate', '-'], { stdin });
    const options = '--role wiki=general --unit domain=bpb';
    expect({ status, said: stderr.split('\n')[1] }).toEqual({
      status: 0,
      said: `check and fit read it with ${options}`,
    });
    const table = await put('named.csv', stdout);
    expect((await mixplan(['check', table, ...options.split(' ')])).status).toBe(0);
  });

  it('needs the base loss of a size that was not piloted, given or assumed', async () => {
    const design = await put('larger.yaml', 'sizes: [332928, 1M]\nratios: 0.5\ntokens: 5M\n');
    const lacking = await simulate('--design', design, '--json');
    expect({ status: lacking.status, codes: codesOf(lacking.stderr) }).toEqual({
      status: 2,
      codes: ['base-loss-unknown', 'base-loss-unknown'],
    });
    const given = await simulate('--design', design, '--base-loss', 'general=1.4,domain=2.2', '--json');
    expect({ status: given.status, codes: codesOf(given.stderr) }).toEqual({ status: 0, codes: [] });
    const { bases } = await readRuns([await put('given.jsonl', given.stdout)]);
    expect(bases.map(({ loss }) => loss)).toEqual([
      [1.53727, 2.45543],
      [1.4, 2.2],
    ]);
    const assumed = await simulate('--design', design, '--assume-base-from-size-law', '--json');
    expect({ status: assumed.status, codes: codesOf(assumed.stderr) }).toEqual({
      status: 0,
      codes: ['base-loss-assumed', 'base-loss-assumed'],
    });
  });
});

describe('a fit of what was simulated from a fit', () => {
  const GENERAL = ['critical', fitPath, '--params', '333k', '--tokens', '5M', '--tolerance', '3%', '--json'];
  let again: string;
  beforeAll(async () => {
    const runs = path('round-trip.csv');
    again = path('round-trip.fit.json');
    expect((await simulate('--seed', '3', '-o', runs)).status).toBe(0);
    expect((await mixplan(['fit', runs, '--draws', '200', '--level', '0.99', '-o', again])).status).toBe(0);
  }, 120_000);

  it('holds the losses of the truth in its intervals, and its critical ratio', async () => {
    const grid = (fit: string) => [
      'predict',
      fit,
      '--params',
      '333k',
      '--tokens',
      '5M',
      '--grid',
      '5',
      '--json',
    ];
    const [truth, found] = await Promise.all(
      [fitPath, again].map(
        async (fit) => JSON.parse((await mixplan(grid(fit))).stdout) as PredictionDocument,
      ),
    );
    for (const [i, { loss }] of truth.predictions.entries()) {
      const { interval } = found.predictions[i];
      expect(interval![0]).toBeLessThan(loss);
      expect(loss).toBeLessThan(interval![1]);
    }
    const [of, by] = await Promise.all(
      [GENERAL, GENERAL.with(1, again)].map(async (asked) => JSON.parse((await mixplan(asked)).stdout)),
    );
    expect(by.points[0].interval[0]).toBeLessThan(of.points[0].point.ratio);
    expect(of.points[0].point.ratio).toBeLessThan(by.points[0].interval[1]);
  });
});

describe('mixplan simulate PLAN', () => {
  let plan: string;
  beforeAll(async () => {
    plan = path('plan.json');
    const asked = ['--budget', '5M tokens', '--params', '333k', '--tolerance', '3%', '-o', plan];
    const { status, stderr } = await mixplan(['plan', fitPath, ...asked]);
    expect(status, stderr).toBe(0);
  });

  it('draws the run of the plan at its own cadence, around its predicted path, once per seed', async () => {
    const document = JSON.parse(await readFile(plan, 'utf8')) as PlanDocument;
    const { status, stdout, stderr } = await mixplan(['simulate', plan, '--repeats', '40']);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: 'simulated from the predicted path of the plan; no run was trained\n',
    });
    const runs = await read(stdout);
    expect(runs.runs).toHaveLength(40);
    const [{ tokens, evalEveryTokens, phases }] = document.runs;
    expect(runs.runs.every(({ domainRatio }) => domainRatio === phases[0].domainRatio)).toBe(true);
    const own = [...runs.tokens].filter((_, row) => runs.run[row] === 0);
    expect(own.at(-1)).toBe(tokens);
    expect(own.slice(0, -1).every((each) => each % evalEveryTokens === 0)).toBe(true);
    expect(own[0]).toBeGreaterThanOrEqual(document.predicted.general.path[0].tokens);
    for (const { name, loss } of runs.evals) {
      const { end, noise } = document.predicted[name];
      const last = [...loss].filter((_, row) => runs.tokens[row] === tokens);
      const mean = last.reduce((a, b) => a + b, 0) / last.length;
      const error = (end.loss * Math.hypot(noise.run, noise.evaluation)) / Math.sqrt(last.length);
      // Four standard errors of the mean of 40 runs.
      expect(Math.abs(mean - end.loss), name).toBeLessThan(4 * error);
      expect(new Set(last).size).toBe(40);
    }
  });

  it('draws one run unless more are asked for, the same in both cases', async () => {
    const [one, three] = await Promise.all(
      ['1', '3'].map((count) => mixplan(['simulate', plan, '--repeats', count])),
    );
    expect((await mixplan(['simulate', plan])).stdout).toBe(one.stdout);
    expect(three.stdout.startsWith(one.stdout)).toBe(true);
  });

  it('is a design of its own', async () => {
    const design = await put('unneeded.yaml', GRID);
    const { status, stderr } = await mixplan([
      'simulate',
      plan,
      ...[
        '--design',
        design,
        '--base-loss',
        'general=1',
        '--assume-base-from-size-law',
        '--extrapolate',
        '--json',
      ],
    ]);
    expect({ status, codes: codesOf(stderr) }).toEqual({
      status: 2,
      codes: Array(4).fill('options-exclude'),
    });
  });
});

describe('mixplan simulate refuses', () => {
  it.each<[string, string, readonly string[], number, readonly string[]]>([
    [
      'a design with faults',
      'sizes: 1B\nratio: 0.5\n',
      [],
      2,
      ['design-key-unknown', 'design-needs', 'design-needs'],
    ],
    [
      'a size far beyond the pilots',
      'sizes: 1B\nratios: 0.5\ntokens: 5M\n',
      ['--assume-base-from-size-law'],
      1,
      ['too-far-extrapolation'],
    ],
    [
      'a length far beyond the pilots',
      'sizes: 332928\nratios: 0.5\ntokens: 1B\n',
      [],
      1,
      ['too-far-extrapolation'],
    ],
    ['an unknown set', GRID, ['--base-loss', 'wiki=1'], 2, ['unknown-set']],
    [
      'one base loss for two sizes',
      'sizes: [1M, 2M]\nratios: 0.5\ntokens: 5M\n',
      ['--base-loss', 'general=1.4,domain=2.2'],
      2,
      ['base-loss-of-several-sizes'],
    ],
    ['repeats of a fit', GRID, ['--repeats', '3'], 2, ['options-exclude']],
  ])('%s', async (name, text, options, status, codes) => {
    const design = await put(`${name.replaceAll(' ', '-')}.yaml`, text);
    const told = await simulate('--design', design, ...options, '--json');
    expect({ status: told.status, stdout: told.stdout, codes: codesOf(told.stderr) }).toEqual({
      status,
      stdout: '',
      codes,
    });
  });

  it('a design that is not there, one that would be overwritten, and runs in place of a fit', async () => {
    expect(codesOf((await simulate('--design', path('none.yaml'), '--json')).stderr)).toEqual([
      'file-missing',
    ]);
    const design = await put('both.yaml', GRID);
    const over = await simulate('--design', design, '-o', design, '--force', '--json');
    expect({ status: over.status, codes: codesOf(over.stderr) }).toEqual({
      status: 2,
      codes: ['output-is-input'],
    });
    const runs = await mixplan(['simulate', await put('runs.csv', 'run,tokens\n'), '--json']);
    expect({ status: runs.status, codes: codesOf(runs.stderr) }).toEqual({
      status: 2,
      codes: ['json-syntax'],
    });
  });

  it('a fit that was edited by hand', async () => {
    const stdin = await edited((fit) => Object.assign(fit.evals[0].members[0], { law: 'magic' }));
    const { status, stderr } = await mixplan(['simulate', '-', '--json'], { stdin });
    expect({ status, codes: codesOf(stderr) }).toEqual({ status: 2, codes: ['unknown-law'] });
  });
});
