import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseSettings } from '../../src/options/settingsFile.ts';
import { mixplan } from './harness.ts';
import { codesOf, fitPath, runsPath, scratch } from './pilots.ts';

const { path } = scratch();
const home = process.cwd();
let folders = 0;

/** Each test runs in a folder of its own, as people do. */
beforeEach(async () => {
  const folder = path(`folder-${folders++}`);
  await mkdir(folder);
  process.chdir(folder);
});
afterEach(() => process.chdir(home));

const settings = (text: string, file = 'mixplan.yaml') => writeFile(file, text);
const whole = `fit: ${fitPath}
throughput: 12000tok/s
tolerance: 3%
params: 333k
`;
const budget = ['--budget', '0.15gpu-h', '-o', '-'];
/** Words of a command line that quotes with single quotes alone, without the program's name. */
const shellSplit = (command: string): string[] =>
  [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare).slice(1);

describe('mixplan.yaml', () => {
  it('makes plan --budget a whole command, with the answer of all the flags', async () => {
    const flags = ['--throughput', '12000tok/s', '--tolerance', '3%', '--params', '333k'];
    const long = await mixplan(['plan', fitPath, ...budget, ...flags, '--no-config', '--json']);
    await settings(whole);
    const short = await mixplan(['plan', ...budget]);
    expect(short.status).toBe(0);
    expect(short.stdout).toBe(long.stdout);
    expect(short.stderr).toContain('mixplan.yaml gives fit, params, tolerance and throughput');
    expect((await mixplan(['plan', ...budget, '--quiet'])).stderr).toBe('');
  });

  it('comes after the flags, and prints a command that does not need it', async () => {
    await settings(`${whole}confidence: 80%\n`);
    const { status, stdout } = await mixplan(['plan', ...budget, '--tolerance', '4%', '--confidence', '90%']);
    expect(status).toBe(0);
    const { command, constraints } = JSON.parse(stdout) as {
      command: string;
      constraints: { tolerance: object; confidence: number };
    };
    expect(constraints.tolerance).toEqual({ general: { kind: 'relative', share: 0.04 } });
    expect(constraints.confidence).toBe(0.9);
    expect(command).toContain(' --no-config');
    expect((await mixplan(shellSplit(command))).stdout).toBe(stdout);
  });

  it('gives way to a flag that answers the same question in another way', async () => {
    await settings(`fit: ${fitPath}\nparams: 333k\ntokens: 5M\ngrid: 3\nmfu: 0.4\n`);
    const one = await mixplan(['predict', '--domain-ratio', '0.3']);
    expect(one.status).toBe(0);
    expect(one.stdout).toContain('Predicted for a 333k model');
    const plan = ['plan', ...budget, '--tolerance', '3%'];
    expect((await mixplan([...plan, '--throughput', '12000tok/s'])).status).toBe(0);
  });

  it('gives fit the runs, without what belongs to --explain', async () => {
    await settings(`${whole}runs: ${runsPath}\ndraws: 0\nlaw: [change-general, change-domain]\n`);
    const { status, stdout, stderr } = await mixplan(['fit', '-o', '-']);
    expect(status).toBe(0);
    expect(stderr).toContain('mixplan.yaml gives runs, law and draws');
    expect((JSON.parse(stdout) as { draws: { count: number } }).draws.count).toBe(0);
    const explained = await mixplan(['fit', fitPath, '--explain', '--tokens', '5M', '--json']);
    expect(explained.status).toBe(0);
  });

  const curve = join(home, 'fits/published/cmr-2024-finance-3.1b.law.json');
  const buys = ['--budget', '512gpu-h', '--gpu', 'h100-sxm', '-o', '-'];

  it('gives plan --no-pilots what it can use, and the rest is left out and told', async () => {
    await settings(
      `${whole.replace('333k', '7B').replace('throughput', '# throughput')}corpus: {domain: 5B}\n`,
    );
    const argv = ['plan', '--no-pilots', '--shift', 'weak', ...buys];
    const { status, stdout, stderr } = await mixplan(argv);
    expect(status).toBe(0);
    expect(stderr).toContain('mixplan.yaml gives fit, params, tolerance and corpus');
    expect(stderr).toContain('not used for this: fit and corpus');
    const { basis, command, constraints } = JSON.parse(stdout) as {
      basis: string;
      command: string;
      constraints: { tolerance: object };
    };
    expect(basis).toBe('assumed');
    expect(constraints.tolerance).toEqual({ kind: 'relative', share: 0.03 });
    expect(command).not.toContain('--corpus');
    const again = await mixplan(shellSplit(command));
    expect(again.stdout).toBe(stdout);
    const typed = await mixplan([...argv, '--corpus', 'domain=5B', '--json']);
    expect({ status: typed.status, codes: codesOf(typed.stderr) }).toEqual({
      status: 2,
      codes: ['options-exclude'],
    });
  });

  it('gives a shift to plans without pilots alone', async () => {
    await settings(`${whole}shift: weak\n`);
    expect(JSON.parse((await mixplan(['plan', ...budget])).stdout)).toHaveProperty('basis', 'fit');
    const without = ['plan', '--no-pilots', '--budget', '512gpu-h', '--gpu', 'h100-sxm', '-o', '-'];
    expect(JSON.parse((await mixplan(without)).stdout)).toHaveProperty('shift', 'weak');
  });

  it('gives a published curve what it can use', async () => {
    await settings(
      `fit: ${fitPath}\ntolerance: 3%\nbase-loss: {general: 2}\ngpu: h100-sxm\nconfidence: 80%\n`,
    );
    const planned = await mixplan(['plan', curve, '--budget', '512gpu-h', '-o', '-']);
    expect(planned.status).toBe(0);
    expect(planned.stderr).toContain('not used for this: tolerance, confidence and base-loss');
    const { basis, command } = JSON.parse(planned.stdout) as { basis: string; command: string };
    expect(basis).toBe('publishedCurve');
    expect(command).not.toContain('--tolerance');
    expect(command).toContain('--no-config');
    expect((await mixplan([...shellSplit(command), '--json'])).stdout).toBe(planned.stdout);
    expect((await mixplan(['critical', curve, '--tokens', '20B'])).status).toBe(0);
  });

  it('gives hardware the model that an accelerator is asked about, and lists what there is without one', async () => {
    await settings('model: llama-3.1-8b\nsequence-length: 8192\ngpus: 64\ntolerance: 3%\n');
    const quote = await mixplan(['hardware', 'h100-sxm']);
    expect({ status: quote.status, text: quote.stdout }).toEqual({
      status: 0,
      text: expect.stringContaining('at 8192 tokens a sequence') as string,
    });
    for (const name of [[], ['models'], ['llama-3.1-8b']])
      expect((await mixplan(['hardware', ...name])).status).toBe(0);
  });

  it('gives compare and simulate what they ask a fit, and leaves it out for plans', async () => {
    await settings(
      `${whole.replace('3%', '4%')}tokens: 5M\nseed: 9\nbase-loss: {general: 1.5, domain: 2.4}\n`,
    );
    const compared = await mixplan(['compare', fitPath, fitPath, '--json']);
    expect(compared.status).toBe(0);
    expect(compared.stdout).toContain('0.04');
    expect((await mixplan(['plan', '--budget', '5Mtokens'])).status).toBe(0);
    const plans = await mixplan(['compare', 'plan.json', 'plan.json']);
    expect(plans.status).toBe(0);
    expect(plans.stderr).toContain('not used for this: params, tokens, tolerance and base-loss');
    const ofFit = await mixplan(['simulate']);
    expect({ status: ofFit.status, stderr: ofFit.stderr }).toEqual({
      status: 0,
      stderr: expect.stringContaining('not used for this: base-loss') as string,
    });
    const without = await mixplan(['simulate', fitPath, '--seed', '9', '--no-config']);
    expect(ofFit.stdout).toBe(without.stdout);
    expect((await mixplan(['simulate', 'plan.json'])).status).toBe(0);
  });

  it('of another folder is named with --config, and its paths start there', async () => {
    await mkdir('team');
    await writeFile(join('team', 'runs.csv'), 'run,params\n');
    await settings('runs: runs.csv\n', join('team', 'ours.yaml'));
    const { stderr } = await mixplan(['check', '--config', 'team/ours.yaml', '--json']);
    expect(stderr).toContain(`"file":"${join('team', 'runs.csv')}"`);
  });

  it('is left alone by commands that take no settings', async () => {
    await settings('not: a: setting');
    expect((await mixplan(['explain', 'setting-unknown'])).status).toBe(0);
    expect((await mixplan(['predict', '--help'])).status).toBe(0);
  });

  it.each<[string, string, readonly string[], readonly string[]]>([
    ['with a fault', 'gpuu: h100-sxm\nbudget: 3\n', ['plan'], ['setting-unknown', 'unit-missing']],
    ['with a fault that this command would not read', 'budget: 3\n', ['check', 'x.csv'], ['unit-missing']],
    ['that is not there', '', ['plan', '--config', 'none.yaml'], ['file-missing']],
    ['and none', '', ['plan', '--config', 'mixplan.yaml', '--no-config'], ['options-exclude']],
    ['without its value', '', ['plan', 'x', '--config'], ['option-without-value']],
    ['without what is asked', 'tolerance: 3%\n', ['critical'], ['operand-missing']],
    ['whose fit is gone', 'fit: gone.fit.json\n', ['critical'], ['file-missing']],
  ])('%s is refused', async (_, text, argv, codes) => {
    await settings(text);
    const { status, stdout, stderr } = await mixplan([...argv, '--json']);
    expect({ status, stdout, codes: codesOf(stderr) }).toEqual({ status: 2, stdout: '', codes });
  });

  it('under another name is not overlooked in silence', async () => {
    await settings(whole, 'mixplan.yml');
    const { status, stderr } = await mixplan(['plan', ...budget, '--json']);
    expect({ status, codes: codesOf(stderr) }).toEqual({ status: 2, codes: ['settings-misnamed'] });
    expect((await mixplan(['plan', ...budget, '--config', 'mixplan.yml'])).status).toBe(0);
  });

  it('tells its faults by file, line and column', async () => {
    await settings('params: 333k\ntolerance: {general: 3}\n');
    const { stderr } = await mixplan(['critical']);
    expect(stderr).toContain('error: mixplan.yaml:2:22: tolerance: 3 looks like a percentage');
  });
});

describe('mixplan init', () => {
  it('writes settings that plan takes, filled in from the runs', async () => {
    const { status, stdout } = await mixplan(['init', runsPath]);
    expect(status).toBe(0);
    expect(stdout).toContain('mixplan plan --budget 512gpu-h');
    const { values, operands } = parseSettings(await readSettings(), 'mixplan.yaml');
    expect(operands.get('runs')).toHaveLength(1);
    expect(Object.fromEntries(values)).toEqual({
      params: [332_928],
      tolerance: { kind: 'everySet', tolerance: { kind: 'relative', share: 0.03 } },
      role: { general: 'general', domain: 'domain' },
    });
    expect((await mixplan(['check'])).status).toBe(0);
    const plan = ['plan', ...budget, '--throughput', '12000tok/s'];
    const laws = ['--law', 'change-general,change-domain', '--draws', '0'];
    expect((await mixplan([...plan, ...laws])).status).toBe(0);
  });

  it('explains every setting, each example of which can be switched on', async () => {
    const { stdout } = await mixplan(['init', '-o', '-']);
    expect(parseSettings(stdout, 'mixplan.yaml').values.size).toBe(0);
    const examples = stdout.split('\n').flatMap((line) => /^# ([a-z-]+: [^ ].*)$/.exec(line)?.[1] ?? []);
    const keys = examples.map((line) => line.slice(0, line.indexOf(':')));
    expect(keys).toEqual(expect.arrayContaining(['fit', 'runs', 'gpu', 'base-loss', 'replay', 'goodput']));
    for (const line of examples) {
      const { values, operands } = parseSettings(`${line}\n`, 'mixplan.yaml');
      expect(values.size + operands.size).toBe(1);
    }
  });

  it('leaves a file alone unless told otherwise', async () => {
    await settings('gpu: mine\n');
    const refused = await mixplan(['init', '--json']);
    expect({ status: refused.status, codes: codesOf(refused.stderr) }).toEqual({
      status: 2,
      codes: ['file-exists'],
    });
    expect(await readSettings()).toBe('gpu: mine\n');
    expect((await mixplan(['init', '--force'])).status).toBe(0);
    expect(await readSettings()).toContain('# gpu: ');
  });

  it('writes nothing from runs that are broken', async () => {
    await writeFile('broken.csv', 'run,params\na,b\n');
    const { status, stdout } = await mixplan(['init', 'broken.csv']);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    await expect(readSettings()).rejects.toThrow();
  });
});

async function readSettings(): Promise<string> {
  return readFile('mixplan.yaml', 'utf8');
}
