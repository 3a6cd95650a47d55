import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { fitSchema } from '../../src/documents/fit.ts';
import { fitFaults } from '../../src/mixture/soundFit.ts';
import { mixplan } from './harness.ts';
import { codesOf, fitPath, runsPath, runsWhere, scratch } from './pilots.ts';

const { path, put } = scratch();
const few = ['--draws', '40', '--law', 'change-general,change-domain'];

describe('mixplan fit', () => {
  it('writes a sound document and says what was found; equal seeds give equal bytes', async () => {
    const file = path('pilots.fit.json');
    const { status, stdout, stderr } = await mixplan(['fit', runsPath, ...few, '-o', file]);
    expect(status).toBe(0);
    expect(stderr).toContain(`wrote ${file}`);
    expect(stdout).toMatch(/^general: best predicted by change-general; off by [\d.]+% on a size left out/);
    expect(`${stdout}${stderr}`).not.toMatch(/NaN|Infinity|undefined/);
    const text = await readFile(file, 'utf8');
    const fit = fitSchema.parse(JSON.parse(text));
    expect(fitFaults(fit, file)).toEqual([]);
    expect(fit.draws.count).toBe(40);

    const again = await mixplan(['fit', runsPath, ...few, '-o', file]);
    expect(again.status).toBe(0);
    expect(again.stderr).toContain('has this very text already');
    const other = await mixplan(['fit', runsPath, ...few, '--seed', '2', '--json']);
    expect(fitSchema.parse(JSON.parse(other.stdout)).draws).not.toEqual(fit.draws);
    const printed = await mixplan(['fit', runsPath, ...few, '-o', '-']);
    expect(printed.stdout).toBe(text);
  });

  it('leaves a file alone unless told to replace it', async () => {
    const file = await put('mine.json', 'mine');
    const quick = ['fit', runsPath, '--draws', '0', '--law', 'chinchilla', '-o', file];
    const refused = await mixplan([...quick, '--json']);
    expect(refused.status).toBe(2);
    expect(codesOf(refused.stderr)).toContain('file-exists');
    expect(await readFile(file, 'utf8')).toBe('mine');
    expect((await mixplan([...quick, '--force'])).status).toBe(0);
    expect(await readFile(file, 'utf8')).toContain('mixplan.fit/1');
  });

  it('compares with an independent solver on request', async () => {
    const { status, stdout } = await mixplan(['fit', runsPath, '--draws', '0', '--verify']);
    expect(status).toBe(0);
    expect(stdout).toContain('Verified by ml-levenberg-marquardt');
  });
});

describe('mixplan fit refuses before it fits', () => {
  it.each([
    [['--draws', '3'], 'too-few-draws'],
    [['--draws', '100', '--level', '0.999'], 'too-few-draws'],
    [['--law', 'magic'], 'unknown-law'],
    [['--law', 'change-general'], 'laws-of-other-role'],
    [['--law', 'change-domain'], 'laws-of-other-role'],
    [['--objective', 'squared', '--delta', '0.1'], 'options-exclude'],
    [['--draws', '1000000'], 'quantity-out-of-range'],
    [['-o', 'missing-folder/pilots.fit.json'], 'file-unwritable'],
  ])('%j', async (options, code) => {
    const { status, stdout, stderr } = await mixplan(['fit', runsPath, ...options, '--json']);
    expect({ status, stdout, codes: codesOf(stderr) }).toEqual({ status: 2, stdout: '', codes: [code] });
  });

  it('to write over its own runs, even with --force', async () => {
    const file = await put('runs.csv', await readFile(runsPath, 'utf8'));
    const before = await readFile(file, 'utf8');
    const { status, stderr } = await mixplan(['fit', file, '-o', file, '--force', '--json']);
    expect({ status, codes: codesOf(stderr) }).toEqual({ status: 2, codes: ['output-is-input'] });
    expect(await readFile(file, 'utf8')).toBe(before);
  });

  it('a fit where runs are read', async () => {
    const { status, stderr } = await mixplan(['fit', fitPath, '--json']);
    expect({ status, codes: codesOf(stderr) }).toEqual({ status: 2, codes: ['document-as-runs'] });
  });
});

describe('mixplan fit of runs that say too little', () => {
  it.each([
    ['one ratio', (row: Readonly<Record<string, string>>) => row.domain_ratio === '0.5'],
    ['one run', (row: Readonly<Record<string, string>>) => row.run === '333k-r050'],
    ['two checkpoints', ({ tokens }: Readonly<Record<string, string>>) => Number(tokens) < 520_000],
  ])('%s: an honest negative that says what each law needs', async (name, holds) => {
    const text = await runsWhere(holds);
    const file = path(`${name}.csv`);
    await writeFile(file, text);
    const { status, stdout, stderr } = await mixplan(['fit', file, '--draws', '0']);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error: No law can be fitted to general\. change-general: needs \d/m);
    expect(stderr).toContain('hint: mixplan check');
  });
});
