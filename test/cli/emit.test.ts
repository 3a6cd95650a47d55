import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseDocument } from '../../src/documents/read.ts';
import { documentKinds } from '../../src/documents/schemas.ts';
import type { TrainingRun } from '../../src/documents/trainingRun.ts';
import { optionsExclude } from '../../src/problems/options.ts';
import {
  batchIndivisible,
  emitNameUnknown,
  emitNeeds,
  notEmitted,
  runUnknown,
  trainerUnknown,
} from '../../src/problems/trainers.ts';
import { trainers } from '../../src/trainers/registry.ts';
import { requestOf } from '../trainers/randomRequests.ts';
import { mixplan } from './harness.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mixplan-emit-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** As pilots leave a run: without batch, steps and sequence length. */
function open(name: string, change: Partial<TrainingRun> = {}): TrainingRun {
  const { run } = requestOf({ shares: { general: 0.7, domain: 0.3 }, available: { domain: 4e8 } });
  return { ...run, name, batchTokens: null, steps: null, sequenceLength: null, ...change };
}

async function pilots(...runs: readonly TrainingRun[]): Promise<string> {
  const path = join(folder, 'pilots.json');
  await writeFile(path, JSON.stringify({ schema: 'mixplan.pilots/1', runs }));
  return path;
}

const told = [
  ...['--data', 'general=/data/web,domain=/data/law', '--eval-data', 'general=/held/web,domain=/held/law'],
  ...['--base', '/models/8b', '--tokenizer', 'llama', '--sequence-length', '4096', '--batch-tokens', '4M'],
  ...['--gpus', '64', '--micro-batch', '2', '--mean-tokens', 'general=1500,domain=300'],
];
const codesIn = (stderr: string): readonly string[] =>
  stderr
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { code: string }).code);

describe('mixplan emit', () => {
  it('asks for everything that is missing at once, by name, with why', async () => {
    const plan = await pilots(
      open('plan', { schedule: { ...open('x').schedule, kind: 'unknown', peakLr: null } }),
    );
    const { status, stderr } = await mixplan(['emit', plan, '--trainer', 'llama-factory']);
    expect(status).toBe(2);
    for (const flag of ['sequence-length', 'batch-tokens', 'gpus', 'micro-batch', 'lr', 'schedule', 'base'])
      expect(stderr).toContain(`--${flag} `);
    expect(stderr).toContain('--data general=PATH,domain=PATH is needed');
    expect(stderr).toContain('--eval-data general=PATH,domain=PATH is needed');
    expect(stderr).toContain('--mean-tokens general=TOKENS,domain=TOKENS is needed');
  });

  it('shows the files without -o, and writes nothing', async () => {
    const plan = await pilots(open('plan'));
    const { status, stdout, stderr } = await mixplan(['emit', plan, '--trainer', 'megatron', ...told]);
    expect(status).toBe(0);
    expect(stdout).toContain('==> arguments.txt <==\n# Made by mixplan from pilots.json (sha256 ');
    expect(stdout).toContain('--train-iters 501\n--global-batch-size 1024\n');
    expect(stderr).toContain('1,024 sequences, 4,194,304 tokens');
    expect(await readdir(folder)).toEqual(['pilots.json']);
  });

  it('writes a folder whole, and reads it back as the plan', async () => {
    const plan = await pilots(open('plan'));
    const out = join(folder, 'law-8b');
    const written = await mixplan(['emit', plan, '--trainer', 'levanter', ...told, '-o', out]);
    expect(written.status).toBe(0);
    expect(written.stdout).toContain('70.0% general and 30.0% domain'.replaceAll('.0', ''));
    expect(written.stdout).toContain(`cd ${out}\n`);
    expect((await readdir(out)).sort()).toEqual(['config.yaml', 'emitted.json']);
    await parseDocument(await readFile(join(out, 'emitted.json'), 'utf8'), documentKinds.emission, 'x');
    for (const compared of [[], [plan]]) {
      const { status, stdout } = await mixplan(['emit', '--check', out, ...compared]);
      expect([status, stdout.split('\n')[0]]).toEqual([
        0,
        expect.stringContaining('would carry out plan as'),
      ]);
    }
    // Again without --force: the same files are left alone, others are not replaced.
    expect((await mixplan(['emit', plan, '--trainer', 'levanter', ...told, '-o', out])).status).toBe(0);
    const other = ['emit', plan, '--trainer', 'levanter', ...told, '--lr', '2e-4', '-o', out];
    expect((await mixplan(other)).status).toBe(2);
    expect((await mixplan([...other, '--force'])).status).toBe(0);
  });

  it('takes the files of another trainer away with --force, and nothing that is not its own', async () => {
    const plan = await pilots(open('plan'));
    const out = join(folder, 'moved');
    await mixplan(['emit', plan, '--trainer', 'gpt-neox', ...told, '-o', out]);
    await writeFile(join(out, 'notes.txt'), 'mine');
    const { status } = await mixplan(['emit', plan, '--trainer', 'levanter', ...told, '-o', out, '--force']);
    expect(status).toBe(0);
    expect((await readdir(out)).sort()).toEqual(['config.yaml', 'emitted.json', 'notes.txt']);
  });

  it('refuses a run that no trainer could carry out: shares changed by hand, a batch beyond the run, a file in the way', async () => {
    const changed = JSON.parse(await readFile(await pilots(open('plan')), 'utf8'));
    changed.runs[0].corpora[0].share = 0.9;
    const shares = join(folder, 'shares.json');
    await writeFile(shares, JSON.stringify(changed));
    const codeOf = async (asked: readonly string[], batch = '4M'): Promise<string> => {
      const facts = told.map((word, k) => (told[k - 1] === '--batch-tokens' ? batch : word));
      const asking = ['emit', '--trainer', 'levanter', ...facts, ...asked, '--json'];
      const { status, stderr } = await mixplan(asking);
      expect(status).toBe(2);
      return (JSON.parse(stderr.split('\n')[0]) as { code: string }).code;
    };
    expect(await codeOf([shares])).toBe('shares-not-whole');
    const plan = await pilots(open('plan'));
    expect(await codeOf([plan], '1e17')).toBe('batch-exceeds-run');
    expect(await codeOf([plan, '-o', shares])).toBe('file-unwritable');
  });

  it('tells what differs once files or plan have changed', async () => {
    const plan = await pilots(open('plan'));
    const out = join(folder, 'out');
    await mixplan(['emit', plan, '--trainer', 'gpt-neox', ...told, '-o', out]);
    const file = join(out, 'plan.yml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('[0.7, 0.3]', '[0.7, 0.2]'));
    const changed = await mixplan(['emit', '--check', out, plan, '--json']);
    expect(changed.status).toBe(1);
    const checked = await parseDocument(changed.stdout, documentKinds['emission-check'], 'x');
    expect(checked.rows.filter(({ agrees }) => !agrees).map(({ what }) => what)).toEqual([
      'share of general',
      'share of domain',
      'epochs of domain',
    ]);
    await writeFile(file, text);
    await pilots(open('plan', { tokens: 3e9 }));
    expect((await mixplan(['emit', '--check', out, plan])).status).toBe(1);
    expect((await mixplan(['emit', '--check', out])).status).toBe(0);
  });

  it('gives each run of a list a folder of its own, and each base its weights', async () => {
    const list = await pilots(open('r0', { base: 'small' }), open('r30', { base: 'large' }));
    const out = join(folder, 'pilots');
    const several = [...told, '--base', 'small=/models/1b,large=/models/8b'].filter(
      (word, k, all) => !(word === '/models/8b' || (word === '--base' && all[k + 1] === '/models/8b')),
    );
    const { status } = await mixplan(['emit', list, '--trainer', 'nanotron', ...several, '-o', out]);
    expect(status).toBe(0);
    expect((await readdir(out)).sort()).toEqual(['r0', 'r30']);
    expect(await readFile(join(out, 'r0', 'plan.yaml'), 'utf8')).toContain('path: /models/1b\n');
    expect(await readFile(join(out, 'r30', 'plan.yaml'), 'utf8')).toContain('checkpoints_path: output/r30\n');
    const one = await mixplan(['emit', list, '--trainer', 'nanotron', ...told, '--run', 'r30']);
    expect(one.status).toBe(0);
    expect(one.stdout).not.toContain('r0/');
  });

  it('leaves nothing behind where it fails', async () => {
    const list = await pilots(open('one'), open('two'));
    const out = join(folder, 'out');
    await writeFile(out, 'in the way');
    expect(
      (await mixplan(['emit', list, '--trainer', 'megatron', ...told, '-o', join(out, 'x')])).status,
    ).toBe(2);
    expect((await readdir(folder)).sort()).toEqual(['out', 'pilots.json']);
  });

  it('refuses what it does not know', async () => {
    const plan = await pilots(open('plan'));
    const emit = async (...words: readonly string[]) => {
      const { status, stderr } = await mixplan(['emit', plan, '--json', ...words]);
      return [status, [...new Set(codesIn(stderr))]];
    };
    expect(await emit('--trainer', 'megatrom', ...told)).toEqual([2, [trainerUnknown.code]]);
    expect(await emit(...told)).toEqual([2, [emitNeeds.code]]);
    expect(await emit('--trainer', 'megatron', ...told, '--run', 'pln')).toEqual([2, [runUnknown.code]]);
    const strange = told.map((word) => word.replace('domain=/data', 'domian=/data'));
    expect(await emit('--trainer', 'megatron', ...strange)).toEqual([
      2,
      [emitNeeds.code, emitNameUnknown.code],
    ]);
    const uneven = told.map((word) =>
      word === '--batch-tokens' ? '--global-batch' : word === '4M' ? '1000' : word,
    );
    expect(await emit('--trainer', 'megatron', ...uneven)).toEqual([2, [batchIndivisible.code]]);
    const { status, stderr } = await mixplan(['emit', '--check', folder, '--json']);
    expect([status, codesIn(stderr)]).toEqual([2, [notEmitted.code]]);
  });

  it('refuses two answers to one question, and options that a folder or a list would not heed', async () => {
    const plan = await pilots(open('plan'));
    const refused = async (words: readonly string[], settings?: string) => {
      const config = join(folder, 'settings.yaml');
      if (settings !== undefined) await writeFile(config, settings);
      const { status, stderr } = await mixplan([
        ...['emit', ...words, '--json'],
        ...(settings === undefined ? [] : ['--config', config]),
      ]);
      expect(status).toBe(2);
      const problems = stderr
        .trim()
        .split('\n')
        .flatMap((line) =>
          line.startsWith('{') ? [JSON.parse(line) as { code: string; message: string }] : [],
        );
      expect(new Set(problems.map(({ code }) => code))).toEqual(new Set([optionsExclude.code]));
      return problems.map(({ message }) => message.split(':')[0]);
    };
    const both = '--batch-tokens and --global-batch exclude each other';
    expect(await refused([plan, '--trainer', 'nanotron', ...told, '--global-batch', '1024'])).toEqual([both]);
    const rest = told.filter((word, k) => word !== '--batch-tokens' && told[k - 1] !== '--batch-tokens');
    const given = 'batch-tokens: 4M\nglobal-batch: 1024\n';
    expect(await refused([plan, '--trainer', 'nanotron', ...rest], given)).toEqual([both]);
    expect(await refused(['--check', folder, '-o', 'elsewhere', '--trainer', 'megatron'])).toEqual([
      '--output and --check exclude each other',
      '--trainer and --check exclude each other',
    ]);
    expect(await refused(['--list', '--gpus', '8'])).toEqual(['--gpus and --list exclude each other']);
    expect((await mixplan(['emit', plan, '--list'])).stderr).toContain('one operand too many');
  });

  it('takes what is typed before what a file of settings says, of the batch too, and checks folders beside one', async () => {
    const plan = await pilots(open('plan'));
    const config = join(folder, 'settings.yaml');
    await writeFile(config, 'batch-tokens: 8M\nmicro-batch: 2\n');
    const rest = told.filter((word, k) => word !== '--batch-tokens' && told[k - 1] !== '--batch-tokens');
    const out = join(folder, 'out');
    const words = [...rest, '--global-batch', '1024', '--config', config, '-o', out];
    expect((await mixplan(['emit', plan, '--trainer', 'nanotron', ...words])).status).toBe(0);
    expect((await mixplan(['emit', '--check', out, plan, '--config', config])).status).toBe(0);
  });

  it('warns where mean lengths of documents change nothing', async () => {
    const plan = await pilots(open('plan'));
    const warned = async (trainer: string) =>
      (await mixplan(['emit', plan, '--trainer', trainer, ...told])).stderr.includes(
        '--mean-tokens changes nothing',
      );
    expect([await warned('nanotron'), await warned('axolotl'), await warned('maxtext')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('knows a list of pilots wherever its schema stands', async () => {
    const path = join(folder, 'last.json');
    await writeFile(path, JSON.stringify({ runs: [open('plan')], schema: 'mixplan.pilots/1' }));
    expect((await mixplan(['emit', path, '--trainer', 'nanotron', ...told])).status).toBe(0);
  });

  it('says where the file system takes no folder, rather than trying for ever', async ({ skip }) => {
    if (!existsSync('/proc/self')) skip('there is no /proc');
    const plan = await pilots(open('plan'));
    const words = ['emit', plan, '--trainer', 'nanotron', ...told, '-o', '/proc/mixplan', '--json'];
    const { status, stderr } = await mixplan(words);
    expect(status).toBe(2);
    expect(codesIn(stderr)).toEqual(['file-unwritable']);
  });

  it('speaks of one step, one sequence and one GPU', async () => {
    const tokens = 30 * 4096;
    const plan = await pilots(
      open('plan', { tokens, schedule: { ...open('x').schedule, kind: 'constant', warmupTokens: 4096 } }),
    );
    const small = told.map(
      (word, k) => ({ '--batch-tokens': '4096', '--gpus': '1', '--micro-batch': '1' })[told[k - 1]!] ?? word,
    );
    const { status, stdout } = await mixplan(['emit', plan, '--trainer', 'llama-factory', ...small]);
    expect([status, stdout]).toEqual([
      0,
      expect.stringContaining('# Length: 30 steps of 1 sequence (1 a GPU × 1 × 1 GPU)\n'),
    ]);
    const neox = await mixplan(['emit', plan, '--trainer', 'gpt-neox', ...small]);
    expect(neox.stdout).toContain('# Length: 30 steps of 1 sequence, 122.9k tokens\n');
    expect(neox.stdout).toContain('# Learning rate: a warm-up of 1 step\n');
  });

  it('lists the trainers, what a weight buys in each and what each cannot do', async () => {
    const plain = await mixplan(['emit']);
    expect(plain.status).toBe(0);
    for (const { id } of trainers) expect(plain.stdout).toContain(`  ${id} `);
    const { stdout } = await mixplan(['emit', '--list', '--json']);
    const listed = await parseDocument(stdout, documentKinds.trainers, 'x');
    expect(listed.trainers.map(({ id }) => id)).toEqual(trainers.map(({ id }) => id));
  });

  it('takes the data and the batch from the settings of a folder', async () => {
    const plan = await pilots(open('plan'));
    const config = join(folder, 'mixplan.yaml');
    await writeFile(
      config,
      'data: {general: /data/web, domain: /data/law}\ngpus: 64\nmicro-batch: 2\nbatch-tokens: 4M\nbase: /models/8b\n',
    );
    const { status, stdout } = await mixplan([
      ...['emit', plan, '--trainer', 'nanotron', '--sequence-length', '4096', '--config', config],
    ]);
    expect(status).toBe(0);
    expect(stdout).toContain('- /data/law\n');
  });
});

describe('every trainer', () => {
  it.each(trainers.map(({ id }) => id))('%s carries out the run that it was given', async (id) => {
    const plan = await pilots(open('plan'));
    const out = join(folder, id);
    const words = ['emit', plan, '--trainer', id, ...told, '-o', out];
    const { status, stderr } = await mixplan(words);
    expect([status, stderr]).toEqual([0, expect.stringContaining('wrote')]);
    const checked = await mixplan(['emit', '--check', out, plan]);
    expect([checked.status, checked.stderr]).toEqual([0, '']);
  });
});
