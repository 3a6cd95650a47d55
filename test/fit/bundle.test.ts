/** The worker in the bundle, where files lie otherwise than in the sources. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Packages are found from there, and git does not see it. */
const cache = join(root, 'node_modules/.cache');

let folder: string;
beforeAll(() => {
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(join(cache, 'mixplan-'));
  execFileSync(process.execPath, ['build.mjs', folder], { cwd: root });
});
afterAll(() => rmSync(folder, { recursive: true }));

it('has the worker beside the code that starts it', async () => {
  const starting = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js'))
    .map((name) => join(folder, name))
    .filter((path) => readFileSync(path, 'utf8').includes('"./fitWorker.js"'));
  expect(starting).toHaveLength(1);
  const worker = join(dirname(starting[0]), 'fitWorker.js');
  expect(existsSync(worker)).toBe(true);
  // On this thread nobody sends it orders; that it loads is what is asked.
  await import(/* @vite-ignore */ pathToFileURL(worker).href);
});
