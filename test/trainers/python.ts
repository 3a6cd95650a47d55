/** Python where there is one, as a second reader of what is emitted. */
import { spawnSync } from 'node:child_process';

/** Runs a program on `input`, given as JSON; returns what it prints, as JSON. Throws with what it says on standard error. */
export function python<T>(
  program: string,
  input: unknown,
  command = 'python3',
  env: NodeJS.ProcessEnv = {},
): T {
  const { status, stdout, stderr } = spawnSync(command, ['-c', program], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(stderr.trim().split('\n').slice(-12).join('\n'));
  return JSON.parse(stdout) as T;
}

/** Whether Python has these modules. */
export function pythonHas(modules: readonly string[], command = 'python3'): boolean {
  return spawnSync(command, ['-c', `import ${['json', ...modules].join(', ')}`]).status === 0;
}
