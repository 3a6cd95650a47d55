/** The reference trainer's Python, where this machine has one with NumPy and PyTorch. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../notebooks/reference-trainer/', import.meta.url));
/** One thread, so that losses do not depend on what else the machine does. */
const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1' };

const candidates = [process.env.MIXPLAN_PYTHON, '/usr/bin/python3', 'python3'].filter(
  (name) => name !== undefined,
);
const found = candidates.find((name) => spawnSync(name, ['-c', 'import numpy, torch'], { env }).status === 0);
export const noTorch = found === undefined;
const python = found ?? 'python3';

/** Runs a program that imports the trainer's modules; it reads JSON from stdin as `given` and prints JSON. */
export function evaluate<T>(program: string, given: unknown): T {
  const { status, stdout, stderr } = spawnSync(
    python,
    [
      '-c',
      `import json, sys\nsys.path.insert(0, ${JSON.stringify(folder)})\ngiven = json.load(sys.stdin)\n${program}`,
    ],
    { encoding: 'utf8', env, input: JSON.stringify(given), maxBuffer: 1 << 28 },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as T;
}

/** Starts the trainer. */
export function startTraining(cwd: string, ...argv: string[]): ChildProcess {
  return spawn(python, [join(folder, 'train.py'), ...argv], {
    cwd,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

/**
 * Carries out command lines of the trainer one after another in one process, since starting PyTorch takes longer than
 * these runs do. What each was refused for; null where it ended.
 */
export function trainAll(cwd: string, commands: readonly (readonly string[])[]): (string | null)[] {
  return evaluate(
    `import os
from train import Trouble, main
os.chdir(given['cwd'])
def refused(command):
    try:
        main(command)
    except Trouble as trouble:
        return str(trouble)
print(json.dumps([refused(command) for command in given['commands']]))`,
    { cwd, commands },
  );
}

const WORDS = {
  general: ['the', 'file', 'name', 'of', 'a', 'process', 'is', 'not', 'set', 'when', 'option', 'given'],
  domain: ['die', 'Datei', 'wird', 'nicht', 'gelesen', 'und', 'der', 'Name', 'eines', 'Prozesses', 'ist'],
};

/** Folders `general` and `domain` with a little made-up text each: words in an order without a pattern. */
export function writeText(cwd: string): void {
  let state = 1;
  const next = (below: number): number => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
  for (const [corpus, words] of Object.entries(WORDS)) {
    for (const part of ['train', 'eval']) {
      mkdirSync(join(cwd, corpus, part), { recursive: true });
      for (let page = 0; page < 3; page += 1) {
        const text = Array.from({ length: 2000 }, () => words[next(words.length)]).join(' ');
        writeFileSync(join(cwd, corpus, part, `${page}.txt`), text);
      }
    }
  }
}

/** Flags for the folders that `writeText` made. */
export const TEXT = ['general', 'domain'].flatMap((name) => [
  '--corpus',
  `${name}=${name}/train`,
  '--eval',
  `${name}=${name}/eval`,
]);
