import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { inDeclaredOrder, optionOf } from '../../src/options/all.ts';
import { mixplan } from './harness.ts';
import { codesOf, scratch } from './pilots.ts';

const { put, path } = scratch();
const asked = fileURLToPath(new URL('asks.zsh', import.meta.url));
const isHere = (program: string): boolean => spawnSync(program, ['-c', 'exit 0']).status === 0;

/** The script of each shell in a folder with two files, and what the shell prints for some words of its own. */
async function scriptOf(shell: string): Promise<string> {
  return put(`script.${shell}`, (await mixplan(['completion', shell])).stdout);
}

function output(program: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', cwd: path('') });
  expect({ program, status, stderr }).toEqual({ program, status: 0, stderr: '' });
  return stdout.trimEnd();
}

beforeAll(async () => {
  await put('pilots one.csv', '');
  await put('pilots-two.csv', '');
});

const each = (name: string): readonly string[] =>
  inDeclaredOrder(commands.find((command) => command.name === name)!.options).map(
    (option) => optionOf(option).flag,
  );

describe('mixplan completion bash', () => {
  let script = '';
  beforeAll(async () => {
    script = await scriptOf('bash');
  });
  /** What bash itself offers after the words, the last of which is being typed. */
  const offers = (...words: readonly string[]): readonly string[] => {
    const lines = `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _mixplan; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const text = output('bash', ['--norc', '-c', lines, script, ...words]);
    return text === '' ? [] : text.split('\n');
  };

  it('prints nothing and defines the functions when it is sourced', () => {
    expect(output('bash', ['--norc', '-c', 'source "$0" && complete -p mixplan plan', script])).toBe(
      'complete -F _mixplan mixplan\ncomplete -F _mixplan plan',
    );
  });

  it('offers every command, and the flags of each', () => {
    expect(offers('mixplan', '')).toEqual([...commands.map(({ name }) => name), 'help']);
    for (const { name } of commands)
      expect(offers('mixplan', name, '--')).toEqual(expect.arrayContaining([...each(name)]));
    expect(offers('mixplan', 'laws', '--')).not.toContain('--budget');
  });

  it.each([
    [['mixplan', 'pl'], ['plan']],
    [['mixplan', '--json', 'pl'], ['plan']],
    [['mixplan', 'help', 'crit'], ['critical']],
    [['mixplan', 'plan', '--gpu', 'h200'], ['h200']],
    [['mixplan', 'plan', '--gpu', '=', 'h200'], ['h200']],
    [
      ['mixplan', 'fit', '--objective', ''],
      ['huber', 'log-huber', 'squared'],
    ],
    [['mixplan', 'fit', '--law', 'd-cpt-l3,chinch'], ['d-cpt-l3,chinchilla']],
    [['plan', '--toler'], ['--tolerance']],
    [['mixplan', 'plan', '--budget', ''], []],
    [['mixplan', 'schema', 'pred'], ['prediction']],
    [['mixplan', 'explain', 'unit-mis'], ['unit-missing']],
    [['mixplan', 'laws', 'chinch'], ['chinchilla']],
    [['mixplan', 'completion', 'b'], ['bash']],
    [
      ['mixplan', 'check', 'pilots'],
      ['pilots one.csv', 'pilots-two.csv'],
    ],
    [['mixplan', 'fit', 'a.csv', '-o', 'pilots-'], ['pilots-two.csv']],
  ])('%j', (words, expected) => {
    expect([...offers(...words)].sort()).toEqual(expected);
  });
});

describe.skipIf(!isHere('zsh'))('mixplan completion zsh (skipped where there is no zsh)', () => {
  it('completes what is typed at a prompt', async () => {
    const script = await scriptOf('zsh');
    const line = (typed: string): string => output('zsh', ['-f', asked, script, typed]);
    expect(line('mixplan pl')).toBe('mixplan plan');
    expect(line('mixplan plan --toler')).toBe('mixplan plan --tolerance=');
    expect(line('mixplan --json plan --gpu h200')).toBe('mixplan --json plan --gpu h200');
    expect(line('plan --objective lo')).toBe('plan --objective log-huber');
    expect(line('mixplan schema pred')).toBe('mixplan schema prediction');
    expect(line('mixplan check pilots-')).toBe('mixplan check pilots-two.csv');
  });
});

describe.skipIf(!isHere('fish'))('mixplan completion fish (skipped where there is no fish)', () => {
  it('offers commands, flags, values and files', async () => {
    const script = await scriptOf('fish');
    const offers = (typed: string): readonly string[] =>
      output('fish', ['--no-config', '-c', `source '${script}'; complete -C '${typed}'`])
        .split('\n')
        .map((line) => line.split('\t')[0]);
    expect(offers('mixplan ')).toEqual(expect.arrayContaining(commands.map(({ name }) => name)));
    expect(offers('mixplan plan --toler')).toEqual(['--tolerance']);
    expect(offers('mixplan plan --gpu h200')).toEqual(['h200']);
    expect(offers('plan --objective ')).toEqual(['huber', 'log-huber', 'squared']);
    expect(offers('mixplan schema pred')).toEqual(['prediction']);
    expect(offers('mixplan check pilots-')).toEqual(['pilots-two.csv']);
  });
});

describe('mixplan completion', () => {
  it('gives other programs the same as data', async () => {
    const { status, stdout } = await mixplan(['completion', 'bash', '--json']);
    expect(status).toBe(0);
    const data = JSON.parse(stdout) as { name: string; flags: { flags: string[] }[] }[];
    expect(data.map(({ name }) => name)).toEqual([...commands.map(({ name }) => name), 'help']);
    for (const { name } of commands) {
      const flags = data.find((command) => command.name === name)!.flags.flatMap((flag) => flag.flags);
      expect(flags).toEqual(expect.arrayContaining([...each(name)]));
    }
  });

  it.each([
    [['tcsh'], ['choice-unknown']],
    [[], ['operand-missing']],
    [['bash', 'zsh'], ['operand-surplus']],
  ])('refuses %j', async (args, codes) => {
    const { status, stdout, stderr } = await mixplan(['completion', ...args, '--json']);
    expect({ status, stdout, codes: codesOf(stderr) }).toEqual({ status: 2, stdout: '', codes });
  });
});
