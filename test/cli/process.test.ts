import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const program = (name: string): string[] => [
  '--import',
  import.meta.resolve('tsx'),
  fileURLToPath(new URL(`../../src/cli/bin/${name}.ts`, import.meta.url)),
];

function run(name: string, ...argv: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...program(name), ...argv], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('the programs', () => {
  it('hand status and streams to the shell', () => {
    const good = run('mixplan', 'explain', 'unit-missing');
    expect(good).toMatchObject({ status: 0, stderr: '' });
    expect(good.stdout).toContain('unit-missing');
    const bad = run('mixplan', 'explain', '--bogus');
    expect(bad).toMatchObject({ status: 2, stdout: '' });
    expect(bad.stderr).toContain('--bogus');
  });

  it('plan is mixplan plan', () => {
    const short = run('plan', '--bogus');
    const long = run('mixplan', 'plan', '--bogus');
    expect(short).toEqual(long);
    expect(short.status).toBe(2);
  });

  it('end quietly when the reader goes away', async () => {
    const child = spawn(process.execPath, [...program('mixplan'), 'explain'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(stderr).toBe('');
  });

  it('do what was asked although nobody reads the messages', async () => {
    const child = spawn(process.execPath, [...program('mixplan'), 'explain', '--bogus'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.destroy();
    expect(await once(child, 'close')).toEqual([2, null]);
  });

  it.skipIf(!existsSync('/dev/full'))('say that a disk is full (needs /dev/full)', () => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [...program('mixplan'), 'explain'], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(full);
    expect(status).toBe(2);
    expect(stderr).toContain('"standard output" cannot be written: no space is left on the device.');
    expect(stderr).not.toContain(' at ');
  });
});
