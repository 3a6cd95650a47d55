/**
 * `npm run notebooks [-- --check] [--deno PATH] [NAME...]`: runs the notebooks of this folder from top to bottom and writes them
 * with their outputs; with `--check` it compares what comes out with what is committed and writes nothing. It needs Jupyter's
 * nbconvert (`apt-get install jupyter-nbconvert`) and Deno as the kernel (`npm install --prefix FOLDER deno`).
 */
import { execFile, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { differences, type Notebook, normalised } from './normalise.ts';
import { typeFaults } from './types.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const root = resolve(folder, '..');
/** Kernels that start together. */
const AT_ONCE = 2;

const { values, positionals } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    deno: { type: 'string', default: process.env.DENO ?? 'deno' },
  },
  allowPositionals: true,
});

const names =
  positionals.length > 0
    ? positionals.map((each) => basename(each, '.ipynb'))
    : readdirSync(folder).flatMap((file) => (file.endsWith('.ipynb') ? [basename(file, '.ipynb')] : []));

const scratch = mkdtempSync(join(tmpdir(), 'mixplan-notebooks-'));
try {
  buildWhereStale();
  const environment = kernelIn(scratch);
  const waiting = [...names];
  const work = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift())
      await checkOrWrite(name, environment);
  };
  const working = Promise.all(Array.from({ length: AT_ONCE }, work));
  // The kernels run meanwhile.
  for (const fault of typeFaults(new Map(names.map((name) => [name, notebookOf(pathOf(name))])))) {
    console.error(fault);
    process.exitCode = 1;
  }
  await working;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function checkOrWrite(name: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const path = pathOf(name);
  const executed = await execute(path, environment);
  if (executed === undefined) return;
  if (!values.check) {
    writeFileSync(path, `${JSON.stringify(executed, null, 1)}\n`);
    console.log(`${name}: written`);
    return;
  }
  const found = differences(normalised(notebookOf(path)), executed);
  console.log(`${name}: ${found.length === 0 ? 'as committed' : `${found.length} differences`}`);
  for (const each of found) console.log(`  ${each}`);
  if (found.length > 0) process.exitCode = 1;
}

/** The notebook as a fresh kernel runs it; undefined, with the kernel's words on stderr, where a cell fails. */
async function execute(path: string, environment: NodeJS.ProcessEnv): Promise<Notebook | undefined> {
  const config = join(folder, 'nbconvert_config.py');
  try {
    await promisify(execFile)(
      'jupyter',
      ['nbconvert', '--to', 'notebook', '--config', config, '--output-dir', scratch, path],
      { env: environment },
    );
    return normalised(notebookOf(join(scratch, basename(path))));
  } catch (error) {
    const said = (error as { readonly stderr?: string }).stderr;
    console.error(`${basename(path)} failed: ${said === undefined || said === '' ? String(error) : said}`);
    process.exitCode = 1;
    return undefined;
  }
}

function pathOf(name: string): string {
  return join(folder, `${name}.ipynb`);
}

function notebookOf(path: string): Notebook {
  return JSON.parse(readFileSync(path, 'utf8')) as Notebook;
}

/** Jupyter with Deno as its kernel, and nothing of this user's settings. */
function kernelIn(scratch: string): NodeJS.ProcessEnv {
  const deno = existsSync(values.deno) ? resolve(values.deno) : values.deno;
  if (spawnSync(deno, ['--version']).status !== 0)
    throw new Error(`no Deno at ${deno}: --deno PATH, or DENO`);
  const kernel = join(scratch, 'kernels', 'deno');
  mkdirSync(kernel, { recursive: true });
  const argv = [deno, 'jupyter', '--kernel', '--conn', '{connection_file}'];
  writeFileSync(
    join(kernel, 'kernel.json'),
    JSON.stringify({ argv, display_name: 'Deno', language: 'typescript' }),
  );
  const own = ['JUPYTER_CONFIG_DIR', 'JUPYTER_RUNTIME_DIR', 'JUPYTER_DATA_DIR', 'IPYTHONDIR', 'DENO_DIR'];
  return {
    ...process.env,
    ...Object.fromEntries(own.map((name) => [name, join(scratch, name.toLowerCase())])),
    JUPYTER_PATH: scratch,
    NO_COLOR: '1',
    DENO_NO_UPDATE_CHECK: '1',
  };
}

/** Notebooks import the package as its users do, from dist/. */
function buildWhereStale(): void {
  const built = join(root, 'dist', 'index.js');
  const newest = newestIn(join(root, 'src'));
  if (existsSync(built) && statSync(built).mtimeMs >= newest) return;
  const { status } = spawnSync(process.execPath, ['build.mjs'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error('the package could not be built');
}

function newestIn(path: string): number {
  return readdirSync(path, { withFileTypes: true, recursive: true }).reduce(
    (newest, entry) =>
      entry.isFile() ? Math.max(newest, statSync(join(entry.parentPath, entry.name)).mtimeMs) : newest,
    0,
  );
}
