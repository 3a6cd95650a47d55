import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkSchema } from '../../src/documents/check.ts';
import { table } from '../runs/tables.ts';
import { mixplan } from './harness.ts';

const pilots = fileURLToPath(new URL('../../datasets/pilots-kernel-c/runs.csv', import.meta.url));

const codesOf = (stderr: string): string[] =>
  stderr
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { code: string }).code);

describe('mixplan check on the shipped pilots', () => {
  test('answers first, and lacks nothing but a second general set', async () => {
    const { status, stdout, stderr } = await mixplan(['check', pilots]);
    expect(status).toBe(0);
    expect(stderr).toMatch(/^warning: general is the only general set: .*\nhint: .*\nmore about this: .*\n$/);
    expect(stdout.split('\n\n')[0].replaceAll('\n', ' ')).toBe(
      'These runs can fit and test laws in domain ratio, tokens and size. ' +
        '29 runs from 3 base models with 580 evaluations.',
    );
    expect(stdout).toMatch(/gpt-148k +148\.2k +0 +1 +1 +20 +19 +249\.9k to 4\.997M/);
    expect(stdout).toMatch(/gpt-333k +7 times +1\.53727 +2\.45543/);
    expect(stdout).toContain('29 rows, first-stretch.');
    expect(stdout).not.toContain('Runs to add');
  });

  test('as JSON it keeps its schema', async () => {
    const { status, stdout } = await mixplan(['check', pilots, '--json']);
    expect(status).toBe(0);
    const document = checkSchema.parse(JSON.parse(stdout));
    expect(document).toMatchObject({ usable: true, observations: 580, runs: 29, suggestions: [] });
    expect(document.bases[2].cells.map(({ domainRatio }) => domainRatio)).toEqual([
      0, 0.1, 0.25, 0.5, 0.75, 0.9, 1,
    ]);
  });
});

describe('mixplan check on a few runs from standard input', () => {
  test('says what they lack and which runs to add', async () => {
    const { status, stdout, stderr } = await mixplan(['check', '-'], { stdin: table() });
    expect(status).toBe(0);
    expect(stdout).toContain('These runs cannot carry laws in domain ratio, tokens and size.');
    expect(stdout).toMatch(/small +0\.9 +200 +a further ratio/);
    expect(stderr).toContain('warning: No base model has runs at more than 2 ratios (0, 0.5)');
  });

  test('what was not measured is null in JSON, and problems are lines on stderr', async () => {
    const { stdout, stderr } = await mixplan(['check', '-', '--json'], { stdin: table() });
    const document = checkSchema.parse(JSON.parse(stdout));
    expect(document.evals[0].repeats.sd).toBeNull();
    expect(codesOf(stderr)).toContain('few-ratios');
  });

  test('pilots that repeat their corpus are told, here as in fit', async () => {
    const repeated = table()
      .split('\n')
      .map((line, k) => `${line},${k === 0 ? 'unique_domain' : '40'}`)
      .join('\n');
    const { stderr } = await mixplan(['check', '-'], { stdin: repeated });
    expect(stderr).toMatch(/warning: 1 of 2 runs sees their domain corpus more than once, .* [\d.]+ times/);
  });

  test('options reach the reader', async () => {
    const text = table().replace('loss_general', 'loss_wiki').replace('params', 'N');
    const options = ['--map', 'params=N', '--role', 'wiki=general', '--unit', 'wiki=ppl'];
    const { status, stdout } = await mixplan(['check', '-', ...options], { stdin: text });
    expect(status).toBe(0);
    expect(stdout).toMatch(/wiki +general +nats \(from ppl\) +4 +0\.6981 to 0\.7655/);
  });
});

describe('mixplan check on what fit would refuse', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mixplan-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const rates = table()
    .split('\n')
    .map((line, k) => `${line},${k === 0 ? 'lr' : k < 4 ? '0.001' : '0.002'}`)
    .join('\n');

  test('several learning rates: described all the same, exit status 2, unless transfer is assumed', async () => {
    const path = join(folder, 'rates.csv');
    await writeFile(path, rates);
    const refused = await mixplan(['check', path, '--json']);
    expect(refused.status).toBe(2);
    expect(checkSchema.parse(JSON.parse(refused.stdout)).usable).toBe(false);
    expect(codesOf(refused.stderr)).toContain('several-learning-rates');
    const assumed = await mixplan(['check', path, '--json', '--assume-lr-transfer']);
    expect(assumed.status).toBe(0);
    expect(codesOf(assumed.stderr)).toContain('learning-rate-transfer-assumed');
  });

  test('a broken table: nothing on stdout, every fault with its place on stderr', async () => {
    const path = join(folder, 'broken.csv');
    await writeFile(path, table('r9,small,1000,100,30,-1,x'));
    const { status, stdout, stderr } = await mixplan(['check', path]);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    for (const field of ['domain_ratio', 'loss_general', 'loss_domain'])
      expect(stderr).toContain(`${path}:8: ${field}: `);
  });

  test('no files at all', async () => {
    expect((await mixplan(['check'])).status).toBe(2);
  });
});
