import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fitSchema } from '../../src/documents/fit.ts';
import { type PlanDocument, planSchema } from '../../src/documents/plan.ts';
import { sha256 } from '../../src/documents/sha256.ts';
import { mixplan } from './harness.ts';
import { codesOf, fitPath, runsPath, scratch, size } from './pilots.ts';

const { path, put } = scratch();
const quickFit = ['--law', 'change-general,change-domain', '--draws', '100'];
const question = [...size, '--tolerance', '3%', '--budget', '5Mtokens'];
const plan = (...options: readonly string[]) => mixplan(['plan', fitPath, ...options]);

const readPlan = async (file: string): Promise<PlanDocument> =>
  planSchema.parse(JSON.parse(await readFile(file, 'utf8')));

describe('mixplan plan', () => {
  it('hands the training that was told to the run, and does not call it that of the pilots', async () => {
    const file = path('told.json');
    const asTold = [
      '--train-as',
      'lr=1e-3,schedule=cosine',
      '--assume-lr-transfer',
      '--assume-transfer',
      'schedule',
    ];
    const { status, stdout } = await plan(...question, ...asTold, '-o', file);
    expect(status).toBe(0);
    expect((await readPlan(file)).runs[0].schedule).toMatchObject({ kind: 'cosine', peakLr: 1e-3 });
    expect(stdout).toContain('Trained otherwise than some pilot: cosine learning rate with peak 0.001');
    const asPilots = path('as-pilots.json');
    expect((await plan(...question, '-o', asPilots)).stdout).toContain(
      'Trained as the pilots were: constant',
    );
    expect((await readPlan(asPilots)).runs[0].schedule).toMatchObject({ kind: 'constant', peakLr: 6e-4 });
  });

  it('from a fit: writes a plan that names it, and says the same in order', async () => {
    const file = path('from-fit.json');
    const { status, stdout, stderr } = await plan(...question, '-o', file);
    expect(status).toBe(0);
    expect(stderr).toContain(`wrote ${file}`);
    expect(`${stdout}${stderr}`).not.toMatch(/NaN|Infinity|undefined/);
    const heads = [
      'Train the 333k model on',
      'How sure',
      'Compared with',
      'It assumes',
      'The command that makes',
    ];
    const places = heads.map((head) => stdout.indexOf(head));
    expect(places[0]).toBe(0);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    const document = await readPlan(file);
    expect(resolve(dirname(file), document.fit.path)).toBe(fitPath);
    expect(document.fit.sha256).toBe(sha256(await readFile(fitPath, 'utf8')));
    const [general, domain] = document.runs[0].corpora;
    expect(general.share + domain.share).toBeCloseTo(1, 12);
    expect(document.within).toBeGreaterThanOrEqual(0.9);
  });

  it('from runs: writes the fit beside it; the command in it makes the same bytes again', async () => {
    await mkdir(path('from-runs'));
    const file = path('from-runs/plan.json');
    const first = await mixplan(['plan', runsPath, ...quickFit, ...question, '-o', file]);
    expect(first.status).toBe(0);
    expect(await readdir(path('from-runs'))).toEqual(['pilots-kernel-c.fit.json', 'plan.json']);
    const document = await readPlan(file);
    const fitText = await readFile(join(path('from-runs'), document.fit.path), 'utf8');
    expect(document.fit.sha256).toBe(sha256(fitText));
    fitSchema.parse(JSON.parse(fitText));

    const words = document.command.match(/'[^']*'|\S+/g)!.map((word) => word.replaceAll("'", ''));
    expect(words[0]).toBe('mixplan');
    const again = await mixplan(words.slice(1));
    expect(again.status).toBe(0);
    expect(again.stderr).toContain('have this very text already');
    expect(again.stdout).toBe(first.stdout);

    const fromFit = await mixplan([
      'plan',
      path('from-runs/pilots-kernel-c.fit.json'),
      ...question,
      '-o',
      '-',
    ]);
    const { command: _, ...others } = planSchema.parse(JSON.parse(fromFit.stdout));
    const { command: __, ...same } = document;
    expect(others).toEqual({ ...same, fit: { ...same.fit, path: expect.any(String) } });
  });

  it('prints the document with -o - or --json, and writes nothing with the former', async () => {
    const { status, stdout, stderr } = await plan(...question, '-o', '-');
    expect(status).toBe(0);
    expect(stderr).not.toContain('wrote');
    const file = path('printed.json');
    const printed = await plan(...question, '-o', file, '--json');
    expect(printed.stdout).toBe(await readFile(file, 'utf8'));
    const { command: _, fit: __, ...others } = planSchema.parse(JSON.parse(printed.stdout));
    expect(planSchema.parse(JSON.parse(stdout))).toMatchObject(others);
    for (const line of printed.stderr.trimEnd().split('\n')) expect(JSON.parse(line)).toHaveProperty('code');
  });

  it('reads a fit from standard input and writes it beside the plan', async () => {
    await mkdir(path('piped'));
    const stdin = await readFile(fitPath, 'utf8');
    const file = path('piped/plan.json');
    expect((await mixplan(['plan', '-', ...question, '-o', file], { stdin })).status).toBe(0);
    const document = await readPlan(file);
    expect(await readFile(path(`piped/${document.fit.path}`), 'utf8')).toBe(stdin);
  });

  it('takes a plain size as the model', async () => {
    const options = ['--tolerance', '3%', '--budget', '5Mtokens', '-o', '-'];
    const { status, stdout } = await plan('--model', '333k', ...options);
    expect(status).toBe(0);
    expect(planSchema.parse(JSON.parse(stdout)).model).toEqual({ name: null, params: 333_000 });
  });
});

describe('mixplan plan says no, honestly and without a file', () => {
  it('where nothing keeps the tolerance: the nearest request that it names is feasible', async () => {
    const file = path('infeasible.json');
    const tight = (tolerance: string) =>
      plan(...size, '--tolerance', tolerance, '--budget', '5Mtokens', '-o', file, '--json');
    const { status, stdout, stderr } = await tight('0.1%');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(codesOf(stderr)).toEqual(['infeasible']);
    const { hint } = JSON.parse(stderr) as { hint: string };
    const feasible = /--tolerance (\S+)$/.exec(hint)![1];
    expect((await tight(feasible)).status).toBe(0);
    expect((await readPlan(file)).constraints.confidence).toBe(0.9);
  });

  it('with several general sets: one that keeps all of them', async () => {
    const header =
      'run,base,params,tokens,domain_ratio,loss_general,loss_general_web,loss_domain,schedule,warmup_tokens';
    const lines = (await readFile(runsPath, 'utf8')).trimEnd().split('\n').slice(1);
    const rows = lines.map((line, k) => {
      const [run, base, params, , tokens, ratio, general, domain] = line.split(',');
      const web = (1.3 * Number(general) * (1 + 0.001 * Math.sin(k))).toFixed(5);
      return [run, base, params, tokens, ratio, general, web, domain, 'constant', '204800'].join(',');
    });
    const runs = await put('sets.csv', `${[header, ...rows].join('\n')}\n`);
    const fit = path('sets.fit.json');
    expect((await mixplan(['fit', runs, ...quickFit, '-o', fit])).status).toBe(0);
    const ask = (tolerance: string) =>
      mixplan(['plan', fit, ...size, '--tolerance', tolerance, '--budget', '5Mtokens', '-o', '-', '--json']);
    const refused = await ask('general=0.1%,general_web=0.05nats');
    expect(refused.status).toBe(1);
    const { hint } = JSON.parse(refused.stderr) as { hint: string };
    const feasible = /--tolerance (\S+)$/.exec(hint)![1];
    expect(feasible).toMatch(/^general=[\d.]+%,general_web=/);
    expect((await ask(feasible)).status).toBe(0);
  });

  it('where the budget reaches too far, unless told to extrapolate', async () => {
    const far = [...size, '--tolerance', '20%', '--budget', '150Mtokens', '-o', path('far.json'), '--json'];
    const refused = await plan(...far);
    expect({ status: refused.status, codes: codesOf(refused.stderr) }).toEqual({
      status: 1,
      codes: ['too-far-extrapolation'],
    });
    const insisted = await plan(...far, '--extrapolate');
    expect(insisted.status).toBe(0);
    expect(codesOf(insisted.stderr)).toContain('far-extrapolation');
    expect((await readPlan(path('far.json'))).extrapolation.provenance).toBe('extrapolated');
  });

  it('where the budget buys next to nothing', async () => {
    const { status, stderr } = await plan(
      ...size,
      '--tolerance',
      '3%',
      '--budget',
      '100tokens',
      '-o',
      '-',
      '--json',
    );
    expect({ status, codes: codesOf(stderr) }).toEqual({ status: 1, codes: ['too-few-tokens'] });
  });
});

describe('mixplan plan refuses', () => {
  it.each([
    [[], ['plan-needs', 'plan-needs', 'plan-needs']],
    [[...size, '--tolerance', '3%', '--budget', '512'], ['unit-missing']],
    [[...size, '--tolerance', '3%', '--budget', '0gpu-h'], ['quantity-out-of-range']],
    [[...size, '--tolerance', '3%', '--budget', '512gpu-h'], ['budget-needs']],
    [[...size, '--tolerance', '3%', '--budget', '$20k', '--gpu', 'h100'], ['budget-needs']],
    [[...question, '--throughput', '1000tok/s', '--mfu', '0.4'], ['options-exclude']],
    [[...question, '--model', 'llama-3.1-8b'], ['models-disagree']],
    [['--tolerance', '3%', '--budget', '5Mtokens', '--model', 'gpt-99'], ['model-shape-unknown']],
    [[...question, '--confidence', '0.9999'], ['confidence-beyond-draws']],
    [[...question, '--fit-output', 'other.fit.json'], ['options-exclude']],
    [[...question, '-o', 'missing-folder/plan.json'], ['file-unwritable']],
    [[...question, '-o', '.'], ['file-unwritable']],
  ])('%j', async (options, codes) => {
    const { status, stdout, stderr } = await plan(...options, '--json');
    expect({ status, stdout, codes: codesOf(stderr) }).toEqual({ status: 2, stdout: '', codes });
  });

  it('to replace its fit even with --force, or another file without', async () => {
    const text = await readFile(fitPath, 'utf8');
    const fit = await put('mine.fit.json', text);
    const over = await mixplan(['plan', fit, ...question, '-o', fit, '--force', '--json']);
    expect({ status: over.status, codes: codesOf(over.stderr) }).toEqual({
      status: 2,
      codes: ['output-is-input'],
    });
    expect(await readFile(fit, 'utf8')).toBe(text);
    const mine = await put('mine.json', 'mine');
    const exists = await plan(...question, '-o', mine, '--json');
    expect({ status: exists.status, codes: codesOf(exists.stderr) }).toEqual({
      status: 2,
      codes: ['file-exists'],
    });
    expect(await readFile(mine, 'utf8')).toBe('mine');
    expect((await plan(...question, '-o', mine, '--force')).status).toBe(0);
  });

  it('one file for plan and fit, and a plan where a fit is read', async () => {
    const file = path('both.json');
    const twice = await mixplan(['plan', runsPath, ...question, '-o', file, '--fit-output', file, '--json']);
    expect({ status: twice.status, codes: codesOf(twice.stderr) }).toEqual({
      status: 2,
      codes: ['file-twice'],
    });
    expect((await plan(...question, '-o', file)).status).toBe(0);
    const wrong = await mixplan(['plan', file, ...question, '--json']);
    expect({ status: wrong.status, codes: codesOf(wrong.stderr) }).toEqual({
      status: 2,
      codes: ['document-of-other-kind'],
    });
  });
});
