/** Runs a script of this folder in a folder of emitted files. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EmittedFile } from '../../../src/trainers/adapter.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Whether there is a Python with these packages. */
export function pythonHas(...packages: readonly string[]): boolean {
  try {
    execFileSync('python3', ['-c', packages.map((name) => `import ${name}`).join('\n')], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** What the script prints, as JSON. */
export function inPython(
  script: string,
  words: readonly string[],
  files: readonly EmittedFile[] = [],
): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'mixplan-conformance-'));
  try {
    for (const { path, text } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const output = execFileSync('python3', [join(here, script), ...words], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PYTHONPATH: here, PYTHONDONTWRITEBYTECODE: '1' },
    });
    // Trainers print as they please; the answer is the last line.
    const last = output.trim().split('\n').at(-1) ?? '';
    return last.startsWith('{') ? (JSON.parse(last) as unknown) : last;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
